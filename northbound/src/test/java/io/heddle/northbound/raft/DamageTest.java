package io.heddle.northbound.raft;

import static io.heddle.northbound.raft.RaftStoreTest.committed;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.AuditLog;
import io.heddle.model.Edit;
import io.heddle.model.LastCommits;
import io.heddle.model.Snapshot;
import io.heddle.northbound.raft.StoreOpenException.Reason;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.Operation;
import io.heddle.v1.Transaction;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The log is cut off where a snapshot holds what it said; damage to either is told, not skipped.
 */
@Timeout(300)
class DamageTest {
  private static final int FILE_BYTES = StoreSettings.SMALLEST_SEGMENT_BYTES;

  @TempDir static Path made;
  private static Snapshot state;
  private static long bytesBefore;
  private static long bytesAfter;

  @TempDir Path folder;

  /** One data folder with a log of several files, compacted, and commits after that. */
  @BeforeAll
  static void makeFolder() throws Exception {
    try (var store = RaftStore.open(settings(made))) {
      for (int i = 0; i < 20; i++) {
        committed(store.commit(large(i)));
      }
      bytesBefore = bytesOfLog(made);
      do {
        // On a slow machine Raft may be at it already, for the log as it was some time ago.
        var compacted = store.compact();
        while (!compacted.isDone()) {
          committed(store.commit(RaftStoreTest.put("meanwhile")));
          committed(store.commit(Edit.transaction(Edit.delete(LogicalSwitch.class, "meanwhile"))));
          Thread.sleep(20);
        }
        compacted.get(1, TimeUnit.SECONDS);
        bytesAfter = bytesOfLog(made);
      } while (bytesAfter > 2L * FILE_BYTES);
      committed(store.commit(RaftStoreTest.put("after compacting")));
      committed(store.commit(CommitLoop.transaction("last")));
      state = store.snapshot();
    }
  }

  private static StoreSettings settings(Path folder) {
    return StoreSettings.alone(folder).withSegmentBytes(FILE_BYTES);
  }

  /** Some 2.5 MB that overwrite what the one before wrote. */
  static Transaction large(int number) {
    var rows = new ArrayList<Operation>();
    for (int i = 0; i < 10; i++) {
      var row = LogicalSwitch.newBuilder().setName("large" + i);
      for (int j = 0; j < 1000; j++) {
        row.putExternalIds("key" + j, (number + " ").repeat(80));
      }
      rows.add(Edit.put(row.build()));
    }
    return Edit.transaction(rows).toBuilder().setRequestId("large" + number).build();
  }

  private static long bytesOfLog(Path folder) throws IOException {
    long sum = 0;
    for (var file : files(folder, ".log")) {
      sum += Files.size(file);
    }
    return sum;
  }

  static List<Path> files(Path folder, String suffix) throws IOException {
    try (var files = Files.list(folder.resolve(DataFolder.RAFT))) {
      return files.filter(f -> f.toString().endsWith(suffix)).sorted().toList();
    }
  }

  private Path copy() throws IOException {
    try (var all = Files.walk(made)) {
      for (var file : all.toList()) {
        var to = folder.resolve(made.relativize(file).toString());
        if (!Files.isDirectory(file)) {
          Files.createDirectories(to.getParent());
          Files.copy(file, to);
        }
      }
    }
    return folder;
  }

  private static void assertSame(Snapshot expected, Snapshot actual) {
    assertEquals(expected.revision(), actual.revision());
    assertEquals(expected.rows(LogicalSwitch.class), actual.rows(LogicalSwitch.class));
  }

  private StoreOpenException refused() {
    var refused =
        assertThrows(StoreOpenException.class, () -> RaftStore.open(settings(folder)).close());
    assertEquals(Reason.DAMAGED, refused.reason(), refused.getMessage());
    return refused;
  }

  @Test
  void compactingBoundsTheLogAndLosesNothing() throws Exception {
    assertTrue(bytesBefore >= 5L * FILE_BYTES, bytesBefore + " bytes before");
    assertTrue(bytesAfter <= 2L * FILE_BYTES, bytesAfter + " bytes after");
    try (var store = RaftStore.open(settings(copy()))) {
      assertSame(state, store.snapshot());
      var again = committed(store.commit(large(3)));
      assertEquals(4, again.receipt().getRevision(), "the request was forgotten");
      assertEquals(state.revision(), store.snapshot().revision());
      committed(store.commit(RaftStoreTest.put("next")));
      assertEquals(state.revision() + 1, store.snapshot().revision());
    }
  }

