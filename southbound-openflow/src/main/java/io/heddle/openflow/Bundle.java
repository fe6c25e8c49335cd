package io.heddle.openflow;

import io.heddle.compiler.Unit;
import io.heddle.flow.Flow;
import io.heddle.openflow.wire.Slice;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Changes to a switch's flows that take effect together, deletions before additions. Flows are
 * encoded as they are written, while the switch is at those before them.
 */
final class Bundle {
  /** Messages are written in pieces of about this many bytes. */
  static final int PIECE = 32 * 1024;

  /** Flows of a unit from the first to before the end. */
  private record Run(Unit unit, int first, int end) {}

  private final Octets deletions = new Octets(128);
  private final List<Slice> deleted = new ArrayList<>();
  private final List<Run> added = new ArrayList<>();
  private final List<Flow> tooLong = new ArrayList<>();
  private final Meters.Needed meters = new Meters.Needed();
  private int count;

  void delete(Flow flow) {
    delete(flow.table().number(), flow.cookie());
  }

  void delete(int table, long cookie) {
    FlowBytes.delete(deletions, table, cookie);
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

  void add(Unit unit, int flow) {
    count++;
    keep(unit.flows().get(flow));
    int last = added.size() - 1;
    if (last >= 0 && added.get(last).unit() == unit && added.get(last).end() == flow) {
      added.set(last, new Run(unit, added.get(last).first(), flow + 1));
    } else {
      added.add(new Run(unit, flow, flow + 1));
    }
  }

  /** A flow is, or stays, on the switch, and needs what it names. */
  void keep(Flow flow) {
    meters.add(flow);
  }

  /** Of the flows added and kept. */
  Meters.Needed meters() {
    return meters;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** Flows deleted and added. */
  int count() {
    return count;
  }

  /** Whole messages, in order; to be asked for once. */
  Iterator<Slice> messages(Encoder encoder) {
    cutDeletions();
    return new Messages(encoder);
  }

  /** Flows that were left out since no message can hold them; known when all is written. */
  List<Flow> tooLong() {
    return tooLong;
  }

  private final class Messages implements Iterator<Slice> {
    private final Encoder encoder;
    private int nextDeletion;
    private int nextRun;

    /** Where in its unit the run goes on; before 0 at the run's begin. */
    private int place = -1;

    Messages(Encoder encoder) {
      this.encoder = encoder;
    }

    @Override
    public boolean hasNext() {
      return nextDeletion < deleted.size() || nextRun < added.size();
    }

    @Override
    public Slice next() {
      if (nextDeletion < deleted.size()) {
        return deleted.get(nextDeletion++);
      }
      if (nextRun == added.size()) {
        throw new NoSuchElementException();
      }
      return piece(added.get(nextRun));
    }

    private Slice piece(Run run) {
      var bytes = encoder.encode(run.unit());
      int first = place < 0 ? run.first() : place;
      var slice = bytes.slice(first, run.end(), PIECE);
      int after = Math.min(run.end(), bytes.after(slice, first));
      for (int i = first; i < after; i++) {
        if (bytes.tooLong(i)) {
          tooLong.add(run.unit().flows().get(i));
        }
      }
      place = after;
      if (after == run.end()) {
        nextRun++;
        place = -1;
      }
      return slice;
    }
  }
}
