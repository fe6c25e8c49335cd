package io.heddle.feature;

import io.heddle.compiler.Emission;
import io.heddle.compiler.Routing;
import io.heddle.compiler.Routing.Attachment;
import io.heddle.compiler.Routing.Link;
import io.heddle.compiler.Routing.LinkOf;
import io.heddle.compiler.Routing.PeerOf;
import io.heddle.compiler.Routing.RouterPort;
import io.heddle.compiler.Routing.RouterPortNamed;
import io.heddle.compiler.Routing.RouterPortOf;
import io.heddle.compiler.Topology.PortOf;
import io.heddle.engine.Reads;
import io.heddle.v1.LogicalRouterPort;
import java.util.Optional;
import java.util.UUID;

/** Why links between switches and routers, or between two routers, lead nowhere. */
final class RouterLinks {
  private RouterLinks() {}

  static void reportSwitchPort(UUID switchPort, Reads network, Emission.Sink out) {
    fault(switchPort, network.ask(new LinkOf(switchPort)), network)
        .ifPresent(
            why -> {
              var name = network.ask(new PortOf(switchPort)).orElseThrow().name();
              out.problem("LogicalSwitchPort", name, why);
            });
  }

  private static Optional<String> fault(UUID switchPort, Link link, Reads network) {
    if (link instanceof Link.Misplaced) {
      return Optional.of("has the addresses \"router\", but is not of type router");
    }
    if (link instanceof Link.To to) {
      return to.end().isEmpty()
          ? Optional.of("options:router-port is missing")
          : fault(switchPort, to.routerPort(), network);
    }
    return Optional.empty();
  }

  private static Optional<String> fault(UUID switchPort, String routerPort, Reads network) {
    var other = network.ask(new RouterPortNamed(routerPort));
    if (other.isEmpty()) {
      return Optional.of("there is no router port " + routerPort);
    }
    var first = network.ask(new Attachment(routerPort)).orElseThrow();
    if (!first.equals(switchPort)) {
      var name = network.ask(new PortOf(first)).orElseThrow().name();
      return Optional.of("router port " + routerPort + " is already port " + name + "'s");
    }
    return network.ask(new RouterPortOf(other.get())).isEmpty()
        ? Optional.of("router port " + routerPort + " or its router is disabled")
        : Optional.empty();
  }

  static void reportRouterPort(RouterPort port, Reads network, Emission.Sink out) {
    if (port.peer().isEmpty()) {
      return;
    }
    if (network.ask(new PeerOf(port.uuid())).isEmpty()) {
      out.problem("LogicalRouterPort", port.name(), peerFault(port, network));
    }
    for (var switchPort : network.related(Routing.LEADING_TO, port.name())) {
      var name = network.ask(new PortOf(switchPort)).orElseThrow().name();
      var fault = "has peer " + port.peer() + ", so port " + name + " leads nowhere";
      out.problem("LogicalRouterPort", port.name(), fault);
    }
  }

  private static String peerFault(RouterPort port, Reads network) {
    var peer = port.peer();
    if (peer.equals(port.name())) {
      return "is its own peer";
    }
    return network
        .ask(new RouterPortNamed(peer))
        .flatMap(uuid -> network.get(LogicalRouterPort.class, uuid))
        .map(
            row ->
                row.getPeer().equals(port.name())
                    ? "its peer " + peer + " or that one's router is disabled"
                    : "its peer " + peer + " does not name it as peer")
        .orElse("there is no router port " + peer + ", its peer");
  }
}
