package io.heddle.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Something that can be read (a row, a member of an index, an answer) and the memos that read it.
 */
class Cell {
  private final Object key;
  private final Set<Memo> readers = new HashSet<>(4);

  Cell(Object key) {
    this.key = key;
  }

  Object key() {
    return key;
  }

  void addReader(Memo memo) {
    readers.add(memo);
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
