package io.heddle.northbound.raft;

import static io.heddle.northbound.raft.RaftStoreTest.committed;
import static io.heddle.northbound.raft.RaftStoreTest.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Membership.View;
import io.heddle.model.Store.UnavailableException;
import io.heddle.v1.Transaction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What members see of each other, in one process. */
@Timeout(120)
class MembersTest {
  private static final Set<String> ALL = Set.of("m1", "m2", "m3");

  @TempDir Path data;

  @Test
  void whoIsAloneLeadsItself() {
    try (var store = RaftStore.open(StoreSettings.alone(data))) {
      var view = store.membership().view();
      assertEquals(View.alone("heddle", view.term()), view);
      assertTrue(view.leads() && view.majority() && view.term() > 0, view.toString());
      try (var subscription = store.membership().subscribe(v -> {})) {
        assertEquals(view, subscription.from());
      }
    }
  }

  @Test
  void allSeeWhoLeadsAndWhoIsLive() throws Exception {
    try (var members = new TestCluster(data)) {
      members.open("m1", "m2", "m3");
      members.await(v -> v.live().equals(ALL) && v.leader().isPresent());
      var first = members.view("m1");
      assertEquals(ALL, first.members());
      var leader = first.leader().orElseThrow();
      for (var member : ALL) {
        var view = members.view(member);
        assertEquals(member, view.self());
        assertEquals(Optional.of(leader), view.leader());
        assertEquals(first.term(), view.term());
        assertEquals(member.equals(leader), view.leads());
      }

      var follower = ALL.stream().filter(m -> !m.equals(leader)).findFirst().orElseThrow();
      var last =
          ALL.stream()
              .filter(m -> !m.equals(leader) && !m.equals(follower))
              .findAny()
              .orElseThrow();
      var told = Collections.synchronizedList(new ArrayList<View>());
      var subscription = members.store(last).membership().subscribe(told::add);

      members.close(follower);
      var two = Set.of(leader, last);
      members.await(v -> v.live().equals(two) && v.members().equals(ALL));
      assertEquals(Optional.of(leader), members.view(last).leader(), "no election for a follower");
      members.open(follower);
      members.await(v -> v.live().equals(ALL));

      members.close(leader);
      members.await(v -> v.leader().filter(l -> !l.equals(leader)).isPresent());
      members.await(v -> v.live().equals(Set.of(follower, last)));
      assertTrue(members.view(last).term() > first.term());
      committed(members.store(last).commit(put("led by another")));

      // Who is left alone knows that it can lead nobody.
      members.close(follower);
      var alone = members.await(last, v -> v.leader().isEmpty() && v.live().equals(Set.of(last)));
      assertFalse(alone.majority());

      members.open(follower);
      members.await(v -> v.leader().isPresent() && v.live().size() == 2);
      committed(members.store(last).commit(put("led again")));
      assertInOrder(subscription.from(), told);
    }
  }

  /** That a process ends closes its connections and its port, which is no mere silence. */
  @Test
  void whoLedAndIsGoneIsSucceededBeforeTheElectionTimeout() throws Exception {
    try (var members = new TestCluster(data)) {
      members.open("m1", "m2", "m3");
      var leader = members.await("m1", v -> v.leader().isPresent()).leader().orElseThrow();
      members.pace(Duration.ofSeconds(40), Duration.ofMillis(200), Duration.ofSeconds(30));
      var others = ALL.stream().filter(m -> !m.equals(leader)).toList();
      for (var other : others) {
        members.close(other);
        members.open(other);
      }
      members.await(v -> v.live().equals(ALL) && v.leader().equals(Optional.of(leader)));

      members.close(leader);
      members.await(v -> v.leader().filter(l -> !l.equals(leader)).isPresent());
      members.await(v -> v.live().equals(Set.copyOf(others)));
      for (var other : others) {
        committed(members.store(other).commit(put("through " + other)));
      }
    }
  }

