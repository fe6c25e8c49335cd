package io.heddle.northbound.raft;

import io.atomix.protocols.raft.storage.log.entry.RaftLogEntry;
import io.atomix.storage.journal.Indexed;
import java.util.Optional;
import java.util.TreeMap;

/** The newest entries of the log, in memory. Used by one thread, as the log is. */
final class LogTail {
  /** By index, none left out. */
  private final TreeMap<Long, Indexed<RaftLogEntry>> entries = new TreeMap<>();

  private final int maxBytes;
  private long bytes;

  /**
   * @param maxBytes of all entries, encoded; the newest is kept whatever its size
   */
  LogTail(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** All from its index on that was there before is replaced by it. */
  void append(Indexed<? extends RaftLogEntry> entry) {
    truncate(entry.index() - 1);
    if (!entries.containsKey(entry.index() - 1)) {
      clear();
    }
    entries.put(entry.index(), new Indexed<>(entry.index(), entry.entry(), entry.size()));
    bytes += entry.size();
    while (bytes > maxBytes && entries.size() > 1) {
      bytes -= entries.pollFirstEntry().getValue().size();
    }
  }

  /** Forgets all after the index. */
  void truncate(long index) {
    while (!entries.isEmpty() && entries.lastKey() > index) {
      bytes -= entries.pollLastEntry().getValue().size();
    }
  }

  /** Forgets all before the index. */
  void compact(long index) {
    while (!entries.isEmpty() && entries.firstKey() < index) {
      bytes -= entries.pollFirstEntry().getValue().size();
    }
  }

  void clear() {
    entries.clear();
    bytes = 0;
  }

  Optional<Indexed<RaftLogEntry>> entry(long index) {
    return Optional.ofNullable(entries.get(index));
  }
}
