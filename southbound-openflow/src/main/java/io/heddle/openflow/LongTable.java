package io.heddle.openflow;

/**
 * A map from cookies to numbers other than 0, without an object per entry: a switch may have some
 * hundred thousand flows and a controller some hundred switches.
 */
final class LongTable {
  /** Takes a cookie and its number. */
  interface Entry {
    void take(long key, int value);
  }

  private static final int SMALLEST = 16;

  private long[] keys = new long[SMALLEST];
  private int[] values = new int[SMALLEST];
  private int size;

  int size() {
    return size;
  }

  /** The key's number, or 0. */
  int get(long key) {
    return values[slot(key)];
  }

  /** Adds to the key's number, which goes when it reaches 0; the new number. */
  int add(long key, int amount) {
    int slot = slot(key);
    int value = values[slot] + amount;
    set(slot, key, value);
    return value;
  }

  void put(long key, int value) {
    set(slot(key), key, value);
  }

  void forEach(Entry entry) {
    for (int i = 0; i < keys.length; i++) {
      if (values[i] != 0) {
        entry.take(keys[i], values[i]);
      }
    }
  }

  private void set(int slot, long key, int value) {
    boolean had = values[slot] != 0;
    keys[slot] = key;
    values[slot] = value;
    if (!had && value != 0 && ++size > keys.length / 2) {
      grow();
    } else if (had && value == 0) {
      size--;
      close(slot);
    }
  }

  /** Cookies are hashes, but those of strangers need not be. */
  private int home(long key) {
    return (int) ((key * 0x9e37_79b9_7f4a_7c15L) >>> 33) & keys.length - 1;
  }

  private int slot(long key) {
    int slot = home(key);
    while (values[slot] != 0 && keys[slot] != key) {
      slot = slot + 1 & keys.length - 1;
    }
    return slot;
  }

  /** Moves entries back that a freed slot would cut off from their home. */
  private void close(int hole) {
    int mask = keys.length - 1;
    for (int i = hole + 1 & mask; values[i] != 0; i = i + 1 & mask) {
      int home = home(keys[i]);
      if ((i - home & mask) >= (i - hole & mask)) {
        keys[hole] = keys[i];
        values[hole] = values[i];
        values[i] = 0;
        hole = i;
      }
    }
  }

  private void grow() {
    var oldKeys = keys;
    var oldValues = values;
    keys = new long[2 * oldKeys.length];
    values = new int[2 * oldKeys.length];
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldValues[i] != 0) {
        int slot = slot(oldKeys[i]);
        keys[slot] = oldKeys[i];
        values[slot] = oldValues[i];
      }
    }
  }
}
