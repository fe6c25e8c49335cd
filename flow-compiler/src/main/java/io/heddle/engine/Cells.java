package io.heddle.engine;

import java.util.Optional;
import java.util.function.Function;

/** All cells by their keys: a hash table that has no object per entry, for there are very many. */
final class Cells {
  private static final int SMALLEST = 64;

  /** A power of two of them, at least a quarter empty; a cell stands at its home or soon after. */
  private Cell[] slots = new Cell[SMALLEST];

  /** A part of each cell's hash, so that who looks for one seldom looks at others on the way. */
  private byte[] marks = new byte[SMALLEST];

  private int size;

  int size() {
    return size;
  }

  /** Makes room for so many at once. */
  void expect(int cells) {
    int length = slots.length;
    while (4L * cells > 3L * length) {
      length *= 2;
    }
    if (length > slots.length) {
      grow(length);
    }
  }

  Optional<Cell> find(Object key) {
    return Optional.ofNullable(slots[slot(key, Cell.hash(key))]);
  }

  /** The key's cell, which is made where there is none. */
  <K> Cell get(K key, Function<K, Cell> make) {
    int hash = Cell.hash(key);
    int slot = slot(key, hash);
    var found = slots[slot];
    if (found != null) {
      return found;
    }
    var made = make.apply(key);
    slots[slot] = made;
    marks[slot] = mark(hash);
    if (4 * ++size > 3 * slots.length) {
      grow(2 * slots.length);
    }
    return made;
  }

  void remove(Object key) {
    int slot = slot(key, Cell.hash(key));
    if (slots[slot] != null) {
      slots[slot] = null;
      size--;
      close(slot);
    }
  }

  /** Where the key's cell is or would be. */
  private int slot(Object key, int hash) {
    int slot = home(hash);
    byte mark = mark(hash);
    while (slots[slot] != null
        && !(marks[slot] == mark && slots[slot].hash() == hash && slots[slot].isFor(key))) {
      slot = next(slot);
    }
    return slot;
  }

  /** Of the bits that do not say where its home is. */
  private static byte mark(int hash) {
    return (byte) (hash >>> 24);
  }

  private int home(int hash) {
    return hash & slots.length - 1;
  }

  private int next(int slot) {
    return slot + 1 & slots.length - 1;
  }

  /** Moves cells back that a freed slot would cut off from their home. */
  private void close(int freed) {
    int hole = freed;
    for (int i = next(hole); slots[i] != null; i = next(i)) {
      int fromHome = i - home(slots[i].hash()) & slots.length - 1;
      int fromHole = i - hole & slots.length - 1;
      if (fromHome >= fromHole) {
        slots[hole] = slots[i];
        marks[hole] = marks[i];
        slots[i] = null;
        hole = i;
      }
    }
  }

  private void grow(int length) {
    var before = slots;
    slots = new Cell[length];
    marks = new byte[length];
    for (var cell : before) {
      if (cell != null) {
        int slot = home(cell.hash());
        while (slots[slot] != null) {
          slot = next(slot);
        }
        slots[slot] = cell;
        marks[slot] = mark(cell.hash());
      }
    }
  }
}
