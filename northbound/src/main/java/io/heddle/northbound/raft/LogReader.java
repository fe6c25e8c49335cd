package io.heddle.northbound.raft;

import io.atomix.protocols.raft.storage.log.RaftLogReader;
import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.storage.journal.Indexed;
import io.atomix.storage.journal.JournalReader;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Reads the log, from memory where it can. The file is open only while what comes next is not in
 * memory: at the start, and for a member that is far behind.
 */
final class LogReader extends RaftLogReader {
  private final DurableLog log;

  /** Where it reads the file, that alone knows where it is. */
  private Optional<RaftLogReader> file;

  private Optional<Indexed<RaftLogEntry>> current = Optional.empty();
  private long next;

  LogReader(DurableLog log, long index) {
    // The parent would read the file; all of its methods are replaced.
    super(null, log, JournalReader.Mode.ALL);
    this.log = log;
    this.file = Optional.of(log.openFile(index));
  }

  @Override
  public long getFirstIndex() {
    if (file.isPresent()) {
      return file.get().getFirstIndex();
    }
    try (var opened = log.openFile(next)) {
      return opened.getFirstIndex();
    }
  }

  @Override
  public long getCurrentIndex() {
    return file.map(RaftLogReader::getCurrentIndex)
        .orElseGet(() -> current.map(Indexed::index).orElse(0L));
  }

  /** {@code null}, as its callers expect, where nothing was read yet. */
  @Override
  public Indexed<RaftLogEntry> getCurrentEntry() {
    return file.isPresent() ? file.get().getCurrentEntry() : current.orElse(null);
  }

  @Override
  public long getNextIndex() {
    return file.map(RaftLogReader::getNextIndex).orElse(next);
  }

  @Override
  public boolean hasNext() {
    if (inMemory(getNextIndex())) {
      return true;
    }
    return getNextIndex() <= log.writer().getLastIndex() && file().hasNext();
  }

  @Override
  public Indexed<RaftLogEntry> next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the log ends before " + getNextIndex());
    }
    if (file.isPresent()) {
      return file.get().next();
    }
    var entry = log.tail().entry(next).orElseThrow();
    current = Optional.of(entry);
    next++;
    return entry;
  }

  /** Lets go of the file where the entry can be had from memory. */
  private boolean inMemory(long index) {
    boolean there = log.tail().entry(index).isPresent();
    if (there && file.isPresent()) {
      current = Optional.ofNullable(file.get().getCurrentEntry());
      next = index;
      closeFile();
    }
    return there;
  }

  private RaftLogReader file() {
    if (file.isEmpty()) {
      open(next);
    }
    return file.get();
  }

  /** So that it has just read the entry before. */
  private void open(long index) {
    closeFile();
    var opened = log.openFile(Math.max(1, index - 1));
    if (opened.getNextIndex() < index && opened.hasNext()) {
      opened.next();
    }
    file = Optional.of(opened);
  }

  private void closeFile() {
    file.ifPresent(RaftLogReader::close);
    file = Optional.empty();
  }

  @Override
  public void reset() {
    closeFile();
    file = Optional.of(log.openFile(1));
  }

  @Override
  public void reset(long index) {
    var before = log.tail().entry(index - 1);
    if (before.isPresent()) {
      closeFile();
      current = before;
      next = index;
    } else {
      open(index);
    }
  }

  /**
   * All after the index is gone. One that reads the file has read ahead, which the library forgets.
   */
  void truncated(long index) {
    if (getNextIndex() > index) {
      reset(index + 1);
    } else if (file.isPresent()) {
      open(getNextIndex());
    }
  }

  /** All before the index is gone. */
  void compacted(long index) {
    if (file.isEmpty() && next < index) {
      reset(index);
    }
  }

  /** The log goes on at the index. */
  void movedTo(long index) {
    if (file.isEmpty() && next != index) {
      reset(index);
    }
  }

  @Override
  public void close() {
    closeFile();
  }

  @Override
  public String toString() {
    return "reader at " + getNextIndex();
  }
}
