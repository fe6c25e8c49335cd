package io.heddle.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.feature.Features;
import io.heddle.flow.Flow;
import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.model.Problem;
import io.heddle.model.Replay;
import io.heddle.model.Snapshot;
import io.heddle.packets.Liveness;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * After any history the incremental compiler has exactly what compiling from nothing yields, and
 * registers are written before they are read.
 */
class IncrementalTest {
  private static final int COMMITS = Integer.getInteger("heddle.random.commits", 150);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void incrementalEqualsFromScratch(long seed) {
    var history = new RandomHistory(new Random(seed));
    var network = new Network(Features.ALL);
    var snapshot = Snapshot.empty();
    var followed = new Followed();
    followed.take(network.update(snapshot, List.of()));
    for (int i = 0; i < COMMITS; i++) {
      var transaction = Edit.observation(i == 0 ? history.beginning() : history.next(snapshot));
      var applied = Replay.apply(snapshot, transaction);
      if (applied.outcome() instanceof Outcome.Refused) {
        continue;
      }
      var undone = state(network);
      followed.take(network.update(applied.snapshot(), applied.changes()));
      assertEquals(network(applied.snapshot()), state(network), "seed " + seed + " commit " + i);
      assertEquals(flows(network), followed.flows(), "steps, seed " + seed + " commit " + i);
      checkPlans(network);
      network.problems().forEach(IncrementalTest::checkNoFault);
      if (i % 10 == 0) {
        var back =
            applied.changes().stream()
                .map(c -> new io.heddle.model.Change(c.kind(), c.uuid(), c.after(), c.before()))
                .toList();
        flows(network).values().forEach(Liveness::check);
        followed.take(network.update(snapshot, back));
        assertEquals(undone, state(network), "undoing, seed " + seed + " commit " + i);
        followed.take(network.update(applied.snapshot(), applied.changes()));
      }
      snapshot = applied.snapshot();
    }
    assertTrue(snapshot.revision() > COMMITS / 3, "too few transactions were committed");
  }

  /** All that can be seen of a network, comparable. */
  private record State(
      Map<UUID, Set<Flow>> flows,
      Map<UUID, Set<Layer>> layers,
      Map<UUID, Long> hashes,
      Set<String> problems) {}

  private static State network(Snapshot snapshot) {
    return state(Network.of(Features.ALL, snapshot));
  }

  private static State state(Network network) {
    var layers = new HashMap<UUID, Set<Layer>>();
    network.chassis().forEach(c -> layers.put(c, network.layers(c)));
    var problems = new HashSet<String>();
    network.problems().forEach(p -> problems.add(p.toString()));
    return new State(flows(network), layers, network.hashes().chassis(), problems);
  }

  private static Map<UUID, Set<Flow>> flows(Network network) {
    var flows = new HashMap<UUID, Set<Flow>>();
    for (var chassis : network.chassis()) {
      var of = new HashSet<Flow>();
      network.plan(chassis).forEach(unit -> of.addAll(unit.flows()));
      flows.put(chassis, of);
    }
    return flows;
  }

  /** What one would have who knew only the steps. */
  private static final class Followed {
    private final Map<Layer, Map<UnitKey, Unit>> units = new HashMap<>();
    private final Map<UUID, Set<Layer>> layers = new HashMap<>();

    void take(Network.Step step) {
      step.units()
          .forEach(
              (layer, changes) -> {
                var inLayer = units.computeIfAbsent(layer, l -> new HashMap<>());
                changes.set().forEach(unit -> inLayer.put(unit.key(), unit));
                changes.gone().forEach(inLayer::remove);
              });
      step.placements()
          .forEach(
              (chassis, replaced) -> {
                assertEquals(layers.getOrDefault(chassis, Set.of()), replaced.before());
                layers.put(chassis, replaced.after());
              });
      layers.values().removeIf(Set::isEmpty);
    }

    Map<UUID, Set<Flow>> flows() {
      var flows = new HashMap<UUID, Set<Flow>>();
      layers.forEach(
          (chassis, all) -> {
            var of = new HashSet<Flow>();
            all.forEach(
                l -> units.getOrDefault(l, Map.of()).values().forEach(u -> of.addAll(u.flows())));
            flows.put(chassis, of);
          });
      return flows;
    }
  }

  /** A fault in a feature costs the flows of one thing, on either way to compile. */
  private static void checkNoFault(Problem problem) {
    assertFalse(problem.message().contains("internal fault"), problem::toString);
  }

  /** No two flows of a chassis share what OpenFlow tells flows apart by, nor a cookie. */
  private static void checkPlans(Network network) {
    for (var chassis : network.chassis()) {
      var keys = new HashSet<Flow.Key>();
      var cookies = new HashSet<Long>();
      network
          .plan(chassis)
          .flatMap(unit -> unit.flows().stream())
          .forEach(
              flow -> {
                assertTrue(keys.add(flow.key()), () -> "two flows for " + flow);
                assertTrue(cookies.add(flow.cookie()), () -> "one cookie twice: " + flow);
              });
    }
  }
}
