package io.heddle.northbound.raft;

import io.atomix.protocols.raft.storage.log.RaftLog;
import io.atomix.protocols.raft.storage.log.RaftLogWriter;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.storage.StorageException;
import io.atomix.storage.journal.Indexed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;

/**
 * Writes the log so that an entry is on disk before the leader counts it and before a follower
 * acknowledges it: before {@code append} returns, or soon after where a leader says so. The
 * library's own flush-on-commit setting has no effect, and would come too late on a follower.
 *
 * <p>After a write or a flush has failed, what the file holds is unknown, so the writer takes
 * nothing more: an entry written behind a broken one would be lost at the next start.
 */
final class DurableLogWriter extends RaftLogWriter {
  /** Whoever has the log written. */
  interface Author {
    /**
     * Whether it sees to it that {@link #flushWritten} is called after this append, and counts no
     * entry before.
     */
    boolean flushesLater();

    /** Whether it waits for room on the disk; else that there is none is a failure as any other. */
    boolean waitsForRoom();

    /** A write has failed; told once. */
    void failed();
  }

  private final RaftLogWriter writer;
  private final RaftLog log;
  private final Path folder;
  private final DurableLog readers;
  private final Author author;
  private final WrittenEntries written;
  private long segment = -1;

  /** The first entry that is not on disk for certain; 0 where all are. */
  private long unflushed;

  private volatile boolean failed;

  /**
   * @param readers is told what becomes of the log
   */
  DurableLogWriter(RaftLog log, Path folder, DurableLog readers, Author author) {
    // The parent would write to the journal directly; all of its methods are replaced.
    super(null, log);
    this.writer = log.writer();
    this.log = log;
    this.folder = folder;
    this.readers = readers;
    this.author = author;
    this.written = new WrittenEntries(folder);
  }

  /** Whether a write failed, after which only reopening the store helps. */
  boolean hasFailed() {
    return failed;
  }

  @Override
  public <T extends RaftLogEntry> Indexed<T> append(T entry) {
    assertUsable();
    return durably(() -> writer.append(entry));
  }

  @Override
  public void append(Indexed<RaftLogEntry> entry) {
    assertUsable();
    durably(
        () -> {
          writer.append(entry);
          return entry;
        });
  }

  private void assertUsable() {
    if (failed) {
      throw new StorageException("an earlier write to the log failed");
    }
  }

  private <T extends RaftLogEntry> Indexed<T> durably(Supplier<Indexed<T>> append) {
    try {
      var entry = append.get();
      if (unflushed == 0) {
        unflushed = entry.index();
      }
      if (!author.flushesLater()) {
        flushWritten();
      }
      readers.tail().append(entry);
      return entry;
    } catch (StorageException.TooLarge e) {
      // Thrown before anything is written.
      throw e;
    } catch (StorageException.OutOfDiskSpace e) {
      // The same.
      if (!author.waitsForRoom()) {
        fail();
      }
      throw e;
    } catch (RuntimeException e) {
      fail();
      throw e;
    }
  }

  private void fail() {
    if (!failed) {
      failed = true;
      author.failed();
    }
  }

  /** What is written is on disk when this returns. */
  void flushWritten() {
    if (unflushed == 0) {
      return;
    }
    assertUsable();
    try {
      writer.flush();
      flushFolder(writer.getLastIndex());
      written.check(unflushed, writer.getLastIndex());
      unflushed = 0;
    } catch (RuntimeException e) {
      fail();
      throw e;
    }
  }

  /** A new file's name is on disk only once its folder is flushed too. */
  private void flushFolder(long index) {
    long now = log.getCompactableIndex(index);
    if (now != segment) {
      try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      segment = now;
    }
  }

  @Override
  public long getLastIndex() {
    return writer.getLastIndex();
  }

  @Override
  public Indexed<RaftLogEntry> getLastEntry() {
    return writer.getLastEntry();
  }

  @Override
  public long getNextIndex() {
    return writer.getNextIndex();
  }

  @Override
  public void commit(long index) {
    writer.commit(index);
  }

  @Override
  public void reset(long index) {
    written.forget();
    unflushed = 0;
    writer.reset(index);
    readers.reset(index);
  }

  @Override
  public void truncate(long index) {
    written.forget();
    unflushed = Math.min(unflushed, index + 1);
    writer.truncate(index);
    readers.truncated(index);
  }

  @Override
  public void flush() {
    writer.flush();
  }

  @Override
  public void close() {
    written.close();
    writer.close();
  }

  @Override
  public String toString() {
    return "durable " + writer;
  }
}
