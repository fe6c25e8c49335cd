package io.heddle.feature;

import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Floods;
import io.heddle.compiler.RouterPaths;
import io.heddle.compiler.RouterPaths.TooLong;
import io.heddle.compiler.RouterPaths.TooLongAt;
import io.heddle.compiler.Routing.RouterName;
import io.heddle.compiler.Topology;
import io.heddle.compiler.Topology.ChassisName;
import io.heddle.engine.Domain;
import io.heddle.engine.Reads;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalSwitch;
import java.util.List;
import java.util.UUID;

/**
 * Where a network is larger than Open vSwitch can find its way through ({@link
 * io.heddle.flow.Bounds}), this is told before a packet is lost.
 */
public final class Excess implements Feature {
  @Override
  public List<Rule<?>> rules() {
    return List.of(
        Rule.forEach(Domain.keys(Topology.CHASSIS_OF), Excess::reportFlood),
        Rule.forEach(Domain.rows(LogicalRouter.class), Excess::reportPath));
  }

  private static void reportFlood(UUID logicalSwitch, Reads network, Emission.Sink out) {
    var size = Floods.size(logicalSwitch, network).orElseThrow();
    if (size.chassis() > Floods.CHASSIS) {
      out.problem(
          "LogicalSwitch",
          name(logicalSwitch, network),
          "has ports on %d chassis: of frames for all only the first %d get copies, by chassis_key"
              .formatted(size.chassis(), Floods.CHASSIS));
    }
    if (size.ports() > Floods.PORTS) {
      var chassis = network.ask(new ChassisName(size.fullest()));
      out.problem(
          "LogicalSwitch",
          name(logicalSwitch, network),
          "has %d ports on %s: of frames for all only the first %d there get copies, by tunnel_key"
              .formatted(size.ports(), chassis, Floods.PORTS));
    }
  }

  private static String name(UUID logicalSwitch, Reads network) {
    var name = network.get(LogicalSwitch.class, logicalSwitch).orElseThrow().getName();
    return name.isEmpty() ? logicalSwitch.toString() : name;
  }

  private static void reportPath(UUID router, Reads network, Emission.Sink out) {
    network.ask(new TooLongAt(router)).ifPresent(way -> reportPath(way, network, out));
  }

  private static void reportPath(TooLong way, Reads network, Emission.Sink out) {
    out.problem(
        "LogicalRouter",
        network.ask(new RouterName(way.to())),
        "a packet from %s to here may pass %d routers, and is dropped after %d"
            .formatted(
                network.ask(new RouterName(way.from())), way.routers(), RouterPaths.ROUTERS));
  }
}
