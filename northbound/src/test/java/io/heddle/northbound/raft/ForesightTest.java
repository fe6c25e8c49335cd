package io.heddle.northbound.raft;

import static io.heddle.northbound.raft.RaftStoreTest.committed;
import static io.heddle.northbound.raft.RaftStoreTest.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Edit;
import io.heddle.model.Edition;
import io.heddle.model.Outcome;
import io.heddle.v1.AddressSet;
import io.heddle.v1.ClusterVersion;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.Transaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What transactions do is found out once, and never holds where something else came first. */
@Timeout(120)
class ForesightTest {
  private static final UUID SOURCE = UUID.randomUUID();

  @TempDir Path folder;
  private final List<List<Outcome>> answers = new ArrayList<>();
  private long entries;

  private static Batch batch(long number, Transaction... transactions) {
    return new Batch(
        SOURCE, number, Arrays.stream(transactions).map(Transaction::toByteArray).toList());
  }

  private Replica replica(Checkpoints checkpoints) {
    return new Replica(
        Checkpoint.NOTHING,
        checkpoints,
        (batch, from) -> Optional.empty(),
        (batch, outcomes) -> answers.add(outcomes));
  }

  private void apply(Replica replica, Batch batch) {
    replica.apply(++entries, batch.encode());
  }

  private static Batch on(Foresight foresight, Batch batch) {
    return foresight.on(batch, Collections.nCopies(batch.transactions().size(), Optional.empty()));
  }

  private static String names(Replica replica) {
    return replica.snapshot().rows(LogicalSwitch.class).values().stream()
        .map(row -> row.name())
        .sorted()
        .collect(Collectors.joining(" "));
  }

  /** The same effects beside other transactions show which of the two a replica goes by. */
  private static Batch beside(Batch foreseen, Transaction... others) {
    return batch(foreseen.number(), others).doing(foreseen.revision(), foreseen.effects());
  }

  @Test
  void whoHasTheRevisionDoesWhatWasSeenAndNobodyElse() {
    try (var checkpoints = new Checkpoints(folder, Checkpoint.NOTHING)) {
      var one = replica(checkpoints);
      var other = replica(checkpoints);
      var foresight = new Foresight(SOURCE, one::snapshot, () -> true);
      apply(one, batch(1, put("a")));
      apply(other, batch(1, put("a")));
      var seen = on(foresight, batch(2, put("b"), put("a"), put("c")));
      assertEquals(List.of(1L, 1L), List.of(seen.revision(), one.snapshot().revision()));

      apply(other, beside(seen, put("x"), put("a"), put("y")));
      assertEquals("a b c", names(other));
      assertEquals(3, other.snapshot().revision());

      apply(one, batch(3, put("before")));
      apply(one, beside(seen, put("x"), put("a"), put("y")));
      assertEquals("a before x y", names(one));
    }
  }

  @Test
  void itsOwnBatchIsNotCarriedOutTwice() {
    try (var checkpoints = new Checkpoints(folder, Checkpoint.NOTHING)) {
      var replica = replica(checkpoints);
      var foresight = new Foresight(SOURCE, replica::snapshot, () -> true);
      var before = replica.snapshot();
      var seen = on(foresight, batch(1, put("a"), put("b")));
      assertEquals(Optional.of(List.of()), foresight.of(batch(2, put("a")), before));
      var steps = foresight.of(seen, before).orElseThrow();
      assertEquals(2, steps.size());
      assertInstanceOf(Outcome.Committed.class, steps.get(1).applied().outcome());
      assertEquals(Optional.of(List.of()), foresight.of(seen, before), "once only");
      var others = new Batch(UUID.randomUUID(), 1, seen.transactions());
      assertEquals(Optional.empty(), foresight.of(others, before));

      on(foresight, batch(3, put("c")));
      apply(replica, batch(9, put("d")));
      var mine = foresight.of(batch(3, put("c")), replica.snapshot());
      assertEquals(Optional.of(List.of()), mine, "from another state");
    }
  }

  @Test
  void aMessageThatIsAtHandIsNotReadFromItsBytes() {
    try (var checkpoints = new Checkpoints(folder, Checkpoint.NOTHING)) {
      var replica = replica(checkpoints);
      var foresight = new Foresight(SOURCE, replica::snapshot, () -> true);
      var other = put("other");
      apply(
          replica,
          foresight.on(
              batch(1, put("a"), put("b")), List.of(Optional.of(other), Optional.empty())));
      assertEquals("b other", names(replica));
    }
  }

  /** A start has less to do with entries that say what they do. */
  @Test
  void aCheckpointIsDueLaterWhereEntriesSayWhatTheyDo() throws Exception {
    var quick = Files.createDirectory(folder.resolve("quick"));
    var slow = Files.createDirectory(folder.resolve("slow"));
    int half = RaftLimits.CHECKPOINT_LOG_BYTES * 3 / 5;
    try (var late = new Checkpoints(quick, Checkpoint.NOTHING);
        var early = new Checkpoints(slow, Checkpoint.NOTHING)) {
      var told = replica(late);
      var untold = replica(early);
      var foresight = new Foresight(SOURCE, told::snapshot, () -> true);
      for (int i = 0; i < 2; i++) {
        var batch = batch(i, filling(half, i));
        apply(told, on(foresight, batch));
        apply(untold, batch);
      }
      await(slow.resolve(Checkpoint.FILE));
      assertFalse(Files.exists(quick.resolve(Checkpoint.FILE)));
      for (int i = 2; i < 4; i++) {
        apply(told, on(foresight, batch(i, filling(half, i))));
      }
      await(quick.resolve(Checkpoint.FILE));
    }
  }

