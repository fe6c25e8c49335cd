package io.heddle.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.compiler.CompileLoop;
import io.heddle.compiler.RandomHistory;
import io.heddle.feature.Features;
import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.model.PlanHashes;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.northbound.raft.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Members that have applied the same log plan the same flows, whichever way they came there. */
@Timeout(180)
class SamePlansIT {
  private static final int COMMITS = Integer.getInteger("heddle.random.commits", 200);
  private static final long SEED = Long.getLong("heddle.random.seed", System.nanoTime());

  @TempDir Path data;
  private final Random random = new Random(SEED);
  private final RandomHistory history = new RandomHistory(random);
  private final Map<String, CompileLoop> loops = new TreeMap<>();
  private final Map<String, Progress> progress = new TreeMap<>();
  private TestCluster members;

  @BeforeEach
  void open() throws Exception {
    members = new TestCluster(data);
    open("m1", "m2", "m3");
  }

  @AfterEach
  void close() {
    loops.values().forEach(CompileLoop::close);
    members.close();
  }

  private void open(String... names) throws Exception {
    members.open(names);
    for (var name : names) {
      var asked = new Progress();
      progress.put(name, asked);
      loops.put(name, new CompileLoop(members.store(name), Features.ALL, asked, new Problems()));
    }
  }

  private void close(String name) {
    loops.remove(name).close();
    members.close(name);
  }

  private long commit() throws Exception {
    var names = List.copyOf(loops.keySet());
    var store = members.store(names.get(random.nextInt(names.size())));
    var outcome =
        store.commit(Edit.observation(history.next(store.snapshot()))).get(30, TimeUnit.SECONDS);
    return outcome instanceof Outcome.Committed committed ? committed.receipt().getRevision() : 0;
  }

  /** What operators are told, too. */
  private PlanHashes plan(String member) {
    try {
      return progress.get(member).plans().get(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("seed " + SEED, e);
    }
  }

  /** Nothing is committed meanwhile, so all come to the same revision. */
  private PlanHashes compare(long revision) {
    for (var member : loops.keySet()) {
      Northbound.await(
          member + " to compile revision " + revision,
          Duration.ofSeconds(30),
          () -> plan(member).revision() >= revision);
    }
    var plans = loops.keySet().stream().map(this::plan).collect(Collectors.toSet());
    assertEquals(1, plans.size(), () -> "seed " + SEED + ": " + plans);
    return plans.iterator().next();
  }

  @Test
  void whoeverHasTheSameRevisionHasTheSamePlan() throws Exception {
    var first = members.store("m1").commit(Edit.observation(history.beginning()));
    assertTrue(first.get(30, TimeUnit.SECONDS) instanceof Outcome.Committed);
    long revision = 0;
    var hashes = new TreeMap<Long, String>();
    for (int i = 0; i < COMMITS; i++) {
      revision = Math.max(revision, commit());
      if (i % 10 == 0) {
        var plan = compare(revision);
        assertTrue(!plan.chassis().isEmpty());
        hashes.put(plan.revision(), plan.text());
      }
      if (i == COMMITS / 3) {
        close("m3");
      } else if (i == COMMITS / 2) {
        open("m3");
      }
    }
    compare(revision);
    assertEquals(Set.of("m1", "m2", "m3"), loops.keySet());
    assertTrue(Set.copyOf(hashes.values()).size() > 5, "the plans hardly change: " + hashes);
  }
}
