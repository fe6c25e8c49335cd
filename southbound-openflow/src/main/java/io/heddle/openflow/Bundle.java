package io.heddle.openflow;

import io.heddle.openflow.wire.Slice;
import java.util.ArrayList;
import java.util.List;

/** Changes to a switch's flows that take effect together, deletions before additions. */
final class Bundle {
  /** Neighbouring flows of a unit are written as one piece up to this many bytes. */
  static final int PIECE = 32 * 1024;

  private final Octets deletions = new Octets(128);
  private final List<Slice> deleted = new ArrayList<>();
  private final List<Slice> added = new ArrayList<>();
  private int count;

  void delete(int place, long cookie) {
    FlowBytes.delete(deletions, UnitBytes.table(place), cookie);
    count++;
    if (deletions.size() >= PIECE) {
      cutDeletions();
    }
  }

  private void cutDeletions() {
    if (deletions.size() > 0) {
      deleted.add(Slice.of(deletions.toArray()));
      deletions.truncate(0);
    }
  }

  void add(UnitBytes unit, int flow) {
    int start = unit.start(flow);
    int length = unit.end(flow) - start;
    count++;
    if (!added.isEmpty()) {
      var last = added.get(added.size() - 1);
      boolean adjoins = last.bytes() == unit.bytes() && last.from() + last.length() == start;
      if (adjoins && last.length() + length <= PIECE) {
        added.set(added.size() - 1, new Slice(last.bytes(), last.from(), last.length() + length));
        return;
      }
    }
    added.add(new Slice(unit.bytes(), start, length));
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Flows deleted and added. */
  int count() {
    return count;
  }

  /** Whole messages, in order. */
  List<Slice> messages() {
    cutDeletions();
    var all = new ArrayList<Slice>(deleted.size() + added.size());
    all.addAll(deleted);
    all.addAll(added);
    return all;
  }
}
