package io.heddle.northbound.raft;

import static io.heddle.northbound.raft.RaftStoreTest.committed;
import static io.heddle.northbound.raft.RaftStoreTest.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Edition;
import io.heddle.northbound.Upgrade;
import io.heddle.northbound.raft.StoreOpenException.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Members of two versions keep one network together, one after the other is replaced. */
@Timeout(120)
class UpgradeTest {
  private static final int OLD = Edition.VERSION;
  private static final int NEW = OLD + 1;

  @TempDir Path data;
  private final Map<String, Upgrade> upgrades = new TreeMap<>();

  private void open(TestCluster members, int version, String... names) throws Exception {
    for (var name : names) {
      members.edition(name, new Edition(version, "schema " + version));
    }
    members.open(names);
    for (var name : names) {
      var store = members.store(name);
      upgrades.put(name, new Upgrade(store, store.membership(), store.cluster()));
    }
  }

  private void close(TestCluster members, String name) {
    upgrades.remove(name).close();
    members.close(name);
  }

  private static void awaitVersion(TestCluster members, int version) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (members.stores.values().stream().anyMatch(s -> Edition.of(s.snapshot()) != version)) {
      assertTrue(System.nanoTime() < end, "not all are at version " + version);
      Thread.sleep(20);
    }
  }

  private String folder(String member) throws Exception {
    return Files.readString(data.resolve(member).resolve("version"));
  }

  private static String refusal(TestCluster members, String member) {
    var failed = assertThrows(ExecutionException.class, () -> members.open(member));
    var refused = (StoreOpenException) failed.getCause();
    assertEquals(Reason.OTHER_FORMAT, refused.reason());
    return refused.getMessage();
  }

  @Test
  void whatOnlySomeUnderstandIsUsedWhenAllDo() throws Exception {
    try (var members = new TestCluster(data)) {
      open(members, OLD, "m1", "m2", "m3");
      committed(members.store("m1").commit(put("old")));
      for (var member : new String[] {"m3", "m1"}) {
        close(members, member);
        open(members, NEW, member);
        members.await(v -> v.live().size() == 3 && v.leader().isPresent());
        long revision =
            committed(members.store(member).commit(put("by " + member))).receipt().getRevision();
        members.awaitRevision(revision);
        // Longer than it takes to notice that all are there.
        Thread.sleep(1_500);
        for (var store : members.stores.values()) {
          assertEquals(OLD, Edition.of(store.snapshot()));
        }
        assertTrue(folder(member).contains("format=" + OLD), folder(member));
      }
      // A build that is no release has the version of one, but not its rows.
      close(members, "m2");
      members.edition("m2", new Edition(NEW, "another"));
      var stranger = refusal(members, "m2");
      assertTrue(stranger.contains("though both are of version " + NEW), stranger);

      open(members, NEW, "m2");
      awaitVersion(members, NEW);
      for (var member : members.stores.keySet()) {
        assertTrue(folder(member).contains("format=" + NEW), folder(member));
      }
      var cluster = members.store("m1").cluster().members();
      assertEquals(
          Map.of("m1", NEW, "m2", NEW, "m3", NEW),
          cluster.stream().collect(Collectors.toMap(m -> m.name(), m -> m.told().get().version())));

      // Who goes back is refused, with its data and without.
      close(members, "m2");
      members.edition("m2", new Edition(OLD, "schema " + OLD));
      var back = refusal(members, "m2");
      assertTrue(back.contains("this Heddle understands " + OLD + ": use a newer one"), back);
      members.wipe("m2");
      var empty = refusal(members, "m2");
      assertTrue(empty.contains("has no part in the cluster of m"), empty);
    } finally {
      upgrades.values().forEach(Upgrade::close);
    }
  }
}
