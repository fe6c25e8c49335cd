package io.heddle.northbound.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.atomix.protocols.raft.partition.impl.RaftNamespaces;
import io.atomix.protocols.raft.storage.log.RaftLog;
import io.atomix.protocols.raft.storage.log.entry.CommandEntry;
import io.atomix.storage.StorageLevel;
import io.atomix.utils.serializer.Namespace;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers see the log as it is, whether they read it from memory or from the files. */
class DurableLogTest {
  private static final int SEGMENT = 64 << 10;
  private static final int TAIL = 8 << 10;
  private static final int STEPS = 2_000;

  @TempDir Path folder;

  private RaftLog files;
  private DurableLog log;
  private long term = 1;

  @BeforeEach
  void open() {
    files = open(folder);
    log = new DurableLog(files, folder, new AtOnce());
  }

  private static final class AtOnce implements DurableLogWriter.Author {
    @Override
    public boolean flushesLater() {
      return false;
    }

    @Override
    public boolean waitsForRoom() {
      return true;
    }

    @Override
    public void failed() {}
  }

  private static RaftLog open(Path folder) {
    Namespace namespace = RaftNamespaces.RAFT_STORAGE;
    return RaftLog.builder()
        .withName(RaftNode.NAME)
        .withDirectory(folder.toFile())
        .withStorageLevel(StorageLevel.DISK)
        .withNamespace(namespace)
        .withMaxSegmentSize(SEGMENT)
        .withMaxEntrySize(SEGMENT / 2)
        .build();
  }

  @AfterEach
  void close() {
    log.close();
  }

  private long append(int bytes) {
    var operation = RowsPrimitive.apply(new byte[bytes]);
    return log.writer().append(new CommandEntry(term, 1, 1, 1, operation)).index();
  }

  @Test
  void whatIsWrittenIsReadWithoutTheFile() {
    append(10);
    var reader = log.openReader(1);
    assertEquals(1, reader.next().index());
    append(10);
    assertTrue(reader.hasNext());
    files.close();
    assertEquals(2, reader.next().index());
    assertFalse(reader.hasNext());
    assertEquals(2, reader.getCurrentIndex());
    assertEquals(3, reader.getNextIndex());
  }

  /**
   * Whoever is to get what is gone gets the first entry that there is, after nothing: after what it
   * read last the other member would take it for the next.
   */
  @Test
  void whoIsBehindTheLogsBeginningIsAtIt() {
    log.close();
    files = open(folder.resolve("short"));
    log = new DurableLog(files, folder.resolve("short"), new AtOnce(), TAIL);
    var fromMemory = log.openReader(1);
    for (int i = 0; i < 60; i++) {
      append(SEGMENT / 20);
      if (i < 46) {
        fromMemory.next();
      }
    }
    var fromFile = log.openReader(1);
    for (int i = 0; i < 46; i++) {
      fromFile.next();
    }
    log.writer().commit(60);
    log.compact(58);
    for (var reader : List.of(fromMemory, fromFile)) {
      assertIsAtTheBeginning(reader);
      for (long behind = 1; behind < reader.getFirstIndex(); behind++) {
        reader.reset(behind);
        assertIsAtTheBeginning(reader);
      }
    }
  }

  private static void assertIsAtTheBeginning(LogReader reader) {
    long first = reader.getFirstIndex();
    assertTrue(first > 47, () -> "the log begins at " + first);
    assertNull(reader.getCurrentEntry());
    assertEquals(0, reader.getCurrentIndex());
    assertEquals(first, reader.getNextIndex());
    assertEquals(first, reader.next().index());
  }

  /**
   * Readers at all places through all that a log goes through. The library's own readers would not
   * do as a measure: they read on from their buffers what was replaced meanwhile.
   */
  @Test
  void readersSeeTheLogAsItIs() {
    for (long seed = 1; seed <= 5; seed++) {
      log.close();
      var own = folder.resolve("seed" + seed);
      files = open(own);
      log = new DurableLog(files, own, new AtOnce(), TAIL);
      new History(new SplittableRandom(seed), "seed " + seed).run();
    }
  }

  /** A log as a map of terms by index, and where each reader should be in it. */
  private final class History {
    private final SplittableRandom random;
    private final String seed;
    private final TreeMap<Long, Long> terms = new TreeMap<>();
    private final Map<LogReader, Long> readers = new LinkedHashMap<>();
    private long committed;
    private long first = 1;

    History(SplittableRandom random, String seed) {
      this.random = random;
      this.seed = seed;
    }

    void run() {
      for (int step = 0; step < STEPS; step++) {
        int choice = random.nextInt(100);
        if (choice < 40) {
          int bytes = random.nextInt(1, random.nextInt(10) == 0 ? SEGMENT / 3 : 500);
          terms.put(append(bytes), term);
        } else if (choice < 43 && last() > committed) {
          truncate(random.nextLong(committed, last()));
        } else if (choice < 45) {
          committed = random.nextLong(committed, last() + 1);
          log.writer().commit(committed);
        } else if (choice == 45 && committed > 1) {
          compact(random.nextLong(1, committed));
        } else if (choice < 48 && readers.size() < 20) {
          readers.put(log.openReader(last() + 1), last() + 1);
        } else if (choice < 50 && !readers.isEmpty()) {
          reset(any(), random.nextLong(first, last() + 2));
        } else if (!readers.isEmpty()) {
          read(any(), seed + " step " + step);
        }
      }
      assertTrue(first > 1, "nothing was compacted");
    }

    private long last() {
      return log.writer().getLastIndex();
    }

    private LogReader any() {
      return List.copyOf(readers.keySet()).get(random.nextInt(readers.size()));
    }

    private void truncate(long index) {
      term++;
      log.writer().truncate(index);
      terms.tailMap(index, false).clear();
      readers.replaceAll((reader, next) -> Math.min(next, index + 1));
    }

    private void compact(long index) {
      log.compact(index);
      first = files.openReader(1).getNextIndex();
      readers.replaceAll((reader, next) -> Math.max(next, first));
    }

    private void reset(LogReader reader, long index) {
      reader.reset(index);
      readers.put(reader, index);
      var before = Optional.ofNullable(reader.getCurrentEntry()).map(e -> e.entry().term());
      if (index > first) {
        assertEquals(Optional.ofNullable(terms.get(index - 1)), before, seed);
      }
    }

    private void read(LogReader reader, String when) {
      long next = readers.get(reader);
      assertEquals(next, reader.getNextIndex(), when);
      assertEquals(first, reader.getFirstIndex(), when);
      assertEquals(terms.containsKey(next), reader.hasNext(), when);
      if (reader.hasNext()) {
        var entry = reader.next();
        assertEquals(next, entry.index(), when);
        assertEquals(terms.get(next), entry.entry().term(), when);
        assertEquals(next, reader.getCurrentIndex(), when);
        assertEquals(terms.get(next), reader.getCurrentEntry().entry().term(), when);
        readers.put(reader, next + 1);
      }
    }
  }
}
