package io.heddle.northbound.raft;

import io.atomix.storage.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongPredicate;

/**
 * Reads back what the library wrote to the log's files, which it does not do itself: where the disk
 * has room for a part of an entry alone, it writes that part and takes it for the whole.
 */
final class WrittenEntries implements Closeable {
  private final Path folder;

  /** Stands behind the entry that was read last; none before the first. */
  private LogSegment.Entries reading;

  WrittenEntries(Path folder) {
    this.folder = folder;
  }

  /**
   * Reads all entries up to one.
   *
   * @param first one that was not read before
   * @throws StorageException where one is not there as a whole
   */
  void check(long first, long last) {
    try {
      if (reading == null) {
        open(index -> index <= first);
      }
      while (reading.next() <= last) {
        if (!reading.advance()) {
          long next = reading.next();
          open(index -> index == next);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Goes on with the newest file whose first entry is as asked. */
  private void open(LongPredicate firstEntry) throws IOException {
    LogSegment newest = null;
    try (var files = Files.newDirectoryStream(folder, "*.log")) {
      for (var path : files) {
        var found = LogSegment.read(path).filter(segment -> firstEntry.test(segment.index()));
        if (found.isPresent() && (newest == null || newest.index() < found.get().index())) {
          newest = found.get();
        }
      }
    }
    if (newest == null || reading != null && reading.of(newest)) {
      throw new StorageException(
          "the log was not written whole" + (reading == null ? "" : ": entry " + reading.next()));
    }
    forget();
    reading = newest.entries();
  }

  /** What was read may be replaced. */
  void forget() {
    try {
      if (reading != null) {
        reading.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    reading = null;
  }

  @Override
  public void close() {
    forget();
  }
}