  /** Transactions of so many bytes. */
  private static Transaction[] filling(int bytes, int salt) {
    var one = put("x".repeat(200) + salt).getSerializedSize() + 4;
    return IntStream.range(0, bytes / one)
        .mapToObj(i -> put("x".repeat(200) + salt + "-" + (100 + i)))
        .toArray(Transaction[]::new);
  }

  private static void await(Path file) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!Files.exists(file)) {
      assertTrue(System.nanoTime() < deadline, () -> "no " + file);
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  /** Otherwise it would be done by those who are told what it does, and not by who told them. */
  @Test
  void whatWasAnsweredMeanwhileIsNotDone() {
    try (var checkpoints = new Checkpoints(folder, Checkpoint.NOTHING)) {
      var replica = replica(checkpoints);
      var seen =
          on(
              new Foresight(SOURCE, replica::snapshot, () -> true),
              batch(1, put("a").toBuilder().setRequestId("once").build()));
      assertTrue(seen.says(0, 0));
      apply(replica, batch(2, Transaction.newBuilder().setRequestId("once").build()));
      apply(replica, seen);
      assertEquals("", names(replica));
    }
  }

  /** Somebody waits for what comes of it, which its effects do not say. */
  @Test
  void itsOwnBatchIsCarriedOutWhereItFindsAnotherState() {
    try (var checkpoints = new Checkpoints(folder, Checkpoint.NOTHING)) {
      var known = new AtomicReference<Foresight>();
      var replica =
          new Replica(
              Checkpoint.NOTHING,
              checkpoints,
              (batch, from) -> known.get().of(batch, from),
              (batch, outcomes) -> answers.add(outcomes));
      known.set(new Foresight(SOURCE, replica::snapshot, () -> true));
      var seen = on(known.get(), batch(1, put("a")));
      // A request that changes nothing is remembered, which is another state at the same revision.
      var nothing = Transaction.newBuilder().setRequestId("nothing").build();
      apply(replica, new Batch(UUID.randomUUID(), 1, List.of(nothing.toByteArray())));
      apply(replica, seen);
      apply(replica, on(known.get(), batch(2, put("b"))));
      assertEquals("a b", names(replica));
      var receipt = ((Outcome.Committed) answers.get(1).get(0)).receipt();
      assertEquals(1, receipt.getRowsCount());
      assertEquals(1, ((Outcome.Committed) answers.get(2).get(0)).receipt().getRowsCount());
    }
  }

  /** Nor what nobody is to be told. */
  @Test
  void aSmallChangeOfALargeRowIsNotTold() {
    try (var checkpoints = new Checkpoints(folder, Checkpoint.NOTHING)) {
      var replica = replica(checkpoints);
      var addresses = IntStream.range(0, 5_000).mapToObj(i -> "10.0." + i / 250 + "." + i % 250);
      var set = AddressSet.newBuilder().setName("set").addAllAddresses(addresses.toList());
      apply(replica, batch(1, Edit.transaction(Edit.put(set.build()))));
      var uuid = replica.snapshot().rows(AddressSet.class).keySet().iterator().next();
      var renamed = AddressSet.newBuilder().putExternalIds("a", "b").build();
      var small = batch(2, Edit.transaction(Edit.update(uuid, renamed, "external_ids")));
      assertTrue(
          on(new Foresight(SOURCE, replica::snapshot, () -> true), small).effects().isEmpty());
      var other = batch(3, put("a"));
      assertSame(other, on(new Foresight(SOURCE, replica::snapshot, () -> false), other));
      assertFalse(
          on(new Foresight(SOURCE, replica::snapshot, () -> true), other).effects().isEmpty());
    }
  }

  /** In the log of the member that leads each name stands once more, in what was done. */
  @Test
  void whoLeadsTellsItAndAllHaveTheSame() throws Exception {
    try (var members = new TestCluster(folder)) {
      members.open("m1", "m2", "m3");
      var leader = members.view("m1").leader().orElseThrow();
      committed(members.store(leader).commit(put("too-early")));
      var version = ClusterVersion.newBuilder().setVersion(Edition.EFFECTS).build();
      committed(members.store(leader).commit(Edit.observation(Edit.put(version))));
      committed(members.store(leader).commit(put("by-the-leader")));
      var outcomes = new ArrayList<CompletableFuture<Outcome>>();
      for (int i = 0; i < 200; i++) {
        for (var member : members.stores.entrySet()) {
          var name = member.getKey() + "-" + i % 50;
          var edit =
              i % 4 == 3
                  ? Edit.transaction(Edit.delete(LogicalSwitch.class, name))
                  : put(name).toBuilder().setRequestId(name + "/" + i).build();
          outcomes.add(member.getValue().commit(edit));
        }
      }
      for (var outcome : outcomes) {
        outcome.get();
      }
      var last = committed(members.store(leader).commit(put("last"))).receipt().getRevision();
      members.awaitRevision(last);
      var all = new TreeMap<String, String>();
      members.stores.forEach((name, store) -> all.put(name, rows(store)));
      assertEquals(1, all.values().stream().distinct().count(), () -> "" + all);
      assertEquals(1, count(folder.resolve(leader), "too-early"));
      assertEquals(2, count(folder.resolve(leader), "by-the-leader"));
    }
  }

  private static String rows(RaftStore store) {
    return store.snapshot().rows(LogicalSwitch.class).values().stream()
        .map(row -> row.name() + row.uuid() + row.version() + row.created() + row.value())
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private static long count(Path member, String name) throws IOException {
    long count = 0;
    try (var files = Files.walk(member)) {
      for (var log : files.filter(file -> file.toString().endsWith(".log")).toList()) {
        var text = new String(Files.readAllBytes(log), StandardCharsets.ISO_8859_1);
        count += Pattern.compile(name, Pattern.LITERAL).matcher(text).results().count();
      }
    }
    return count;
  }
}
