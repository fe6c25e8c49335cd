package io.heddle.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Something that can be read (a row, a member of an index, an answer) and the memos that read it.
 */
class Cell {
  /** Up to so many readers are searched about as fast as they are hashed, and in less memory. */
  private static final int FEW = 256;

  private static final Memo[] NOBODY = {};

  private final Object key;
  private final int hash;

  /**
   * A memo, several in an array that may have room behind them, or a set of very many: there are
   * very many cells, and most have few readers, for which a collection would be larger than the
   * cell.
   */
  private Object readers = NOBODY;

  Cell(Object key) {
    this.key = key;
    this.hash = hash(key);
  }

  /** Queries of different types about one row have one hash code; here they are told apart. */
  static int hash(Object key) {
    int hash = (31 * key.getClass().hashCode() + key.hashCode()) * 0x9e37_79b9;
    return hash ^ hash >>> 16;
  }

  Object key() {
    return key;
  }

  /** Its key's. */
  int hash() {
    return hash;
  }

  boolean isFor(Object other) {
    return key.equals(other);
  }

  private Collection<Memo> readers() {
    if (readers instanceof Memo one) {
      return List.of(one);
    }
    if (readers instanceof Memo[] several) {
      return Arrays.asList(several).subList(0, count(several));
    }
    return many();
  }

  @SuppressWarnings("unchecked")
  private Set<Memo> many() {
    return (Set<Memo>) readers;
  }

  private static int count(Memo[] several) {
    int count = several.length;
    while (count > 0 && several[count - 1] == null) {
      count--;
    }
    return count;
  }

  /** The memo is none of its readers yet. */
  void addReader(Memo memo) {
    if (readers == NOBODY) {
      readers = memo;
    } else if (readers instanceof Memo one) {
      readers = new Memo[] {one, memo};
    } else if (readers instanceof Memo[] several) {
      add(several, memo);
    } else {
      many().add(memo);
    }
  }

  private void add(Memo[] several, Memo memo) {
    int count = count(several);
    if (count == FEW) {
      var many = new LinkedHashSet<>(Arrays.asList(several).subList(0, count));
      many.add(memo);
      readers = many;
      return;
    }
    var roomy = count < several.length ? several : Arrays.copyOf(several, count + 1 + count / 2);
    roomy[count] = memo;
    readers = roomy;
  }

  void removeReader(Memo memo) {
    if (readers == memo) {
      readers = NOBODY;
    } else if (readers instanceof Memo[] several) {
      remove(several, memo);
    } else if (readers instanceof Set<?>) {
      many().remove(memo);
    }
  }

  private void remove(Memo[] several, Memo memo) {
    int place = Arrays.asList(several).indexOf(memo);
    if (place < 0) {
      return;
    }
    int left = count(several) - 1;
    System.arraycopy(several, place + 1, several, place, left - place);
    several[left] = null;
    if (left == 1) {
      readers = several[0];
    } else if (3 * left < several.length) {
      readers = Arrays.copyOf(several, left);
    }
  }

  boolean unread() {
    return readers == NOBODY || readers instanceof Set<?> many && many.isEmpty();
  }

  /** Its readers must run again, and whoever reads those must find out whether it must. */
  void touch() {
    if (readers instanceof Memo one) {
      one.dirty();
    } else if (!unread()) {
      readers().forEach(Memo::dirty);
    }
  }

  void suspectReaders() {
    if (unread()) {
      return;
    }
    var pending = new ArrayList<Cell>(List.of(this));
    while (!pending.isEmpty()) {
      for (var reader : pending.remove(pending.size() - 1).readers()) {
        if (reader.suspect()) {
          pending.add(reader);
        }
      }
    }
  }
}
