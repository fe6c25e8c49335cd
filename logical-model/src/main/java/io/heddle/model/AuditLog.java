package io.heddle.model;

import com.google.protobuf.InvalidProtocolBufferException;
import io.heddle.v1.AuditRecord;
import io.heddle.v1.KindChanges;
import io.heddle.v1.Transaction;
import io.vavr.collection.Queue;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Who asked for the newest commits, and how much each changed. Immutable, and the same on all
 * members, for it follows from the log alone; it rests on disk beside the snapshot. What Heddle
 * observes is not in it: there is much of it, it says itself which host it is of, and it would
 * drive out what people asked for.
 */
public final class AuditLog {
  /** Remembered at most. */
  public static final int RECORDS = 50_000;

  /** Bytes of the records at most. */
  public static final long BYTES = 8 << 20;

  public static final AuditLog EMPTY = new AuditLog(0, 0, Queue.empty());

  /** Unread until somebody asks: there are many, and they are rarely asked for. */
  private record Kept(long revision, byte[] record) {}

  private final long forgotten;
  private final long bytes;
  private final Queue<Kept> kept;

  private AuditLog(long forgotten, long bytes, Queue<Kept> kept) {
    this.forgotten = forgotten;
    this.bytes = bytes;
    this.kept = kept;
  }

  /** The same with one more, if somebody asked for it and it changed something. */
  public AuditLog with(Transaction transaction, Applied applied) {
    if (transaction.getObservation() || applied.changes().isEmpty()) {
      return this;
    }
    long revision = applied.snapshot().revision();
    var record = AuditRecord.newBuilder().setRevision(revision);
    if (transaction.hasOrigin()) {
      record.setOrigin(transaction.getOrigin());
    }
    changes(applied.changes()).forEach(record::addChanges);
    return with(new Kept(revision, record.build().toByteArray()));
  }

  private static Stream<KindChanges> changes(List<Change> changes) {
    var kinds = new TreeMap<String, KindChanges.Builder>();
    for (var change : changes) {
      var kind = kinds.computeIfAbsent(change.kind().name(), n -> KindChanges.newBuilder());
      if (change.before().isEmpty()) {
        kind.setAdded(kind.getAdded() + 1);
      } else if (change.after().isEmpty()) {
        kind.setRemoved(kind.getRemoved() + 1);
      } else {
        kind.setChanged(kind.getChanged() + 1);
      }
    }
    return kinds.entrySet().stream().map(kind -> kind.getValue().setKind(kind.getKey()).build());
  }

  private AuditLog with(Kept more) {
    var all = kept.enqueue(more);
    long size = bytes + more.record.length;
    long last = forgotten;
    while (size > BYTES || all.size() > RECORDS) {
      var oldest = all.dequeue();
      size -= oldest._1.record.length;
      last = Math.max(last, oldest._1.revision);
      all = oldest._2;
    }
    return new AuditLog(last, size, all);
  }

  /**
   * The same for a member that took over the state of a later revision from one that remembers
   * nothing: what was asked for in between is not known here.
   */
  public AuditLog incomplete(long until) {
    return new AuditLog(Math.max(forgotten, until), bytes, kept);
  }

  /**
   * The newest revision whose commit may not be remembered, though some before it may be; 0 where
   * none is forgotten.
   */
  public long forgotten() {
    return forgotten;
  }

  /**
   * What is remembered between two revisions, the newest first. Reads as far as the stream is
   * asked.
   *
   * @param after older ones and this one are left out
   * @param before newer ones and this one are left out
   */
  public Stream<AuditRecord> newestFirst(long after, long before) {
    return kept.reverse()
        .toJavaStream()
        .dropWhile(k -> k.revision >= before)
        .takeWhile(k -> k.revision > after)
        .map(k -> parse(k.record));
  }

  private static AuditRecord parse(byte[] record) {
    try {
      return AuditRecord.parseFrom(record);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a record of the audit log does not parse", e);
    }
  }

  /** The forgotten revision and the number of records, then each, with its length before it. */
  public void write(DataOutputStream to) throws IOException {
    to.writeLong(forgotten);
    to.writeInt(kept.size());
    for (var each : kept) {
      to.writeInt(each.record.length);
      to.write(each.record);
    }
  }

  /**
   * @throws IOException where that is not what {@link #write} writes
   */
  public static AuditLog read(DataInputStream from) throws IOException {
    var log = new AuditLog(from.readLong(), 0, Queue.empty());
    int count = from.readInt();
    for (int i = 0; i < count; i++) {
      int length = from.readInt();
      if (length < 0 || length > BYTES) {
        throw new IOException("a record of the audit log of " + length + " bytes");
      }
      var record = from.readNBytes(length);
      log = log.with(new Kept(AuditRecord.parseFrom(record).getRevision(), record));
    }
    return log;
  }
}
