package io.heddle.northbound.raft;

import static io.heddle.northbound.raft.RaftStoreTest.committed;
import static io.heddle.northbound.raft.RaftStoreTest.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Outcome;
import io.heddle.model.Store.UnavailableException;
import io.heddle.v1.LogicalSwitch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three members in one process: every one takes commits, applies all of them, and may leave. */
@Timeout(120)
class ClusterTest {
  @TempDir Path data;

  private final Map<String, InetSocketAddress> addresses = new TreeMap<>();
  private final Map<String, RaftStore> members = new TreeMap<>();

  @BeforeEach
  void openAll() throws Exception {
    for (var member : List.of("m1", "m2", "m3")) {
      addresses.put(member, new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort()));
    }
    var opening = new TreeMap<String, CompletableFuture<RaftStore>>();
    for (var member : addresses.keySet()) {
      var thread = Executors.newSingleThreadExecutor();
      opening.put(member, CompletableFuture.supplyAsync(() -> open(member), thread));
      thread.shutdown();
    }
    for (var member : opening.keySet()) {
      members.put(member, opening.get(member).get(60, TimeUnit.SECONDS));
    }
  }

  @AfterEach
  void closeAll() {
    members.values().parallelStream().forEach(RaftStore::close);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private RaftStore open(String member) {
    var others = new TreeMap<>(addresses);
    others.remove(member);
    return RaftStore.open(
        StoreSettings.alone(data.resolve(member))
            .clustered(member, addresses.get(member), others)
            .withElection(Duration.ofSeconds(1), Duration.ofMillis(200))
            .withTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(6), Duration.ofSeconds(30)));
  }

  private void awaitEverywhere(long revision) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    for (var member : members.values()) {
      while (member.snapshot().revision() < revision && System.nanoTime() < deadline) {
        Thread.sleep(10);
      }
      assertEquals(revision, member.snapshot().revision());
    }
  }

  @Test
  void everyMemberTakesCommitsAndAMajorityGoesOn() throws Exception {
    var heard = Collections.synchronizedList(new ArrayList<Long>());
    members.get("m3").subscribe((after, changes) -> heard.add(after.revision()));
    var outcomes = new ArrayList<CompletableFuture<Outcome>>();
    for (int i = 0; i < 100; i++) {
      for (var member : members.entrySet()) {
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
    awaitEverywhere(300);
    var rows = members.get("m1").snapshot().rows(LogicalSwitch.class);
    assertEquals(rows, members.get("m2").snapshot().rows(LogicalSwitch.class));
    assertEquals(rows, members.get("m3").snapshot().rows(LogicalSwitch.class));
    assertEquals(LongStream.rangeClosed(1, 300).boxed().toList(), heard);

    committed(members.get("m1").commit(put("all three")));
    members.remove("m1").close();
    for (var staying : members.values()) {
      committed(staying.commit(put("without m1")));
      committed(staying.commit(CommitLoop.transaction("without m1")));
    }
    // A name and a request each count once, though both who stayed committed them.
    awaitEverywhere(303);
    members.put("m1", open("m1"));
    awaitEverywhere(303);

    members.remove("m2").close();
    members.remove("m3").close();
    var last = members.get("m1");
    var alone = last.commit(put("alone"));
    var waiting = last.commit(put("alone too"));
    assertUnavailable(alone);
    assertUnavailable(waiting);
    members.put("m2", open("m2"));
    committed(last.commit(CommitLoop.transaction("a majority again")));
    awaitEverywhere(last.snapshot().revision());
  }

  private static void assertUnavailable(CompletableFuture<Outcome> outcome) {
    var failed = assertThrows(ExecutionException.class, () -> outcome.get(30, TimeUnit.SECONDS));
    assertInstanceOf(UnavailableException.class, failed.getCause());
  }
}
