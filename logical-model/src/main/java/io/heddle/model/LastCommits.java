package io.heddle.model;

import io.heddle.v1.StoredChange;
import io.heddle.v1.StoredCommit;
import io.vavr.collection.Queue;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * What the newest commits changed, so that whoever has seen a revision before can learn what came
 * since. Immutable. It rests on disk beside the snapshot that they led to, and so outlives a
 * restart.
 *
 * @param oldest the revision before the first of the commits
 * @param newest the revision of the last one, or {@code oldest} where there is none
 * @param bytes of the commits' rows, before and after
 */
public record LastCommits(long oldest, long newest, long bytes, Queue<Commit> commits) {
  /** Remembered at most. */
  public static final int COMMITS = 10_000;

  /** Bytes of their rows, before and after, at most. */
  public static final long BYTES = 4 << 20;

  /** What a change weighs beside its rows. */
  private static final int CHANGE_BYTES = 64;

  /**
   * What led from one revision to another: the next, unless a member that was behind took over the
   * state of others.
   */
  public record Commit(long before, long revision, List<Change> changes) {
    private long bytes() {
      long bytes = 0;
      for (var change : changes) {
        bytes += CHANGE_BYTES + bytes(change.before()) + bytes(change.after());
      }
      return bytes;
    }

    private static long bytes(Optional<Row> row) {
      return row.isPresent() ? row.get().value().getSerializedSize() : 0;
    }
  }

  /** Nothing is remembered of what led to the revision. */
  public static LastCommits none(long revision) {
    return new LastCommits(revision, revision, 0, Queue.empty());
  }

  /** The same with one more, and without the oldest where they are too many. */
  public LastCommits with(long revision, List<Change> changes) {
    var commit = new Commit(newest, revision, changes);
    long size = bytes + commit.bytes();
    if (size - bytes > BYTES) {
      return none(revision);
    }
    var kept = commits.enqueue(commit);
    long first = oldest;
    while (size > BYTES || kept.size() > COMMITS) {
      var forgotten = kept.dequeue();
      size -= forgotten._1.bytes();
      first = forgotten._1.revision();
      kept = forgotten._2;
    }
    return new LastCommits(first, revision, size, kept);
  }

  /**
   * What changed between the two revisions, each row once; empty where that is not remembered, or
   * where a revision was never this member's.
   */
  public Optional<List<Change>> between(long after, long upTo) {
    if (after < oldest || after > upTo || upTo > newest) {
      return Optional.empty();
    }
    long reached = after;
    var merged = new LinkedHashMap<Place, Change>();
    for (var commit : commits) {
      if (commit.revision() <= after || commit.before() >= upTo) {
        continue;
      }
      if (commit.before() != reached) {
        return Optional.empty();
      }
      reached = commit.revision();
      for (var change : commit.changes()) {
        merged.merge(new Place(change.kind(), change.uuid()), change, Change::then);
      }
    }
    merged.values().removeIf(change -> change.before().equals(change.after()));
    return reached == upTo ? Optional.of(List.copyOf(merged.values())) : Optional.empty();
  }

  /** Revisions and number of commits, then each of them, length-delimited. */
  public void write(DataOutputStream to) throws IOException {
    to.writeLong(oldest);
    to.writeInt(commits.size());
    for (var commit : commits) {
      var stored = StoredCommit.newBuilder().setRevision(commit.revision());
      for (var change : commit.changes()) {
        var written = StoredChange.newBuilder();
        change.before().map(StoredRows::of).ifPresent(written::setBefore);
        change.after().map(StoredRows::of).ifPresent(written::setAfter);
        stored.addChanges(written);
      }
      stored.build().writeDelimitedTo(to);
    }
  }

  /**
   * @throws IOException where that is not what {@link #write} writes
   */
  public static LastCommits read(DataInputStream from) throws IOException {
    var last = none(from.readLong());
    int count = from.readInt();
    for (int i = 0; i < count; i++) {
      var stored = StoredCommit.parseDelimitedFrom(from);
      if (stored == null) {
        throw new IOException("only " + i + " of the last " + count + " commits");
      }
      var changes = new ArrayList<Change>();
      for (var change : stored.getChangesList()) {
        changes.add(read(change));
      }
      last = last.with(stored.getRevision(), List.copyOf(changes));
    }
    return last;
  }

  private static Change read(StoredChange stored) throws IOException {
    Optional<Row> before =
        stored.hasBefore() ? Optional.of(StoredRows.read(stored.getBefore())) : Optional.empty();
    Optional<Row> after =
        stored.hasAfter() ? Optional.of(StoredRows.read(stored.getAfter())) : Optional.empty();
    var row = after.or(() -> before).orElseThrow(() -> new IOException("a change of no row"));
    return new Change(row.kind(), row.uuid(), before, after);
  }
}
