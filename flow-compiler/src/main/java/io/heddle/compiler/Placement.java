package io.heddle.compiler;

import com.google.common.collect.Sets;
import io.heddle.compiler.Topology.ChassisName;
import io.heddle.compiler.Underlay.Encapsulations;
import io.heddle.engine.Domain;
import io.heddle.engine.Query;
import io.heddle.engine.Reads;
import io.heddle.engine.Roots;
import io.heddle.model.Problem;
import io.heddle.model.TunnelPort;
import io.heddle.v1.Chassis;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
      for (var member : network.ask(new Segments.Members(logicalSwitch))) {
        layers.add(new Layer.Datapath(member));
      }
      layers.add(network.ask(new Connections.DomainOf(logicalSwitch)));
    }
    for (var type : network.ask(new Encapsulations(chassis))) {
      layers.add(new Layer.Tunnels(type));
    }
    return new Layers(Set.copyOf(layers), network.ask(new Unreachable(chassis)));
  }

  /** Of two types of tunnel, whoever has none in common with a chassis has just the other one. */
  record Unreachable(UUID chassis) implements Query<List<Problem>> {
    @Override
    public List<Problem> answer(Reads network) {
      var own = network.ask(new Encapsulations(chassis));
      if (own.isEmpty()) {
        return List.of();
      }
      var others = Sets.difference(TunnelPort.TYPES, own).immutableCopy();
      return network.related(Underlay.CHASSIS_WITH, others).stream()
          .map(other -> unreachable(network, other))
          .toList();
    }

    private Problem unreachable(Reads network, UUID other) {
      return new Problem(
          "Chassis",
          network.ask(new ChassisName(chassis)),
          "has no encapsulation in common with chassis " + network.ask(new ChassisName(other)));
    }
  }
}
