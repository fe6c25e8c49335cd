package io.heddle.feature;

import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Floods;
import io.heddle.compiler.Floods.ShareOf;
import io.heddle.compiler.Floods.Size;
import io.heddle.compiler.Floods.TooLargeAt;
import io.heddle.compiler.RouterPaths;
import io.heddle.compiler.RouterPaths.TooLong;
import io.heddle.compiler.RouterPaths.TooLongAtRouter;
import io.heddle.compiler.RouterPaths.TooLongAtSwitch;
import io.heddle.compiler.Routing.RouterName;
import io.heddle.compiler.Segments;
import io.heddle.compiler.Topology;
import io.heddle.compiler.Topology.ChassisName;
import io.heddle.compiler.Topology.PortOf;
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
        Rule.forEach(Domain.keys(Segments.LINKS_OF), Excess::reportSegment),
        Rule.forEach(Domain.rows(LogicalRouter.class), Excess::reportPath));
  }

  private static void reportFlood(UUID logicalSwitch, Reads network, Emission.Sink out) {
    network
        .ask(new TooLargeAt(logicalSwitch))
        .ifPresent(size -> reportFlood(logicalSwitch, size, network, out));
  }

  private static void reportFlood(UUID logicalSwitch, Size size, Reads network, Emission.Sink out) {
    var share = network.ask(new ShareOf(logicalSwitch));
    var who = size.switches() > 1 ? "is linked with switches and has with them" : "has";
    if (size.chassis() > Floods.CHASSIS) {
      report(
          logicalSwitch,
          "%s ports on %d chassis: of frames for all only the first %d get copies, by chassis_key"
              .formatted(who, size.chassis(), share.chassis()),
          network,
          out);
    }
    if (size.ports() > Floods.PORTS) {
      var chassis = network.ask(new ChassisName(size.fullest().orElseThrow()));
      report(
          logicalSwitch,
          "%s %d ports on %s: of frames for all only the first %d there get copies, by tunnel_key"
              .formatted(who, size.ports(), chassis, share.ports()),
          network,
          out);
    }
  }

  private static void reportSegment(UUID logicalSwitch, Reads network, Emission.Sink out) {
    network
        .ask(new TooLargeAt(logicalSwitch))
        .filter(size -> size.switches() > Floods.SWITCHES)
        .ifPresent(
            size ->
                report(
                    logicalSwitch,
                    "is one of %d switches that are linked: more than %d may lose frames for all"
                        .formatted(size.switches(), Floods.SWITCHES),
                    network,
                    out));
    network.ask(new TooLongAtSwitch(logicalSwitch)).ifPresent(way -> report(way, network, out));
  }

  private static void report(UUID logicalSwitch, String message, Reads network, Emission.Sink out) {
    var name = network.get(LogicalSwitch.class, logicalSwitch).orElseThrow().getName();
    out.problem("LogicalSwitch", name.isEmpty() ? logicalSwitch.toString() : name, message);
  }

  private static void reportPath(UUID router, Reads network, Emission.Sink out) {
    network.ask(new TooLongAtRouter(router)).ifPresent(way -> report(way, network, out));
  }

  private static void report(TooLong way, Reads network, Emission.Sink out) {
    var isRouter = network.get(LogicalRouter.class, way.to()).isPresent();
    out.problem(
        isRouter ? "LogicalRouter" : "LogicalSwitchPort",
        step(way.to(), network),
        "a packet from %s to here may pass %d routers and links, and is dropped after %d"
            .formatted(step(way.from(), network), way.steps(), RouterPaths.STEPS));
  }

  /** The name of a router, or of a port that is one end of a link. */
  private static String step(UUID uuid, Reads network) {
    return network.get(LogicalRouter.class, uuid).isPresent()
        ? network.ask(new RouterName(uuid))
        : network.ask(new PortOf(uuid)).orElseThrow().name();
  }
}
