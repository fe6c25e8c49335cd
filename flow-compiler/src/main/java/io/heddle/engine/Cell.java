package io.heddle.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Something that can be read (a row, a member of an index, an answer) and the memos that read it.
 */
class Cell {
  /** Most cells have a reader or two, and there are very many cells. */
  private static final int FEW = 8;

  private final Object key;
  private Collection<Memo> readers = new ArrayList<>(1);

  Cell(Object key) {
    this.key = key;
  }

  Object key() {
    return key;
  }

  void addReader(Memo memo) {
    if (readers instanceof Set || !readers.contains(memo)) {
      readers.add(memo);
    }
    if (readers.size() > FEW && !(readers instanceof Set)) {
      readers = new LinkedHashSet<>(readers);
    }
  }

  void removeReader(Memo memo) {
    readers.remove(memo);
  }

  boolean unread() {
    return readers.isEmpty();
  }

  /** Its readers must run again, and whoever reads those must find out whether it must. */
  void touch() {
    readers.forEach(Memo::dirty);
  }

  void suspectReaders() {
    var pending = new ArrayList<Cell>(List.of(this));
    while (!pending.isEmpty()) {
      for (var reader : pending.remove(pending.size() - 1).readers) {
        if (reader.suspect()) {
          pending.add(reader);
        }
      }
    }
  }
}