  @Test
  void aWriteCutShortIsForgottenForItWasNeverAcknowledged() throws Exception {
    var log = last(files(copy(), ".log"));
    long end = LogSegment.read(log).orElseThrow().end().position();
    try (var file = new RandomAccessFile(log.toFile(), "rw")) {
      file.seek(end);
      file.writeInt(5000);
      file.writeInt(0x12345678);
      file.write(new byte[] {1, 2, 3, 4, 5});
    }
    assertStaysUsable();
  }

  @Test
  void pagesOfAnUnfinishedWriteMayArriveInAnyOrder() throws Exception {
    var log = last(files(copy(), ".log"));
    long end = LogSegment.read(log).orElseThrow().end().position();
    try (var file = new RandomAccessFile(log.toFile(), "rw")) {
      file.seek(end + 8192);
      file.write("a later page of an entry whose first page is not there".getBytes());
    }
    assertStaysUsable();
  }

  /** Twice, for what was left behind the end could hurt only the second time. */
  private void assertStaysUsable() throws Exception {
    try (var store = RaftStore.open(settings(folder))) {
      assertSame(state, store.snapshot());
      committed(store.commit(RaftStoreTest.put("on the clean end")));
    }
    try (var store = RaftStore.open(settings(folder))) {
      assertEquals(state.revision() + 1, store.snapshot().revision());
    }
  }

  @Test
  void theEndOfALogThatWasCutOffIsForgotten() throws Exception {
    var log = last(files(copy(), ".log"));
    try (var file = new RandomAccessFile(log.toFile(), "rw")) {
      long end = LogSegment.read(log).orElseThrow().end().position();
      file.setLength(end + 3);
    }
    assertStaysUsable();
  }

  @Test
  void damageInTheMiddleIsRefused() throws Exception {
    var log = last(files(copy(), ".log"));
    long end = LogSegment.read(log).orElseThrow().end().position();
    flip(log, 64 + (end - 64) / 2);
    assertTrue(refused().getMessage().contains(log.getFileName().toString()));
  }

  @Test
  void aMissingFileOfTheLogIsRefused() throws Exception {
    for (var log : files(copy(), ".log")) {
      Files.delete(log);
    }
    refused();
  }

  @Test
  void aMissingSnapshotIsRefused() throws Exception {
    for (var snapshot : files(copy(), ".snapshot")) {
      Files.delete(snapshot);
    }
    refused();
  }

  /** One that is older than the snapshot, and none at all. */
  @Test
  void theSnapshotWinsOverAnOlderCheckpoint() throws Exception {
    var raft = copy().resolve(DataFolder.RAFT);
    new Checkpoint(1, Snapshot.empty(), LastCommits.none(0), Parts.NONE, AuditLog.EMPTY)
        .write(raft);
    try (var store = RaftStore.open(settings(folder))) {
      assertSame(state, store.snapshot());
    }
    Files.delete(raft.resolve(Checkpoint.FILE));
    assertStaysUsable();
  }

  @Test
  void aDamagedSnapshotIsRefused() throws Exception {
    for (var snapshot : files(copy(), ".snapshot")) {
      flip(snapshot, Files.size(snapshot) / 2);
    }
    refused();
  }

  @Test
  void aSnapshotCutShortIsRefused() throws Exception {
    for (var snapshot : files(copy(), ".snapshot")) {
      try (var file = new RandomAccessFile(snapshot.toFile(), "rw")) {
        file.setLength(file.length() / 3);
      }
    }
    refused();
  }

  @Test
  void aLogFileThatWasJustMadeIsReplaced() throws Exception {
    var log = last(files(copy(), ".log"));
    Files.write(log.resolveSibling("heddle-999.log"), new byte[100]);
    assertStaysUsable();
  }

  @Test
  void aLockThatRaftLeftBehindHindersNothing() throws Exception {
    copy();
    Files.write(folder.resolve(DataFolder.RAFT).resolve(".heddle.lock"), new byte[0]);
    assertStaysUsable();
  }

  private static Path last(List<Path> files) {
    return files.get(files.size() - 1);
  }

  private static void flip(Path path, long position) throws IOException {
    try (var file = new RandomAccessFile(path.toFile(), "rw")) {
      file.seek(position);
      int old = file.read();
      file.seek(position);
      file.write(old ^ 0x55);
    }
  }
}
