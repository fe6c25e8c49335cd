package io.heddle.compiler;

import io.heddle.engine.Domain;
import io.heddle.engine.Query;
import io.heddle.engine.Reads;
import io.heddle.engine.Roots;
import io.heddle.model.Problem;
import io.heddle.v1.Chassis;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/** The layers one chassis needs, as a query. */
record Placement(UUID chassis) implements Query<Placement.Layers> {
  static final Roots<UUID, Layers> ROOTS = new Roots<>(Domain.rows(Chassis.class), Placement::new);

  record Layers(Set<Layer> layers, List<Problem> problems) {}

  @Override
  public Layers answer(Reads network) {
    var layers = new HashSet<Layer>();
    layers.add(new Layer.Pipeline());
    layers.add(new Layer.Host(chassis));
    for (var logicalSwitch : network.related(Topology.SWITCHES_OF, chassis)) {
      layers.add(new Layer.Datapath(logicalSwitch));
    }
    var tunnels = network.ask(new Tunnels(chassis));
    layers.addAll(tunnels.layers());
    return new Layers(Set.copyOf(layers), tunnels.problems());
  }

  /** How one chassis and all others reach each other. */
  record Tunnels(UUID chassis) implements Query<Layers> {
    @Override
    public Layers answer(Reads network) {
      var layers = new HashSet<Layer>();
      var problems = new ArrayList<Problem>();
      var own = network.ask(new Topology.Encapsulations(chassis));
      for (var other : network.all(Chassis.class)) {
        var types = new TreeSet<>(network.ask(new Topology.Encapsulations(other)));
        boolean reachable = !types.isEmpty() && !own.isEmpty() && !other.equals(chassis);
        types.retainAll(own);
        if (reachable && types.isEmpty()) {
          problems.add(unreachable(network, other));
        } else if (reachable) {
          types.forEach(type -> layers.add(new Layer.TunnelFrom(other, type)));
          // Geneve, which carries the ports, goes before VXLAN: also in the alphabet.
          layers.add(new Layer.TunnelTo(other, types.first()));
        }
      }
      return new Layers(Set.copyOf(layers), List.copyOf(problems));
    }

    private Problem unreachable(Reads network, UUID other) {
      return new Problem(
          "Chassis",
          network.ask(new Topology.ChassisName(chassis)),
          "has no encapsulation in common with chassis "
              + network.ask(new Topology.ChassisName(other)));
    }
  }
}
