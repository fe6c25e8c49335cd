package io.heddle.feature;

import static io.heddle.flow.Action.clear;
import static io.heddle.flow.Action.load;
import static io.heddle.flow.Action.move;
import static io.heddle.flow.Action.resubmit;

import io.heddle.compiler.Addressing;
import io.heddle.compiler.Connections.EntryLayer;
import io.heddle.compiler.Connections.RouterDomain;
import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Layer;
import io.heddle.compiler.Routing;
import io.heddle.compiler.Routing.Attachment;
import io.heddle.compiler.Routing.PeerOf;
import io.heddle.compiler.Routing.RouterAddress;
import io.heddle.compiler.Routing.RouterNetwork;
import io.heddle.compiler.Routing.RouterPort;
import io.heddle.compiler.Routing.RouterPortBehind;
import io.heddle.compiler.Routing.RouterPortOf;
import io.heddle.compiler.Routing.TableNumber;
import io.heddle.compiler.Topology;
import io.heddle.compiler.Topology.DatapathKey;
import io.heddle.compiler.Topology.PortOf;
import io.heddle.engine.Domain;
import io.heddle.engine.Reads;
import io.heddle.flow.Action;
import io.heddle.flow.Field;
import io.heddle.flow.Flag;
import io.heddle.flow.Flow;
import io.heddle.flow.Ip;
import io.heddle.flow.Match;
import io.heddle.flow.Table;
import io.heddle.v1.LogicalRouterPort;
import java.util.List;
import java.util.UUID;

/**
 * A router's port takes what its switch has for its MAC address, or what the router at the other
 * end of its link sends, and answers for its addresses. Packets to its networks leave by it, with
 * its MAC address for a source.
 */
public final class RouterPorts implements Feature {
  @Override
  public List<Rule<?>> rules() {
    return List.of(
        Rule.forEach(Domain.keys(Topology.ROUTER_ENDS), RouterPorts::emitEntry),
        Rule.forEach(Domain.rows(LogicalRouterPort.class), RouterPorts::emit),
        Rule.forEach(Domain.keys(Routing.ROUTER_ADDRESSES), RouterPorts::emitOwn),
        Rule.forEach(Domain.keys(Routing.ROUTER_NETWORKS), RouterPorts::emitConnected));
  }

  /** From a switch into a router. */
  private static void emitEntry(UUID switchPort, Reads network, Emission.Sink out) {
    RouterLinks.reportSwitchPort(switchPort, network, out);
    network
        .ask(new RouterPortBehind(switchPort))
        .ifPresent(
            port -> {
              var from = network.ask(new PortOf(switchPort)).orElseThrow();
              var match = Match.of(Field.DATAPATH, from.datapath()).and(Field.OUTPORT, from.key());
              out.flow(
                  Topology.layer(network, from),
                  Flow.of(Table.LOCATE, 300, match, entering(port, network)));
            });
  }

  private static List<Action> entering(RouterPort port, Reads network) {
    int table =
        network
            .ask(new TableNumber(new Routing.RouteTable(port.router(), port.routeTable())))
            .orElseThrow();
    return List.of(
        load(Field.DATAPATH, port.datapath()),
        load(Field.INPORT, port.key()),
        clear(Flag.FROM_TUNNEL),
        load(Field.ROUTE_TABLE, table),
        // A packet may leave the router by the port it came from.
        load(Field.IN_PORT_REGISTER, 0),
        resubmit(Table.ROUTER_IN_LOCAL));
  }

  private static void emit(UUID uuid, Reads network, Emission.Sink out) {
    network
        .ask(new RouterPortOf(uuid))
        .ifPresent(
            port -> {
              var layer = network.ask(new RouterDomain(port.router()));
              emitExit(port, layer, network, out);
              emitLinkLocal(port, network, out);
              emitErrors(port, layer, out);
              RouterLinks.reportRouterPort(port, network, out);
            });
  }