  @Test
  void aLeaderThatStopsHandsOver() throws Exception {
    try (var members = new TestCluster(data)) {
      members.pace(Duration.ofSeconds(3), Duration.ofMillis(200), Duration.ofSeconds(20));
      members.open("m1", "m2", "m3");
      members.await(v -> v.live().equals(ALL) && v.leader().isPresent());
      var leader = members.view("m1").leader().orElseThrow();
      var other = ALL.stream().filter(m -> !m.equals(leader)).findFirst().orElseThrow();
      var store = members.store(other);
      committed(store.commit(put("before")));

      var closing = CompletableFuture.runAsync(members.store(leader)::close);
      long longest = 0;
      for (int i = 0; !closing.isDone() || !members.view(other).leader().isPresent(); i++) {
        long start = System.nanoTime();
        insist(store, put("s" + i));
        longest = Math.max(longest, System.nanoTime() - start);
      }
      long start = System.nanoTime();
      insist(store, put("after"));
      longest = Math.max(longest, System.nanoTime() - start);
      System.out.printf(
          "while the leader stopped no commit took longer than %d ms%n", longest / 1_000_000);
      assertTrue(longest < Duration.ofSeconds(3).toNanos(), longest + " ns");
      closing.get();
      members.close(leader);
      var now = members.await(other, v -> v.live().size() == 2);
      assertFalse(now.live().contains(leader));
    }
  }

  /** As clients do: what is under way while the leader goes may have been committed or not. */
  private static void insist(RaftStore store, Transaction transaction) throws Exception {
    while (true) {
      try {
        committed(store.commit(transaction));
        return;
      } catch (ExecutionException e) {
        assertInstanceOf(UnavailableException.class, e.getCause());
      }
    }
  }

  @Test
  void aReadShowsWhatAnotherMemberWasToldBefore() throws Exception {
    try (var members = new TestCluster(data)) {
      members.open("m1", "m2", "m3");
      for (int i = 0; i < 60; i++) {
        var writer = members.store("m" + (1 + i % 3));
        var reader = members.store("m" + (1 + (i + 1) % 3));
        long revision = committed(writer.commit(put("s" + i))).receipt().getRevision();
        var seen = reader.fresh().get(20, TimeUnit.SECONDS);
        assertTrue(seen.revision() >= revision, seen.revision() + " after " + revision);
      }
    }
  }

  @Test
  void whoIsCutOffRefusesAtOnceAndNamesWhoLedLast() throws Exception {
    try (var members = new TestCluster(data)) {
      members.open("m1", "m2", "m3");
      members.await(v -> v.live().equals(ALL) && v.leader().isPresent());
      committed(members.store("m1").commit(put("before")));
      members.awaitRevision(1);
      var leader = members.view("m1").leader().orElseThrow();
      var last = ALL.stream().filter(m -> !m.equals(leader)).findFirst().orElseThrow();
      var store = members.store(last);
      for (var other : ALL) {
        if (!other.equals(last)) {
          members.close(other);
        }
      }
      members.await(last, v -> !v.majority());
      long start = System.nanoTime();
      var refused = unavailable(store.commit(put("alone")));
      assertTrue(refused.untouched(), refused.getMessage());
      // Which of the others, depends on who was closed first.
      assertTrue(
          refused.getMessage().matches(".*no majority; m\\d (leads|led last), as far .*"),
          refused.getMessage());
      assertTrue(unavailable(store.fresh()).getMessage().contains("no majority"));
      // A fraction of the commit timeout, with much room for a busy machine.
      assertTrue(System.nanoTime() - start < TimeUnit.SECONDS.toNanos(2), "not at once");
      assertEquals(1, store.snapshot().revision(), "what it has can still be read");

      members.open(leader);
      members.await(v -> v.leader().isPresent() && v.majority());
      committed(store.commit(put("again")));
    }
  }

  private static UnavailableException unavailable(CompletableFuture<?> future) {
    var failed = assertThrows(ExecutionException.class, () -> future.get(20, TimeUnit.SECONDS));
    return assertInstanceOf(UnavailableException.class, failed.getCause());
  }

  /** Each differs from the one before, and terms never fall. */
  private static void assertInOrder(View from, List<View> told) {
    var before = from;
    for (var view : List.copyOf(told)) {
      assertFalse(view.equals(before), view + " was told twice");
      assertTrue(view.term() >= before.term(), view + " after " + before);
      before = view;
    }
    assertTrue(told.size() >= 4, told.toString());
  }
}
