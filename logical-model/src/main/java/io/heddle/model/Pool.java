package io.heddle.model;

import io.vavr.collection.HashMap;
import io.vavr.collection.Map;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * The numbers of one allocation pool in use and the one given last. Numbers are given in a circle,
 * so that one which was just returned is the last to be given again.
 */
record Pool(Map<Integer, UUID> used, int last) {
  static final Pool EMPTY = new Pool(HashMap.empty(), 0);

  /** A free number from min to max, or nothing where all are in use. */
  OptionalInt free(int min, int max) {
    int size = max - min + 1;
    int start = last < min || last > max ? 0 : last - min + 1;
    for (int i = 0; i < size; i++) {
      int number = min + (start + i) % size;
      if (!used.containsKey(number)) {
        return OptionalInt.of(number);
      }
    }
    return OptionalInt.empty();
  }

  Pool give(int number, UUID owner) {
    return new Pool(used.put(number, owner), number);
  }

  /** Takes a number that its owner asked for, which leaves the circle where it is. */
  Pool take(int number, UUID owner) {
    return new Pool(used.put(number, owner), last);
  }

  Pool release(int number) {
    return new Pool(used.remove(number), last);
  }
}
