package io.heddle.northbound.raft;

import static io.heddle.northbound.raft.RaftStoreTest.committed;
import static io.heddle.northbound.raft.RaftStoreTest.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Membership.View;
import io.heddle.model.Outcome;
import io.heddle.model.Store.UnavailableException;
import io.heddle.v1.LogicalSwitch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Members in one process: every one takes commits, applies all of them, and may leave. */
@Timeout(120)
class ClusterTest {
  @TempDir Path data;

  private TestCluster members;

  @BeforeEach
  void openAll() throws Exception {
    members = new TestCluster(data);
    members.open("m1", "m2", "m3");
  }

  @AfterEach
  void closeAll() {
    members.close();
  }

  @Test
  void everyMemberTakesCommitsAndAMajorityGoesOn() throws Exception {
    var heard = Collections.synchronizedList(new ArrayList<Long>());
    members.store("m3").subscribe((after, changes) -> heard.add(after.revision()));
    var outcomes = new ArrayList<CompletableFuture<Outcome>>();
    for (int i = 0; i < 100; i++) {
      for (var member : members.stores.entrySet()) {
        var shown = member.getValue();
        outcomes.add(
            shown
                .commit(put(member.getKey() + "-" + i))
                .thenApply(
                    outcome -> {
                      long revision = ((Outcome.Committed) outcome).receipt().getRevision();
                      assertTrue(shown.snapshot().revision() >= revision, "answered too early");
                      return outcome;
                    }));
      }
    }
    for (var outcome : outcomes) {
      committed(outcome);
    }
    members.awaitRevision(300);
    var rows = members.store("m1").snapshot().rows(LogicalSwitch.class);
    assertEquals(rows, members.store("m2").snapshot().rows(LogicalSwitch.class));
    assertEquals(rows, members.store("m3").snapshot().rows(LogicalSwitch.class));
    assertEquals(LongStream.rangeClosed(1, 300).boxed().toList(), heard);

    committed(members.store("m1").commit(put("all three")));
    members.close("m1");
    for (var staying : members.stores.values()) {
      committed(staying.commit(put("without m1")));
      committed(staying.commit(CommitLoop.transaction("without m1")));
    }
    // A name and a request each count once, though both who stayed committed them.
    members.awaitRevision(303);
    members.open("m1");
    members.awaitRevision(303);

    members.close("m2");
    members.close("m3");
    var last = members.store("m1");
    var alone = last.commit(put("alone"));
    var waiting = last.commit(put("alone too"));
    assertUnavailable(alone);
    assertUnavailable(waiting);
    members.open("m2");
    members.await("m1", View::majority);
    committed(last.commit(CommitLoop.transaction("a majority again")));
    members.awaitRevision(last.snapshot().revision());
  }

  /**
   * Members that follow apply what is committed, through whichever, without waiting for the
   * leader's next sign of life, which comes late here.
   */
  @Test
  void whoFollowsNeedNotWaitForTheLeadersSignOfLife() throws Exception {
    members.close();
    members.stores.clear();
    var heartbeat = Duration.ofSeconds(5);
    members.pace(heartbeat.multipliedBy(2), heartbeat, Duration.ofSeconds(15));
    members.open("m1", "m2", "m3");
    members.await("m1", view -> view.leader().isPresent());
    long start = System.nanoTime();
    for (int i = 0; i < 4; i++) {
      for (var member : members.stores.values()) {
        committed(member.commit(put(i + " of " + member)));
        members.awaitRevision(member.snapshot().revision());
      }
    }
    assertTrue(
        System.nanoTime() - start < heartbeat.multipliedBy(3).toNanos(), "one for each beat");
  }

  /** Two of five may be lost, whoever led; not a third. */
  @Test
  void fiveMembersGoOnWithoutTwo() throws Exception {
    members.close();
    members = new TestCluster(data.resolve("five"), "m1", "m2", "m3", "m4", "m5");
    members.open("m1", "m2", "m3", "m4", "m5");
    members.await(view -> view.live().size() == 5 && view.leader().isPresent());
    commitThroughEach("all");

    var leader = members.view("m1").leader().orElseThrow();
    var other = leader.equals("m5") ? "m4" : "m5";
    members.close(leader);
    members.close(other);
    members.await(view -> view.leader().filter(l -> !l.equals(leader)).isPresent());
    commitThroughEach("three");

    var last = members.stores.keySet().iterator().next();
    members.close(last);
    members.await(view -> !view.majority());
    for (var staying : members.stores.values()) {
      assertUnavailable(staying.commit(put("two")));
    }
    members.open(leader);
    members.await(view -> view.majority() && view.leader().isPresent());
    commitThroughEach("again");

    members.open(other, last);
    members.awaitRevision(11);
    var rows = members.store(last).snapshot().rows(LogicalSwitch.class);
    for (var store : members.stores.values()) {
      assertEquals(rows, store.snapshot().rows(LogicalSwitch.class));
    }
  }

  private void commitThroughEach(String name) throws Exception {
    for (var member : members.stores.keySet()) {
      committed(members.store(member).commit(put(name + " through " + member)));
    }
  }

  private static void assertUnavailable(CompletableFuture<Outcome> outcome) {
    var failed = assertThrows(ExecutionException.class, () -> outcome.get(30, TimeUnit.SECONDS));
    assertInstanceOf(UnavailableException.class, failed.getCause());
  }
}
