package io.heddle.northbound.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.atomix.protocols.raft.storage.snapshot.Snapshot;
import io.atomix.utils.time.WallClockTimestamp;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotsTest {
  private static final int ENTRIES = 100;

  /** Of so many numbers a snapshot is. */
  private static final int RECEIVED = 5_000;

  private static final int OWN = 6_000;

  @TempDir Path folder;

  private Snapshots snapshots(boolean received) {
    var storage = RaftNode.storage(StoreSettings.alone(folder), folder);
    return new Snapshots(storage, () -> received);
  }

  private static Snapshot written(Snapshots snapshots, long index) {
    var snapshot = snapshots.newTemporarySnapshot(index, new WallClockTimestamp());
    try (var writer = snapshot.openWriter()) {
      writer.writeLong(index);
    }
    return snapshot;
  }

  /** Where the snapshot of that entry would be written to. */
  private Path fullDisk(long entry) throws Exception {
    var file = folder.resolve("heddle-" + entry + ".snapshot");
    return Files.createSymbolicLink(file, Path.of("/dev/full"));
  }

  /** The library completes what it gets, and then takes the next. */
  @Test
  void oneThatCannotBeWrittenIsGivenUpAndTheNextIsKept() throws Exception {
    var snapshots = snapshots(false);
    var full = fullDisk(5);
    var lost = written(snapshots, 5).persist();
    assertEquals(0, lost.index());
    lost.complete();
    assertNull(snapshots.getCurrentSnapshot());
    assertFalse(Files.exists(full, LinkOption.NOFOLLOW_LINKS), "there is no room for the rest");

    var kept = written(snapshots, 6).persist();
    assertEquals(6, kept.index());
    kept.complete();
    assertEquals(6, snapshots.getCurrentSnapshot().index());
    try (var reader = snapshots.getCurrentSnapshot().openReader()) {
      assertEquals(6, reader.readLong());
    }
    assertEquals(6, snapshots(false).getCurrentSnapshot().index());
  }

  /** Both are the same file. */
  @Test
  void ofTwoOfTheSameEntryOneStays() throws Exception {
    var own = snapshots(false);
    var taken = written(own, 5).persist();
    written(own, 5).persist().complete();
    taken.complete();
    var again = written(own, 5).persist();
    assertEquals(5, snapshots(false).getCurrentSnapshot().index());
    again.complete();
    for (var snapshots : List.of(own, snapshots(false))) {
      try (var reader = snapshots.getCurrentSnapshot().openReader()) {
        assertEquals(5, reader.readLong());
      }
    }
  }

  /** A member reads what it has after an entry, and a restart keeps what is complete. */
  @Test
  void whatIsCompleteIsNotWrittenAgain() throws Exception {
    var anothers = new AtomicBoolean();
    var storage = RaftNode.storage(StoreSettings.alone(folder), folder);
    var snapshots = new Snapshots(storage, anothers::get);
    var own = written(snapshots, 5).persist();
    anothers.set(true);
    var received = written(snapshots, 5);
    own.complete();
    var kept = received.persist();
    for (var found : List.of(snapshots, snapshots(false))) {
      try (var reader = found.getCurrentSnapshot().openReader()) {
        assertEquals(5, reader.readLong());
      }
    }
    kept.complete();
    assertEquals(5, snapshots(false).getCurrentSnapshot().index());
  }

  /** A member takes one while it gets another's. */
  @Test
  void ofTwoThatAreWrittenAtTheSameTimeOneIsWhole() throws Exception {
    var raft = Thread.currentThread();
    var storage = RaftNode.storage(StoreSettings.alone(folder), folder);
    var snapshots = new Snapshots(storage, () -> Thread.currentThread() == raft);
    for (long entry = 1; entry <= ENTRIES; entry++) {
      var received = filled(snapshots, entry, 1);
      long index = entry;
      var own = CompletableFuture.runAsync(() -> filled(snapshots, index, 2).persist().complete());
      received.persist().complete();
      own.join();
      try (var reader = snapshots.getCurrentSnapshot().openReader()) {
        long first = reader.readLong();
        assertEquals(first == 1 ? RECEIVED : OWN, 1 + reader.remaining() / Long.BYTES);
        while (reader.hasRemaining()) {
          assertEquals(first, reader.readLong());
        }
      }
    }
  }

  private static Snapshot filled(Snapshots snapshots, long entry, long with) {
    var snapshot = snapshots.newTemporarySnapshot(entry, new WallClockTimestamp());
    try (var writer = snapshot.openWriter()) {
      for (int i = 0; i < (with == 1 ? RECEIVED : OWN); i++) {
        writer.writeLong(with);
      }
    }
    return snapshot;
  }

  @Test
  void anothersThatCannotBeWrittenIsAFailure() throws Exception {
    fullDisk(5);
    assertThrows(RuntimeException.class, written(snapshots(true), 5)::persist);
  }
}
