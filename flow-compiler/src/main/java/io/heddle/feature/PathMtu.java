package io.heddle.feature;

import static io.heddle.flow.Action.load;

import io.heddle.compiler.Connections.RouterDomain;
import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Layer;
import io.heddle.compiler.Routing.Attachment;
import io.heddle.compiler.Routing.RouterPort;
import io.heddle.compiler.Routing.RouterPortOf;
import io.heddle.compiler.Topology.ChassisName;
import io.heddle.compiler.Topology.Port;
import io.heddle.compiler.Topology.PortOf;
import io.heddle.compiler.Underlay;
import io.heddle.engine.Domain;
import io.heddle.engine.Reads;
import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Flag;
import io.heddle.flow.Flow;
import io.heddle.flow.Group;
import io.heddle.flow.Ip.Family;
import io.heddle.flow.Match;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
import io.heddle.model.Mtu;
import io.heddle.v1.Encap;
import io.heddle.v1.LogicalRouterPort;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A packet that does not fit through what is ahead is answered with what would have fitted (RFC
 * 1191, RFC 8201): by a router, where it would leave by a port with an MTU; in the destination's
 * name, where it would take a tunnel, so that two ports of one switch learn of it as well. No
 * packet vanishes in the underlay.
 */
public final class PathMtu implements Feature {
  private static final String OPTION = "gateway_mtu";

  private static final Match TOO_LARGE = Match.ALL.and(Flag.TOO_LARGE, true);
  private static final Bits GROUP_BIT = Bits.of(0x0100_0000_0000L);

  @Override
  public List<Rule<?>> rules() {
    return List.of(
        Rule.forEach(new Domain.Once(), (once, network, out) -> emit(out)),
        Rule.forEach(
            Domain.keys(Underlay.CARRIED),
            (once, network, out) -> emitTunnels(network.related(Underlay.CARRIED, once), out)),
        Rule.forEach(Domain.rows(LogicalRouterPort.class), PathMtu::emitPort),
        Rule.forEach(Domain.rows(Encap.class), PathMtu::emitUnderlay));
  }

  private static void emit(Emission.Sink out) {
    emit(Family.IPV4, Punt.ICMPV4_FRAGMENTATION_NEEDED, Punt.ICMPV4_TUNNEL_TOO_NARROW, out);
    emit(Family.IPV6, Punt.ICMPV6_PACKET_TOO_BIG, Punt.ICMPV6_TUNNEL_TOO_NARROW, out);
    // Nobody answers what several get, and there are as many copies of it as chassis.
    var toGroup = TOO_LARGE.and(Field.ETH_DST, GROUP_BIT, GROUP_BIT);
    out.flow(new Layer.Pipeline(), Flow.of(Table.TUNNEL_OUT, 300, toGroup));
    out.flow(new Layer.Pipeline(), Flow.of(Table.TUNNEL_OUT, 150, TOO_LARGE));
    out.flow(new Layer.Pipeline(), Flow.of(Table.REPLICATE, 200, TOO_LARGE).then(Table.TUNNEL_OUT));
  }

  private static void emit(Family family, Punt byRouter, Punt inSwitch, Emission.Sink out) {
    var layer = new Layer.Pipeline();
    var large = family.of(TOO_LARGE);
    out.flow(layer, because(byRouter, Table.ROUTER_OUT_FIT, 200, large).then(Table.ROUTER_ERROR));
    out.flow(layer, because(byRouter, Table.TUNNEL_OUT, 200, large).then(Table.TUNNEL_ERROR));
    out.flow(layer, because(inSwitch, Table.TUNNEL_ERROR, 0, family.packets()).then(Table.CONTROL));
  }

  private static Flow because(Punt reason, Table table, int priority, Match match) {
    return Flow.of(table, priority, match, load(Field.PUNT, reason.number()));
  }

  /** All tunnels are as narrow as the narrowest: one flow measures for all of them. */
  private static void emitTunnels(Collection<Integer> carried, Emission.Sink out) {
    int mtu = Collections.min(carried);
    var several = Match.of(Field.CHASSIS, Group.EVERYWHERE);
    out.flow(
        new Layer.Pipeline(), measuring(Table.TRANSMIT, 100, several, mtu).then(Table.REPLICATE));
    out.flow(
        new Layer.Pipeline(), measuring(Table.TRANSMIT, 0, Match.ALL, mtu).then(Table.TUNNEL_OUT));
  }

  private static Flow measuring(Table table, int priority, Match match, int mtu) {
    return Flow.of(
        table,
        priority,
        match,
        load(Field.MTU, mtu),
        new Action.CheckLarger(mtu + Mtu.ETHERNET, Flag.TOO_LARGE));
  }

  private static void emitPort(UUID uuid, Reads network, Emission.Sink out) {
    network
        .ask(new RouterPortOf(uuid))
        .ifPresent(
            port -> {
              var layer = network.ask(new RouterDomain(port.router()));
              port.mtu().ifPresent(mtu -> out.flow(layer, leaving(port, mtu)));
              Optional.of(port)
                  .filter(p -> p.peer().isEmpty())
                  .flatMap(p -> network.ask(new Attachment(p.name())))
                  .flatMap(at -> network.ask(new PortOf(at)))
                  .ifPresent(at -> out.flow(layer, backIntoRouter(port, at)));
            });
    var row = network.get(LogicalRouterPort.class, uuid).orElseThrow();
    fault(row)
        .ifPresent(why -> out.problem("LogicalRouterPort", row.getName(), OPTION + " " + why));
  }

  private static Flow leaving(RouterPort port, int mtu) {
    var match = Match.of(Field.DATAPATH, port.datapath()).and(Field.OUTPORT, port.key());
    return measuring(Table.ROUTER_OUT, 100, match, mtu).then(Table.ROUTER_OUT_FIT);
  }

  /** On a chassis without ports of the switch nobody but the router knows the way back. */
  private static Flow backIntoRouter(RouterPort port, Port at) {
    return Flow.of(
            Table.TUNNEL_ERROR,
            100,
            Match.of(Field.DATAPATH, at.datapath()).and(Field.INPORT, at.key()),
            load(Field.DATAPATH, port.datapath()),
            load(Field.INPORT, port.key()))
        .then(Table.ROUTER_ERROR);
  }

  private static Optional<String> fault(LogicalRouterPort row) {
    var text = row.getOptionsOrDefault(OPTION, "");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (Mtu.within(text, Mtu.LEAST_IPV4).isEmpty()) {
      return Optional.of(
          "is no number from " + Mtu.LEAST_IPV4 + " to " + Mtu.LARGEST + " and ignored");
    }
    boolean ipv6 = row.getNetworksList().stream().anyMatch(n -> n.contains(":"));
    return ipv6 && Mtu.within(text, Mtu.LEAST_IPV6).isEmpty()
        ? Optional.of("is smaller than the " + Mtu.LEAST_IPV6 + " bytes that IPv6 needs")
        : Optional.empty();
  }

  private static void emitUnderlay(UUID uuid, Reads network, Emission.Sink out) {
    var encap = network.get(Encap.class, uuid).orElseThrow();
    int carried = Mtu.carried(encap);
    if (carried < Mtu.LEAST_IPV6) {
      out.problem(
          "Chassis",
          network.ask(new ChassisName(UUID.fromString(encap.getChassis()))),
          "its underlay of MTU %d leaves networks %d bytes by %s, fewer than the %d that IPv6 needs"
              .formatted(Mtu.underlay(encap), carried, encap.getType(), Mtu.LEAST_IPV6));
    }
  }
}
