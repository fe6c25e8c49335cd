package io.heddle.northbound.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.heddle.model.Change;
import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.model.Snapshot;
import io.heddle.model.Store.UnavailableException;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Transaction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RaftStoreTest {
  @TempDir Path data;

  private RaftStore store;

  static Transaction put(String name) {
    return Edit.transaction(Edit.put(LogicalSwitch.newBuilder().setName(name).build()));
  }

  static Outcome.Committed committed(CompletableFuture<Outcome> outcome) throws Exception {
    return assertInstanceOf(Outcome.Committed.class, outcome.get(20, TimeUnit.SECONDS));
  }

  @BeforeEach
  void open() {
    store = RaftStore.open(StoreSettings.alone(data));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void reopen() {
    store.close();
    open();
  }

  @Test
  void commitsAreThereAgainAfterReopening() throws Exception {
    for (int i = 1; i <= 20; i++) {
      assertEquals(i, committed(store.commit(put("s" + i))).receipt().getRevision());
    }
    var many = IntStream.rangeClosed(21, 1000).mapToObj(i -> store.commit(put("s" + i))).toList();
    for (var outcome : many) {
      committed(outcome);
    }
    reopen();
    assertEquals(1000, store.snapshot().revision());
    assertEquals(1000, store.snapshot().rows(LogicalSwitch.class).size());
  }

  @Test
  void theSnapshotShowsACommitBeforeItIsAnswered() throws Exception {
    var late = Collections.synchronizedList(new ArrayList<Long>());
    var all =
        IntStream.range(0, 500)
            .mapToObj(
                i ->
                    store
                        .commit(put("s" + i))
                        .thenAccept(
                            outcome -> {
                              long revision = ((Outcome.Committed) outcome).receipt().getRevision();
                              if (store.snapshot().revision() < revision) {
                                late.add(revision);
                              }
                            }))
            .toArray(CompletableFuture[]::new);
    CompletableFuture.allOf(all).get(20, TimeUnit.SECONDS);
    assertEquals(List.of(), late);
  }

  @Test
  void eachIsAnsweredWhereItAsksFor() throws Exception {
    var tasks = new LinkedBlockingQueue<Runnable>();
    var mine = store.commit(put("mine"), tasks::add);
    committed(store.commit(put("other")));
    assertFalse(mine.isDone());
    tasks.poll(20, TimeUnit.SECONDS).run();
    committed(mine);
  }

  @Test
  void whoIsGoneWhenItIsAnsweredHurtsNobodyElse() throws Exception {
    var gone = Executors.newSingleThreadExecutor();
    gone.shutdown();
    var never = IntStream.range(0, 50).mapToObj(i -> store.commit(put("never" + i), gone)).toList();
    committed(store.commit(put("other")));
    assertEquals(51, store.snapshot().rows(LogicalSwitch.class).size());
    assertTrue(never.stream().noneMatch(CompletableFuture::isDone));
  }

  @Test
  void aRefusedTransactionSaysWhyAndChangesNothing() throws Exception {
    var port = LogicalSwitchPort.newBuilder().setName("p1").setLogicalSwitch("nowhere").build();
    var outcome = store.commit(Edit.transaction(Edit.put(port))).get(20, TimeUnit.SECONDS);
    var refused = assertInstanceOf(Outcome.Refused.class, outcome);
    assertEquals("logical_switch", refused.violations().get(0).field());
    assertEquals(0, store.snapshot().revision());
  }

  @Test
  void aRetriedRequestIsAnsweredAsTheFirstEvenAfterReopening() throws Exception {
    var transaction = CommitLoop.transaction("once");
    var first = committed(store.commit(transaction));
    assertEquals(first, committed(store.commit(transaction)));
    reopen();
    assertEquals(first, committed(store.commit(transaction)));
    assertEquals(1, store.snapshot().rows(LogicalSwitch.class).size());
  }

  @Test
  void listenersHearEveryCommitInOrderAndWithoutGaps() throws Exception {
    committed(store.commit(put("before")));
    var heard = Collections.synchronizedList(new ArrayList<Long>());
    var commits = new ArrayList<CompletableFuture<Outcome>>();
    for (int i = 0; i < 300; i++) {
      commits.add(store.commit(put("early" + i)));
    }
    try (var subscription = store.subscribe((after, changes) -> heard.add(after.revision()))) {
      for (int i = 0; i < 300; i++) {
        commits.add(store.commit(put("late" + i)));
      }
      for (var commit : commits) {
        committed(commit);
      }
      long from = subscription.from().revision();
      var expected = LongStream.rangeClosed(from + 1, 601).boxed().toList();
      assertEquals(expected, heard);
    }
    committed(store.commit(put("after")));
    assertEquals(601, heard.get(heard.size() - 1));
  }

  @Test
  void listenersHearNothingOfWhatChangesNothing() throws Exception {
    committed(store.commit(put("s")));
    var heard = Collections.synchronizedList(new ArrayList<Snapshot>());
    try (var subscription = store.subscribe((after, changes) -> heard.add(after))) {
      assertEquals(1, committed(store.commit(put("s"))).receipt().getRevision());
      assertEquals(1, subscription.from().revision());
    }
    assertEquals(List.of(), heard);
  }

  @Test
  void aListenerThatFailsHindersNeitherTheOthersNorTheStore() throws Exception {
    var heard = Collections.synchronizedList(new ArrayList<List<Change>>());
    try (var bad =
            store.subscribe(
                (after, changes) -> {
                  throw new StackOverflowError("a listener's own fault");
                });
        var good = store.subscribe((after, changes) -> heard.add(changes))) {
      committed(store.commit(put("s1")));
      committed(store.commit(put("s2")));
      assertEquals(bad.from(), good.from());
    }
    assertEquals(2, heard.size());
  }

  @Test
  void aCallbackThatBlocksDelaysNoOtherCommit() throws Exception {
    var go = new CountDownLatch(1);
    // Where the commit is done first, the callback is run by whoever adds it: not by this thread.
    var blocked =
        CompletableFuture.supplyAsync(
                () -> store.commit(put("s1")).thenAccept(outcome -> await(go)))
            .thenCompose(waiting -> waiting);
    store.commit(put("s2"));
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (store.snapshot().revision() < 2 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertEquals(2, store.snapshot().revision());
    go.countDown();
    blocked.get(20, TimeUnit.SECONDS);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aTransactionThatIsTooLargeIsRefusedAndAlmostTooLargeIsNot() throws Exception {
    var row = LogicalSwitch.newBuilder();
    for (int i = 0; i < 1000; i++) {
      row.putExternalIds("key" + i, "x".repeat(255));
    }
    var operations =
        IntStream.range(0, 120).mapToObj(i -> Edit.put(row.setName("s" + i).build())).toList();
    var fits = Edit.transaction(operations);
    assertTrue(fits.getSerializedSize() > RaftLimits.TRANSACTION_BYTES * 9 / 10);
    committed(store.commit(fits));
    var tooLarge = fits.toBuilder().addAllOperations(operations).build();
    var outcome = store.commit(tooLarge).get(20, TimeUnit.SECONDS);
    assertEquals(Outcome.Reason.LIMIT, assertInstanceOf(Outcome.Refused.class, outcome).reason());
    assertEquals(1, store.snapshot().revision());
  }

  @Test
  void aBackupMayBeLargerThanAnyOtherTransaction() throws Exception {
    var bytes = new byte[RaftLimits.TRANSACTION_BYTES + 1];
    var backup = Transaction.newBuilder().setBackup(ByteString.copyFrom(bytes)).build();
    var outcome = store.commit(backup).get(20, TimeUnit.SECONDS);
    // It came through and was looked at.
    var refused = assertInstanceOf(Outcome.Refused.class, outcome);
    assertEquals(Outcome.Reason.INVALID, refused.reason(), refused.toString());
  }

  @Test
  void aFullQueueIsSaidSoAndLosesNothing() throws Exception {
    int many = 3 * RaftLimits.QUEUED_TRANSACTIONS;
    var outcomes = IntStream.range(0, many).mapToObj(i -> store.commit(put("s" + i))).toList();
    int done = 0;
    int busy = 0;
    for (var outcome : outcomes) {
      try {
        committed(outcome);
        done++;
      } catch (ExecutionException e) {
        assertInstanceOf(UnavailableException.class, e.getCause());
        assertTrue(e.getCause().getMessage().contains("busy"), e.getCause().getMessage());
        busy++;
      }
    }
    assertEquals(many, done + busy);
    assertTrue(busy > 0, "the queue was never full");
    assertEquals(done, store.snapshot().revision());
  }

  @Test
  void closingAnswersAllWhoWaitAndLeavesNoThreadBehind() throws Exception {
    var outcomes = IntStream.range(0, 2000).mapToObj(i -> store.commit(put("s" + i))).toList();
    long begin = System.nanoTime();
    store.close();
    assertTrue(System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(5));
    long acknowledged = 0;
    for (var outcome : outcomes) {
      assertTrue(outcome.isDone());
      acknowledged += outcome.isCompletedExceptionally() ? 0 : 1;
    }
    var late = store.commit(put("late"));
    assertInstanceOf(
        UnavailableException.class,
        assertThrows(ExecutionException.class, () -> late.get(1, TimeUnit.SECONDS)).getCause());
    assertNoThreadsBut(Set.of());
    open();
    assertTrue(store.snapshot().revision() >= acknowledged);
  }

  static void assertNoThreadsBut(Set<String> expected) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!expected.containsAll(threads()) && System.nanoTime() < deadline) {
      Thread.sleep(20);
    }
    var left = threads();
    left.removeAll(expected);
    assertEquals(Set.of(), left);
  }

  static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.matches("(raft|heddle|atomix|netty).*"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void itReopensManyTimesInOneProcess() throws Exception {
    for (int i = 1; i <= 5; i++) {
      assertEquals(i, committed(store.commit(put("s" + i))).receipt().getRevision());
      reopen();
      assertEquals(i, store.snapshot().revision());
    }
    assertFalse(store.snapshot().rows(LogicalSwitch.class).isEmpty());
  }
}
