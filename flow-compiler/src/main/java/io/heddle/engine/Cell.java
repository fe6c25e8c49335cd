package io.heddle.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Something that can be read (a row, a member of an index, an answer) and the memos that read it.
 */
class Cell {
  /** Up to so many readers are searched about as fast as they are hashed, and in less memory. */
  private static final int FEW = 256;

  private final Object key;

  /**
   * A memo or a collection of them: there are very many cells, and most have no reader or one, for
   * which a collection would be larger than the cell.
   */
  private Object readers = List.of();

  Cell(Object key) {
    this.key = key;
  }

  /** Queries of different types about one row have one hash code; here they are told apart. */
  static int hash(Object key) {
    int hash = (31 * key.getClass().hashCode() + key.hashCode()) * 0x9e37_79b9;
    return hash ^ hash >>> 16;
  }

  Object key() {
    return key;
  }

  boolean isFor(Object other) {
    return key.equals(other);
  }

  @SuppressWarnings("unchecked")
  private Collection<Memo> readers() {
    return readers instanceof Memo one ? List.of(one) : (Collection<Memo>) readers;
  }

  /** The memo is none of its readers yet. */
  void addReader(Memo memo) {
    var before = readers();
    if (before.isEmpty()) {
      readers = memo;
      return;
    }
    if (before.size() == 1) {
      readers = new ArrayList<>(before);
    } else if (before.size() == FEW) {
      readers = new LinkedHashSet<>(before);
    }
    readers().add(memo);
  }

  void removeReader(Memo memo) {
    if (readers == memo) {
      readers = List.of();
    } else if (!(readers instanceof Memo)) {
      readers().remove(memo);
    }
  }

  boolean unread() {
    return readers().isEmpty();
  }

  /** Its readers must run again, and whoever reads those must find out whether it must. */
  void touch() {
    readers().forEach(Memo::dirty);
  }

  void suspectReaders() {
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
