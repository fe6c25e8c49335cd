package io.heddle.northbound.raft;

import static io.heddle.northbound.raft.RaftStoreTest.committed;
import static io.heddle.northbound.raft.RaftStoreTest.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Edit;
import io.heddle.model.Snapshot;
import io.heddle.model.StateMachine;
import io.heddle.northbound.raft.StoreOpenException.Reason;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.Transaction;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A start goes on from the newest state on disk, and never believes one that the log denies. */
@Timeout(300)
class CheckpointTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path data;
  @TempDir Path copy;

  private RaftStore open(Path folder) {
    return RaftStore.open(StoreSettings.alone(folder));
  }

  private static Path raft(Path folder) {
    return folder.resolve(DataFolder.RAFT);
  }

  private static Path file(Path folder) {
    return raft(folder).resolve(Checkpoint.FILE);
  }

  private static void assertSame(Snapshot expected, Snapshot actual) {
    assertEquals(expected.revision(), actual.revision());
    assertEquals(expected.rows(LogicalSwitch.class), actual.rows(LogicalSwitch.class));
  }

  /** A store of three switches, closed. */
  private Snapshot three() throws Exception {
    try (var store = open(data)) {
      for (int i = 0; i < 3; i++) {
        committed(store.commit(put("s" + i)));
      }
      return store.snapshot();
    }
  }

  @Test
  void aStartAppliesNothingOfWhatTheCheckpointHolds() throws Exception {
    var state = three();
    var last = Checkpoint.read(raft(data));
    assertSame(state, last.snapshot());
    // What the log does not say: it is there only if the checkpoint is what the start goes on from.
    var other = StateMachine.apply(state, put("from the checkpoint")).snapshot();
    new Checkpoint(last.index(), other, last.commits(), last.parts(), last.audit())
        .write(raft(data));
    try (var store = open(data)) {
      assertSame(other, store.snapshot());
      committed(store.commit(put("next")));
      assertEquals(other.revision() + 1, store.snapshot().revision());
    }
    try (var store = open(data)) {
      assertEquals(5, store.snapshot().rows(LogicalSwitch.class).size());
    }
  }

  @Test
  void aStoreThatIsKilledHasOneThatIsNotFarBehind() throws Exception {
    try (var store = open(data)) {
      int bytes = 0;
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      for (int i = 0; !Files.exists(file(data)); i++) {
        assertTrue(System.nanoTime() < deadline, "no checkpoint after " + bytes + " bytes");
        var transaction = large(i);
        bytes += transaction.getSerializedSize();
        committed(store.commit(transaction));
      }
      assertTrue(bytes >= RaftLimits.CHECKPOINT_LOG_BYTES / 2, "already after " + bytes + " bytes");
      committed(store.commit(put("after it")));
      copy();
      assertTrue(Checkpoint.read(raft(copy)).snapshot().revision() < store.snapshot().revision());
      try (var again = open(copy)) {
        assertSame(store.snapshot(), again.snapshot());
      }
    }
  }

  /** Some 20 KB. */
  private static Transaction large(int number) {
    var row = LogicalSwitch.newBuilder().setName("large" + number);
    for (int i = 0; i < 100; i++) {
      row.putExternalIds("key" + i, "value ".repeat(30));
    }
    return Edit.transaction(Edit.put(row.build()));
  }

  /** The files as they are while the store runs, as a process that is killed leaves them. */
  private void copy() throws IOException {
    Files.createDirectories(raft(copy));
    Files.copy(data.resolve("version"), copy.resolve("version"));
    try (var files = Files.list(raft(data))) {
      for (var file : files.toList()) {
        Files.copy(file, raft(copy).resolve(file.getFileName()));
      }
    }
  }

  /** As it was before there was an audit log. */
  @Test
  void oneOfAnOlderHeddleIsRead() throws Exception {
    three();
    var checkpoint = Checkpoint.read(raft(data));
    assertEquals(3, checkpoint.audit().newestFirst(0, 4).count());
    var audit = new ByteArrayOutputStream();
    checkpoint.audit().write(new DataOutputStream(audit));
    var whole = Files.readAllBytes(file(data));
    var older = Arrays.copyOf(whole, whole.length - audit.size());
    var crc = new CRC32C();
    crc.update(older, 0, older.length - Long.BYTES);
    ByteBuffer.wrap(older).putLong(older.length - Long.BYTES, crc.getValue());
    Files.write(file(data), older);
    var read = Checkpoint.read(raft(data));
    assertSame(checkpoint.snapshot(), read.snapshot());
    assertEquals(0, read.audit().newestFirst(0, 4).count());
    assertEquals(3, read.audit().forgotten());
  }

  @Test
  void oneThatIsDamagedIsPassedOver() throws Exception {
    var state = three();
    var whole = Files.readAllBytes(file(data));
    for (int position : new int[] {3, whole.length / 2, whole.length - 1}) {
      var damaged = whole.clone();
      damaged[position] ^= 0x55;
      Files.write(file(data), damaged);
      assertEquals(Checkpoint.NOTHING, Checkpoint.read(raft(data)), "byte " + position);
    }
    Files.write(file(data), Arrays.copyOf(whole, whole.length / 3));
    try (var store = open(data)) {
      assertSame(state, store.snapshot());
    }
  }

  @Test
  void aLogThatLostWhatWasAppliedIsRefused() throws Exception {
    three();
    var last = Checkpoint.read(raft(data));
    new Checkpoint(
            last.index() + 1_000, last.snapshot(), last.commits(), last.parts(), last.audit())
        .write(raft(data));
    var refused = assertThrows(StoreOpenException.class, () -> open(data).close());
    assertEquals(Reason.DAMAGED, refused.reason(), refused.getMessage());
  }

  @Test
  void waitingEndsOnlyWhereNothingMoves() throws Exception {
    var steps = new AtomicLong();
    var done = new CompletableFuture<String>();
    var moving =
        new Patience(
            Duration.ofMillis(10),
            () -> {
              if (steps.incrementAndGet() == 10) {
                done.complete("done");
              }
              return steps.get();
            });
    assertEquals("done", moving.await(done));
    var still = new Patience(Duration.ofMillis(10), () -> 7);
    var never =
        CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(1, TimeUnit.DAYS));
    assertThrows(TimeoutException.class, () -> still.await(never));
  }
}
