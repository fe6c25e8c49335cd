package io.heddle.northbound.raft;

import io.atomix.protocols.raft.storage.log.RaftLog;
import io.atomix.protocols.raft.storage.log.RaftLogReader;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.storage.journal.JournalReader;
import io.atomix.storage.journal.SegmentedJournal;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Consumer;

/**
 * The log: what is written is on disk before anyone counts it ({@link DurableLogWriter}), and what
 * was written last is read from memory. The library's readers take 8 MiB from the file, twice the
 * largest entry, to read one entry, some milliseconds of work; and each commit is read once to be
 * applied, and once for each other member.
 */
final class DurableLog extends RaftLog {
  private final RaftLog log;
  private final LogTail tail;
  private final DurableLogWriter writer;

  /** The library never closes its readers. */
  private final Set<LogReader> readers = Collections.newSetFromMap(new WeakHashMap<>());

  DurableLog(RaftLog log, Path folder, DurableLogWriter.Author author) {
    this(log, folder, author, RaftLimits.TAIL_BYTES);
  }

  /**
   * @param tailBytes of the newest entries that are kept in memory
   */
  DurableLog(RaftLog log, Path folder, DurableLogWriter.Author author, int tailBytes) {
    super(journal(log), false);
    this.log = log;
    this.tail = new LogTail(tailBytes);
    this.writer = new DurableLogWriter(log, folder, this, author);
  }

  /** The library keeps it to itself, and makes the log by itself. */
  @SuppressWarnings("unchecked")
  private static SegmentedJournal<RaftLogEntry> journal(RaftLog log) {
    try {
      var field = RaftLog.class.getDeclaredField("journal");
      field.setAccessible(true);
      return (SegmentedJournal<RaftLogEntry>) field.get(log);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("this is another release of Atomix than Heddle was made for", e);
    }
  }

  @Override
  public DurableLogWriter writer() {
    return writer;
  }

  LogTail tail() {
    return tail;
  }

  @Override
  public LogReader openReader(long index) {
    return openReader(index, JournalReader.Mode.ALL);
  }

  @Override
  public LogReader openReader(long index, JournalReader.Mode mode) {
    var reader = new LogReader(this, index);
    readers.add(reader);
    return reader;
  }

  /** One that reads the file. */
  RaftLogReader openFile(long index) {
    return log.openReader(index);
  }

  /** All after the index is gone. */
  void truncated(long index) {
    tail.truncate(index);
    each(reader -> reader.truncated(index));
  }

  /** The log ends before the index and goes on there. */
  void reset(long index) {
    tail.clear();
    each(reader -> reader.movedTo(index));
  }

  @Override
  public void compact(long index) {
    super.compact(index);
    long first = getCompactableIndex(index);
    tail.compact(first);
    each(reader -> reader.compacted(first));
  }

  private void each(Consumer<LogReader> action) {
    Set.copyOf(readers).forEach(action);
  }
}
