package io.heddle.northbound.raft;

import static io.heddle.northbound.raft.RaftStoreTest.committed;
import static io.heddle.northbound.raft.RaftStoreTest.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Store.UnavailableException;
import io.heddle.northbound.raft.StoreOpenException.Reason;
import io.heddle.v1.AuditRecord;
import io.heddle.v1.LogicalSwitch;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Members that come, go for good, or lose their disk. */
@Timeout(180)
class JoinTest {
  private static final int ATTEMPTS = 5;

  @TempDir Path data;

  private TestCluster members;

  @BeforeEach
  void prepare() throws Exception {
    members = new TestCluster(data);
  }

  @AfterEach
  void close() {
    members.close();
  }

  @Test
  void aMemberWithAnEmptyFolderFetchesEverythingBeforeItVotes() throws Exception {
    members.open("m1", "m2", "m3");
    for (int i = 0; i < 50; i++) {
      committed(members.store("m1").commit(put("s" + i)));
    }
    for (var member : Set.of("m1", "m2")) {
      members.store(member).compact().get(60, TimeUnit.SECONDS);
    }
    members.close("m3");
    members.wipe("m3");
    members.open("m3");
    members.await(v -> v.members().equals(Set.of("m1", "m2", "m3")) && v.live().size() == 3);
    assertEquals(50, members.store("m3").snapshot().revision());
    assertEquals(
        members.store("m1").snapshot().rows(LogicalSwitch.class),
        members.store("m3").snapshot().rows(LogicalSwitch.class));
    assertEquals(audit("m1"), audit("m3"));
    assertEquals(50, audit("m3").size());

    // Its vote counts: with one of the others it is a majority.
    members.close("m1");
    committed(members.store("m3").commit(put("without m1")));
    members.open("m1");
    members.close("m3");
    members.open("m3");
    members.awaitRevision(51);
    assertEquals(51, audit("m3").size());
    assertEquals(audit("m2"), audit("m3"));
  }

  /** The others' log begins behind its own, and so does its own from then on. */
  @Test
  void aMemberThatWasAwayGetsASnapshotWhereTheLogIsGone() throws Exception {
    members.files(StoreSettings.SMALLEST_SEGMENT_BYTES);
    members.open("m1", "m2", "m3");
    committed(members.store("m1").commit(put("before")));
    members.awaitRevision(1);
    members.close("m3");
    for (int i = 0; i < 5; i++) {
      committed(members.store("m1").commit(DamageTest.large(i)));
    }
    var compacting = Stream.of("m1", "m2").map(member -> members.store(member).compact()).toList();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (firstEntry("m1") == 1 || firstEntry("m2") == 1) {
      assertTrue(System.nanoTime() < end, "the log is not compacted: " + compacting);
      Thread.sleep(50);
    }

    for (int opened = 0; opened < 2; opened++) {
      members.open("m3");
      assertTrue(firstEntry("m3") > 1, "it has the log");
      committed(members.store("m3").commit(put("after " + opened)));
      long revision = members.store("m3").snapshot().revision();
      members.awaitRevision(revision);
      var rows = members.store("m1").snapshot().rows(LogicalSwitch.class);
      assertEquals(rows, members.store("m3").snapshot().rows(LogicalSwitch.class));
      assertEquals(audit("m1"), audit("m3"));
      members.close("m3");
    }
  }

  private long firstEntry(String member) throws Exception {
    long first = Long.MAX_VALUE;
    for (var file : DamageTest.files(data.resolve(member), ".log")) {
      first = Math.min(first, LogSegment.read(file).map(LogSegment::index).orElse(first));
    }
    return first;
  }

  private List<AuditRecord> audit(String member) {
    return members.store(member).audit().newestFirst(0, Long.MAX_VALUE).toList();
  }

  @Test
  void aClusterGrowsFromOneMemberAndShrinks() throws Exception {
    members.configure("m1");
    members.open("m1");
    committed(members.store("m1").commit(put("alone")));
    members.configure("m1", "m2");
    members.open("m2");
    members.await(v -> v.members().equals(Set.of("m1", "m2")));
    members.configure("m1", "m2", "m3");
    members.open("m3");
    members.await(v -> v.members().equals(Set.of("m1", "m2", "m3")) && v.leader().isPresent());
    committed(members.store("m3").commit(put("all three")));
    members.awaitRevision(2);

    members.await(v -> v.live().size() == 3 && v.leader().isPresent());
    assertInstanceOf(
        IllegalArgumentException.class,
        assertThrows(
                ExecutionException.class, () -> members.store("m1").cluster().remove("m2").get())
            .getCause());
    var gone = members.await("m1", v -> v.leader().isPresent()).leader().orElseThrow();
    members.close(gone);
    var staying = members.stores.keySet().iterator().next();
    members.await(staying, v -> v.leader().filter(l -> !l.equals(gone)).isPresent());
    members.await(staying, v -> !v.live().contains(gone));
    committed(members.store(staying).commit(put("two of three")));
    remove(gone, staying);
    members.await(v -> v.members().size() == 2 && !v.members().contains(gone));
    committed(members.store(staying).commit(put("two of two")));

    var refused = assertThrows(ExecutionException.class, () -> members.open(gone));
    var why = assertInstanceOf(StoreOpenException.class, refused.getCause());
    assertEquals(Reason.OTHER_CLUSTER, why.reason());
    assertTrue(why.getMessage().contains("was removed"), why.getMessage());
    members.wipe(gone);
    members.open(gone);
    members.await(v -> v.members().size() == 3 && v.live().size() == 3);
    members.awaitRevision(4);
  }

  /** Where there is an election just then it is not known whether that came of it. */
  private void remove(String gone, String through) throws Exception {
    for (int attempt = 1; members.view(through).members().contains(gone); attempt++) {
      try {
        members.store(through).cluster().remove(gone).get(20, TimeUnit.SECONDS);
        return;
      } catch (ExecutionException e) {
        assertInstanceOf(UnavailableException.class, e.getCause());
        assertTrue(attempt < ATTEMPTS, e::toString);
      }
    }
  }

  @Test
  void aMemberOfAnotherClusterIsRefused() throws Exception {
    members.configure("m3");
    members.open("m3");
    committed(members.store("m3").commit(put("elsewhere")));
    members.close("m3");
    members.configure("m1", "m2");
    members.open("m1", "m2");
    committed(members.store("m1").commit(put("here")));
    members.configure("m1", "m2", "m3");
    var refused = assertThrows(ExecutionException.class, () -> members.open("m3"));
    var why = assertInstanceOf(StoreOpenException.class, refused.getCause());
    assertEquals(Reason.OTHER_CLUSTER, why.reason());
    assertTrue(why.getMessage().contains(data.resolve("m3").toString()), why.getMessage());
    committed(members.store("m2").commit(put("still here")));
    assertEquals(Set.of("m1", "m2"), members.view("m1").members());
  }
}
