package io.heddle.model;

import com.google.protobuf.ByteString;
import io.heddle.v1.Receipt;
import io.heddle.v1.Transaction;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Puts the rows of a backup in the place of all rows, as one commit. Its revision follows both on
 * the newest here and on the backup's, so that no row was written after it. The rows that say how
 * the cluster runs are not intent, and stay: who its members are, where hosts find them, how they
 * share the chassis, and what they all understand. So do the requests that were answered here: one
 * of them that comes again was done once, before the rows were replaced, and is not done anew.
 * Those that the backup remembers were answered by the cluster that it is from, which may be
 * another, where the same id meant something else.
 */
public final class Restoration {
  private Restoration() {}

  /**
   * The transaction that restores a backup.
   *
   * @param file as {@link SnapshotFile} writes it
   */
  public static Transaction of(byte[] file) {
    var bytes = ByteString.newOutput();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Transaction.newBuilder().setBackup(bytes.toByteString()).build();
  }

  static Applied apply(Snapshot before, ByteString backup) {
    Snapshot saved;
    try (var in = new Bounded(new GZIPInputStream(backup.newInput()))) {
      saved = SnapshotFile.read(in);
    } catch (IOException | RuntimeException e) {
      return new Applied(before, List.of(), refused(e));
    }
    if (Edition.of(saved) > Edition.of(before)) {
      return new Applied(before, List.of(), refused(newer(saved, before)));
    }
    long revision = Math.max(before.revision(), saved.revision()) + 1;
    var after = Draft.restore(saved, before, revision);
    var receipt = Receipt.newBuilder().setRevision(revision).build();
    return new Applied(after, Difference.between(before, after), new Outcome.Committed(receipt));
  }

  private static IOException newer(Snapshot saved, Snapshot before) {
    return new IOException(
        "it is of version %d, and not all members understand more than %d"
            .formatted(Edition.of(saved), Edition.of(before)));
  }

  private static Outcome refused(Exception why) {
    var violation = new Violation(-1, "", "backup", "cannot be read: " + why.getMessage());
    return new Outcome.Refused(Outcome.Reason.INVALID, List.of(violation));
  }

  /** A few bytes can stand for very many. */
  private static final class Bounded extends InputStream {
    private final InputStream in;
    private long left = Limits.BACKUP_BYTES;

    Bounded(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      int read = in.read();
      count(read < 0 ? 0 : 1);
      return read;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      int read = in.read(into, from, length);
      count(Math.max(read, 0));
      return read;
    }

    private void count(int bytes) throws IOException {
      left -= bytes;
      if (left < 0) {
        throw new IOException("it holds more than the limit of " + Limits.BACKUP_BYTES + " bytes");
      }
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
