package io.heddle.northbound.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.atomix.protocols.raft.partition.impl.RaftNamespaces;
import io.atomix.protocols.raft.storage.log.RaftLog;
import io.atomix.protocols.raft.storage.log.entry.CommandEntry;
import io.atomix.storage.StorageException;
import io.atomix.storage.StorageLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableLogWriterTest {
  @TempDir Path folder;

  private RaftLog log;
  private DurableLogWriter writer;
  private boolean later;
  private int failures;

  private final DurableLogWriter.Author author =
      new DurableLogWriter.Author() {
        @Override
        public boolean flushesLater() {
          return later;
        }

        @Override
        public boolean waitsForRoom() {
          return true;
        }

        @Override
        public void failed() {
          failures++;
        }
      };

  @BeforeEach
  void open() {
    log =
        RaftLog.builder()
            .withName(RaftNode.NAME)
            .withDirectory(folder.toFile())
            .withStorageLevel(StorageLevel.DISK)
            .withNamespace(RaftNamespaces.RAFT_STORAGE)
            .withMaxSegmentSize(StoreSettings.SMALLEST_SEGMENT_BYTES)
            .withMaxEntrySize(RaftLimits.ENTRY_BYTES)
            .build();
    writer = new DurableLog(log, folder, author).writer();
  }

  private static CommandEntry entry(int bytes) {
    return new CommandEntry(1, 1, 1, 1, RowsPrimitive.apply(new byte[bytes]));
  }

  @Test
  void anEntryThatIsTooLargeIsRefusedAndTheNextIsWritten() {
    assertEquals(1, writer.append(entry(100)).index());
    assertThrows(
        StorageException.TooLarge.class, () -> writer.append(entry(RaftLimits.ENTRY_BYTES)));
    assertFalse(writer.hasFailed());
    assertEquals(2, writer.append(entry(RaftLimits.PART_BYTES)).index());
    log.close();
  }

  /** Else an entry could be acknowledged that stands behind a broken one. */
  @Test
  void afterAWriteFailedNothingMoreIsTaken() {
    writer.append(entry(100));
    log.close();
    assertThrows(RuntimeException.class, () -> writer.append(entry(100)));
    assertTrue(writer.hasFailed());
    var again = assertThrows(StorageException.class, () -> writer.append(entry(100)));
    assertTrue(again.getMessage().contains("earlier"), again.getMessage());
    assertEquals(1, failures);
  }

  /** As on a disk that has room for a part of it alone. */
  @Test
  void anEntryOfWhichAPartIsMissingDoesNotCountAsWritten() throws Exception {
    writer.append(entry(100));
    later = true;
    writer.append(entry(1000));
    cutLastEntry(newest());
    var failure = assertThrows(StorageException.class, writer::flushWritten);
    assertTrue(failure.getMessage().contains("entry 2"), failure.getMessage());
    assertTrue(writer.hasFailed());
    log.close();
  }

  @Test
  void whatIsFlushedAtOnceMayBeInSeveralFiles() throws Exception {
    later = true;
    var first = newest();
    appendUntilFollowed(first);
    writer.flushWritten();
    var second = newest();
    appendUntilFollowed(second);
    cutLastEntry(second);
    assertThrows(StorageException.class, writer::flushWritten);
    log.close();
  }

  private void appendUntilFollowed(LogSegment segment) throws IOException {
    while (newest().equals(segment)) {
      writer.append(entry(RaftLimits.PART_BYTES));
    }
  }

  private static void cutLastEntry(LogSegment segment) throws IOException {
    segment.clearFrom(segment.end().position() - 50);
  }

  private LogSegment newest() throws IOException {
    try (var files = Files.newDirectoryStream(folder, "*.log")) {
      LogSegment newest = null;
      for (var file : files) {
        var segment = LogSegment.read(file).orElseThrow();
        if (newest == null || newest.index() < segment.index()) {
          newest = segment;
        }
      }
      return newest;
    }
  }
}