  private static void emitExit(RouterPort port, Layer layer, Reads network, Emission.Sink out) {
    var match = Match.of(Field.DATAPATH, port.datapath()).and(Field.OUTPORT, port.key());
    var table = port.mtu().isPresent() ? Table.ROUTER_OUT_FIT : Table.ROUTER_OUT;
    var peer = network.ask(new PeerOf(port.uuid()));
    if (peer.isPresent()) {
      out.flow(layer, Flow.of(table, 100, match, entering(peer.get(), network)));
    } else if (port.peer().isEmpty()) {
      network
          .ask(new Attachment(port.name()))
          .flatMap(switchPort -> network.ask(new PortOf(switchPort)))
          .ifPresent(
              to ->
                  out.flow(
                      layer,
                      Flow.of(
                              table,
                              100,
                              match,
                              load(Field.ETH_SRC, port.mac()),
                              load(
                                  Field.DATAPATH, network.ask(new DatapathKey(to.logicalSwitch()))),
                              load(Field.INPORT, to.key()),
                              load(Field.OUTPORT, 0))
                          .then(Table.NEIGHBOUR)));
    }
  }

  /** Every port has the same link-local network, so it is for packets that come in here alone. */
  private static void emitLinkLocal(RouterPort port, Reads network, Emission.Sink out) {
    var layer = network.ask(new EntryLayer(port.uuid()));
    var here = Match.of(Field.DATAPATH, port.datapath()).and(Field.INPORT, port.key());
    var own = Ip.of(port.linkLocal().getBytes());
    emitAddress(layer, own.in(Field.IPV6_DST, here), out);
    emitNetwork(layer, port, own, Routing.LINK_LOCAL_PREFIX, here, out);
  }

  /** A router's errors come from the port that the packet in question came by. */
  private static void emitErrors(RouterPort port, Layer layer, Emission.Sink out) {
    var here = Match.of(Field.DATAPATH, port.datapath()).and(Field.INPORT, port.key());
    var ips = port.addresses().ips().stream().map(Addressing::ip).toList();
    for (var family : Ip.Family.values()) {
      ips.stream()
          .filter(ip -> ip.family() == family)
          .findFirst()
          .ifPresent(
              ip ->
                  out.flow(
                      layer,
                      Flow.of(Table.ROUTER_ERROR, 100, family.of(here), ip.asNexthop())
                          .then(Table.CONTROL)));
    }
  }

  private static void emitOwn(RouterAddress own, Reads network, Emission.Sink out) {
    var port = Routing.owner(network, Routing.ROUTER_ADDRESSES, own, out);
    var here = Match.of(Field.DATAPATH, port.datapath());
    var layer = network.ask(new RouterDomain(own.router()));
    emitAddress(layer, own.ip().in(own.ip().family().destination(), here), out);
  }

  private static void emitAddress(Layer layer, Match own, Emission.Sink out) {
    out.flow(layer, Flow.of(Table.ROUTER_IN_LOCAL, 100, own).then(Table.ROUTER_IN_OWN));
  }

  private static void emitConnected(RouterNetwork connected, Reads network, Emission.Sink out) {
    var port = Routing.owner(network, Routing.ROUTER_NETWORKS, connected, out);
    var here = Match.of(Field.DATAPATH, port.datapath());
    var layer = network.ask(new RouterDomain(connected.router()));
    emitNetwork(layer, port, connected.ip(), connected.length(), here, out);
  }

  private static void emitNetwork(
      Layer layer, RouterPort port, Ip ip, int length, Match here, Emission.Sink out) {
    var family = ip.family();
    out.flow(
        layer,
        Flow.of(
                Table.ROUTER_IN_ROUTING,
                RoutePriority.connected(length),
                ip.in(family.destination(), length, here),
                move(family.destination(), family.nexthop()),
                load(Field.OUTPORT, port.key()),
                Action.decTtl())
            .then(Table.ROUTER_IN_POLICY));
  }
}
