package io.heddle.model;

import java.util.OptionalInt;
import kotlinx.collections.immutable.ExtensionsKt;
import kotlinx.collections.immutable.PersistentSet;

/**
 * The numbers of one allocation pool in use and the one given last. Numbers are given in a circle,
 * so that one which was just returned is the last to be given again.
 */
record Pool(PersistentSet<Integer> used, int last) {
  static final Pool EMPTY = new Pool(ExtensionsKt.persistentHashSetOf(), 0);

  Draft edit() {
    return new Draft(used.builder(), last);
  }

  /** The next state of a pool in the making, since a transaction may take many numbers of one. */
  static final class Draft {
    private final PersistentSet.Builder<Integer> used;
    private int last;

    private Draft(PersistentSet.Builder<Integer> used, int last) {
      this.used = used;
      this.last = last;
    }

    boolean isTaken(int number) {
      return used.contains(number);
    }

    /** A free number from min to max, or nothing where all are in use. */
    OptionalInt free(int min, int max) {
      int size = max - min + 1;
      int start = last < min || last > max ? 0 : last - min + 1;
      for (int i = 0; i < size; i++) {
        int number = min + (start + i) % size;
        if (!used.contains(number)) {
          return OptionalInt.of(number);
        }
      }
      return OptionalInt.empty();
    }

    /** Gives a number that is free. */
    void give(int number) {
      used.add(number);
      last = number;
    }

    /** Takes a number that its owner asked for, which leaves the circle where it is. */
    void take(int number) {
      used.add(number);
    }

    void release(int number) {
      used.remove(number);
    }

    /** Says which number was given last. */
    void goOnAfter(int number) {
      last = number;
    }

    Pool seal() {
      return new Pool(used.build(), last);
    }
  }
}
