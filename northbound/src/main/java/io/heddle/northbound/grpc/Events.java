package io.heddle.northbound.grpc;

import io.heddle.model.Kind;
import io.heddle.model.Snapshot;
import io.heddle.northbound.History.Commit;
import io.heddle.v1.api.RowChange;
import io.heddle.v1.api.WatchEvent;
import io.heddle.v1.api.WatchEvent.Type;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;

/** Snapshots and commits cut into events of bounded size, made only as they are sent. */
record Events(Set<Kind> kinds, ApiLimits limits) {
  Iterator<WatchEvent> of(Snapshot snapshot) {
    var rows =
        kinds.stream()
            .sorted((a, b) -> a.name().compareTo(b.name()))
            .flatMap(kind -> snapshot.rows(kind).values().stream())
            .map(RowMessages::present)
            .iterator();
    return new Cut(snapshot.revision(), Type.SNAPSHOT, rows);
  }

  /** No event at all where the commit changes nothing that is watched. */
  Iterator<WatchEvent> of(Commit commit) {
    var changes =
        commit.changes().stream()
            .filter(change -> kinds.contains(change.kind()))
            .map(RowMessages::of)
            .iterator();
    return changes.hasNext()
        ? new Cut(commit.revision(), Type.CHANGES, changes)
        : Collections.emptyIterator();
  }

  /** Nothing happened up to and with this revision. */
  WatchEvent nothing(long revision) {
    return WatchEvent.newBuilder().setRevision(revision).setComplete(true).build();
  }

  private final class Cut implements Iterator<WatchEvent> {
    private final long revision;
    private final Type type;
    private final Iterator<RowChange> changes;
    private boolean complete;

    Cut(long revision, Type type, Iterator<RowChange> changes) {
      this.revision = revision;
      this.type = type;
      this.changes = changes;
    }

    @Override
    public boolean hasNext() {
      return !complete;
    }

    @Override
    public WatchEvent next() {
      if (complete) {
        throw new NoSuchElementException();
      }
      var event = WatchEvent.newBuilder().setRevision(revision).setType(type);
      int bytes = 0;
      while (changes.hasNext() && bytes < limits.eventBytes()) {
        var change = changes.next();
        bytes += change.getSerializedSize();
        event.addChanges(change);
      }
      complete = !changes.hasNext();
      return event.setComplete(complete).build();
    }
  }
}
