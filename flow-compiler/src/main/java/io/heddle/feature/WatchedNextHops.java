package io.heddle.feature;

import io.heddle.bfd.Timing;
import io.heddle.compiler.Connections.EntryLayer;
import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Monitoring;
import io.heddle.compiler.Neighbourhood.Neighbour;
import io.heddle.compiler.Routes;
import io.heddle.compiler.Routing;
import io.heddle.compiler.Routing.Attachment;
import io.heddle.compiler.Routing.RouterPort;
import io.heddle.compiler.Routing.RouterPortNamed;
import io.heddle.compiler.Routing.RouterPortOf;
import io.heddle.engine.Domain;
import io.heddle.engine.Reads;
import io.heddle.flow.Action;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Ip;
import io.heddle.flow.Match;
import io.heddle.flow.Meter;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
import io.heddle.v1.Bfd;
import io.heddle.v1.StaticRoute;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a next hop that a router's port watches says of itself by BFD (RFC 5880) goes to the
 * controller, which keeps the session; only the next hop's own packets do, and only those that no
 * router sent on (RFC 5881 section 5).
 */
public final class WatchedNextHops implements Feature {
  private static final int UDP = 17;
  private static final int CONTROL = 3784;
  private static final int NEIGHBOURS_TTL = 255;

  @Override
  public List<Rule<?>> rules() {
    return List.of(
        Rule.forEach(Domain.keys(Monitoring.SESSIONS), WatchedNextHops::emit),
        Rule.forEach(Domain.rows(Bfd.class), WatchedNextHops::report));
  }

  private static void emit(Neighbour neighbour, Reads network, Emission.Sink out) {
    network
        .ask(new RouterPortNamed(neighbour.routerPort()))
        .flatMap(uuid -> network.ask(new RouterPortOf(uuid)))
        .ifPresent(port -> emit(port, neighbour, network, out));
  }

  private static void emit(RouterPort port, Neighbour neighbour, Reads network, Emission.Sink out) {
    var layer = network.ask(new EntryLayer(port.uuid()));
    var family = neighbour.ip().family();
    var said =
        neighbour
            .ip()
            .in(
                family.source(),
                Match.of(Field.DATAPATH, port.datapath()).and(Field.INPORT, port.key()))
            .and(Field.IP_PROTO, UDP)
            .and(Field.UDP_DST, CONTROL);
    var share = Meter.share(port.datapath(), port.key());
    out.flow(
        layer,
        Flow.of(
            Table.ROUTER_IN_OWN,
            100,
            said.and(Field.IP_TTL, NEIGHBOURS_TTL),
            Action.punt(Punt.BFD, share)));
    out.flow(layer, Flow.of(Table.ROUTER_IN_OWN, 90, said));
  }

  private static void report(UUID uuid, Reads network, Emission.Sink out) {
    var session = network.get(Bfd.class, uuid).orElseThrow();
    var name = session.getLogicalPort() + " to " + session.getDstIp();
    Timing.of(session, (field, why) -> out.problem("Bfd", name, field + " " + why));
    fault(session, network).ifPresent(why -> out.problem("Bfd", name, why));
    for (var route : network.index(StaticRoute.class, "bfd", uuid.toString())) {
      reportRoute(route, session, network, out);
    }
  }

  private static Optional<String> fault(Bfd session, Reads network) {
    var name = session.getLogicalPort();
    var port =
        network.ask(new RouterPortNamed(name)).flatMap(uuid -> network.ask(new RouterPortOf(uuid)));
    if (port.isEmpty()) {
      return Optional.of("there is no working router port " + name);
    }
    if (!port.get().peer().isEmpty() || network.ask(new Attachment(name)).isEmpty()) {
      return Optional.of("router port " + name + " is in no switch, so nobody there is watched");
    }
    var peer = Neighbour.of(name, session.getDstIp()).ip();
    if (network.ask(new Routing.OwnAddress(port.get().router(), peer))) {
      return Optional.of(session.getDstIp() + " is the router's own address");
    }
    boolean v4 = peer.family() == Ip.Family.IPV4;
    return v4 && port.get().networks().stream().noneMatch(n -> n.address().isIPv4())
        ? Optional.of("router port " + name + " has no IPv4 address to watch from")
        : Optional.empty();
  }

  private static void reportRoute(UUID uuid, Bfd session, Reads network, Emission.Sink out) {
    if (!Monitoring.depends(network.get(StaticRoute.class, uuid).orElseThrow(), session)) {
      out.problem(
          "StaticRoute",
          Routes.label(uuid, network),
          "bfd watches " + session.getDstIp() + ", which is not its next hop");
    }
  }
}
