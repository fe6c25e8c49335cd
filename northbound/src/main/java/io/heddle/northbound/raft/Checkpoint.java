package io.heddle.northbound.raft;

import io.heddle.model.AuditLog;
import io.heddle.model.LastCommits;
import io.heddle.model.Snapshot;
import io.heddle.model.SnapshotFile;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state after one entry of the log, in a file beside the log: what comes before need not be
 * applied again at the next start. A shortcut and nothing more, for log and snapshot of Raft hold
 * all that it holds: one that cannot be read is passed over, and none need reach the disk in time.
 *
 * <p>The file: index (8 bytes), a {@link SnapshotFile}, {@link LastCommits}, {@link Parts} and
 * {@link AuditLog} as they write themselves, and a CRC-32C (8) over all. An older Heddle writes no
 * audit log.
 *
 * @param index the log entry that was applied last
 * @param commits that led to the snapshot
 * @param parts of transactions that the log did not hold as a whole yet
 * @param audit who asked for the commits
 */
record Checkpoint(long index, Snapshot snapshot, LastCommits commits, Parts parts, AuditLog audit) {
  static final String FILE = "checkpoint";

  /** That of a log without entries. */
  static final Checkpoint NOTHING =
      new Checkpoint(0, Snapshot.empty(), LastCommits.none(0), Parts.NONE, AuditLog.EMPTY);

  private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);

  /** Returns the file's size in bytes. */
  long write(Path folder) throws IOException {
    var next = folder.resolve(FILE + ".new");
    var crc = new CRC32C();
    try (var out =
        new DataOutputStream(
            new CheckedOutputStream(new BufferedOutputStream(Files.newOutputStream(next)), crc))) {
      out.writeLong(index);
      SnapshotFile.write(snapshot, out);
      commits.write(out);
      parts.write(out);
      audit.write(out);
      out.writeLong(crc.getValue());
    }
    long size = Files.size(next);
    Files.move(next, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    return size;
  }

  /** The one in the folder, or {@link #NOTHING}. */
  static Checkpoint read(Path folder) {
    var file = folder.resolve(FILE);
    var crc = new CRC32C();
    try (var in =
        new DataInputStream(
            new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file)), crc))) {
      long index = in.readLong();
      var snapshot = SnapshotFile.read(in);
      var commits = LastCommits.read(in);
      var parts = Parts.read(in);
      var audit =
          in.available() > Long.BYTES
              ? AuditLog.read(in)
              : AuditLog.EMPTY.incomplete(snapshot.revision());
      long found = crc.getValue();
      if (in.readLong() != found) {
        throw new IOException("its checksum is wrong");
      }
      return new Checkpoint(index, snapshot, commits, parts, audit);
    } catch (NoSuchFileException none) {
      return NOTHING;
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} cannot be read, so more of the log is applied: {}", file, e.toString());
      return NOTHING;
    }
  }
}
