package io.heddle.packets;

import io.heddle.compiler.Layer;
import io.heddle.compiler.Network;
import io.heddle.feature.Features;
import io.heddle.flow.Flow;
import io.heddle.model.Change;
import io.heddle.model.Problem;
import io.heddle.model.Snapshot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What holds after every change, whatever the change was: compiled step by step or from nothing,
 * the network is the same; undoing the change undoes what it did; no flow of a chassis stands in
 * another's place; registers are written before they are read.
 */
final class Checks implements Scene.Witness {
  /** All that can be seen of a compiled network. */
  private record View(
      Map<UUID, Set<Flow>> flows, Map<UUID, Set<Layer>> layers, Set<Problem> problems) {
    static View of(Network network) {
      var flows = new HashMap<UUID, Set<Flow>>();
      var layers = new HashMap<UUID, Set<Layer>>();
      for (var chassis : network.chassis()) {
        var of = new HashSet<Flow>();
        network.plan(chassis).forEach(unit -> of.addAll(unit.flows()));
        flows.put(chassis, of);
        layers.put(chassis, network.layers(chassis));
      }
      return new View(flows, layers, Set.copyOf(network.problems()));
    }
  }

  private final RegisterUse registers = new RegisterUse();

  /** Flows of single switches that were found to be in order with registers. */
  private final Set<Set<Flow>> live = new HashSet<>();

  /** What flows did with registers so far. */
  RegisterUse registers() {
    return registers;
  }

  /** There and back and there again. */
  @Override
  public void changing(Network network, Snapshot next, List<Change> changes) {
    Snapshot old = network.snapshot();
    var before = View.of(network);
    network.update(next, changes);
    var after = View.of(network);
    var undo =
        changes.stream().map(c -> new Change(c.kind(), c.uuid(), c.after(), c.before())).toList();
    network.update(old, undo);
    same("undoing the change does not restore what was", before, View.of(network));
    network.update(next, changes);
    same("doing the change again makes something else", after, View.of(network));
    same(
        "compiled from nothing it is something else",
        View.of(Network.of(Features.ALL, next)),
        after);
    distinct(network);
    after.flows().values().stream().filter(live::add).forEach(f -> Liveness.check(f, registers));
  }

  private static void distinct(Network network) {
    for (var chassis : network.chassis()) {
      var keys = new HashMap<Flow.Key, Flow>();
      var cookies = new HashMap<Long, Flow>();
      network
          .plan(chassis)
          .flatMap(unit -> unit.flows().stream())
          .forEach(
              flow -> {
                refuse("two flows with one key", keys.put(flow.key(), flow), flow);
                refuse("two flows with one cookie", cookies.put(flow.cookie(), flow), flow);
              });
    }
  }

  private static void refuse(String fault, Flow one, Flow other) {
    if (one != null) {
      throw new AssertionError(fault + ": " + one + "; " + other);
    }
  }

  private static void same(String fault, View expected, View actual) {
    if (!expected.equals(actual)) {
      throw new AssertionError(fault + ":\nexpected " + expected + "\nis       " + actual);
    }
  }
}
