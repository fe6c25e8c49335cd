package io.heddle.northbound.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Outcome;
import io.heddle.model.Snapshot;
import io.heddle.v1.LogicalSwitch;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What was acknowledged survives kill -9 at any moment, and a request that is made again is not
 * applied again. {@code -Dheddle.kills=N} kills more often.
 */
@Timeout(600)
class KillTest {
  private static final int KILLS = Integer.getInteger("heddle.kills", 3);
  private static final long SEED = Long.getLong("heddle.seed", 7);
  private static final int IN_FLIGHT = 16;

  @TempDir Path data;

  private final Random random = new Random(SEED);
  private final Map<String, Long> acknowledged = new TreeMap<>();

  @Test
  void nothingAcknowledgedIsLostAndNothingIsAppliedTwice() throws Exception {
    for (int kill = 0; kill < KILLS; kill++) {
      int before = acknowledged.size();
      // One kill meets the process while it starts, the others under load.
      commitUntilKilled("k" + kill, kill == 1 ? 0 : 1 + random.nextInt(1500));
      assertTrue(kill == 1 || acknowledged.size() > before, "it was killed before it did anything");
    }
    try (var store = RaftStore.open(StoreSettings.alone(data))) {
      assertAllThereOnce(store.snapshot());
      long newest = store.snapshot().revision();
      long seen = newest - newest / 3;
      var since = store.lastCommits().between(seen, newest).orElseThrow();
      assertEquals(newest - seen, since.size());
      var again = new TreeMap<String, CompletableFuture<Outcome>>();
      acknowledged.keySet().forEach(r -> again.put(r, store.commit(CommitLoop.transaction(r))));
      for (var request : again.entrySet()) {
        long revision = RaftStoreTest.committed(request.getValue()).receipt().getRevision();
        assertEquals(acknowledged.get(request.getKey()), revision, request.getKey());
      }
      assertAllThereOnce(store.snapshot());
    }
  }

  private void commitUntilKilled(String prefix, int afterAcknowledgements) throws Exception {
    var process = CommitLoop.start(List.of(), data, prefix, IN_FLIGHT, Integer.MAX_VALUE);
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      if (afterAcknowledgements == 0) {
        Thread.sleep(300 + random.nextInt(700));
      }
      for (int i = 0; i < afterAcknowledgements; i++) {
        take(lines);
      }
      // Through its handle, which leaves open what it told before it died: that counts too.
      process.toHandle().destroyForcibly();
      while (take(lines)) {}
    }
    assertTrue(process.waitFor(10, TimeUnit.SECONDS));
  }

  private boolean take(BufferedReader lines) throws IOException {
    var line = lines.readLine();
    if (line == null) {
      return false;
    }
    var words = line.split(" ");
    assertFalse(words[0].equals("failed"), line);
    if (words[0].equals("ack") && words.length == 3) {
      acknowledged.put(words[1], Long.parseLong(words[2]));
    }
    return true;
  }

  private void assertAllThereOnce(Snapshot snapshot) {
    var count =
        snapshot.rows(LogicalSwitch.class).values().stream()
            .map(row -> row.as(LogicalSwitch.class).getExternalIdsOrThrow("request"))
            .collect(Collectors.groupingBy(request -> request, Collectors.counting()));
    count.forEach((request, times) -> assertEquals(1, times, request));
    var lost = acknowledged.keySet().stream().filter(r -> !count.containsKey(r)).toList();
    assertEquals(List.of(), lost);
  }
}
