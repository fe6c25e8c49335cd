package io.heddle.feature;

import static io.heddle.flow.Action.load;
import static io.heddle.flow.Action.move;

import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Layer;
import io.heddle.compiler.Routes;
import io.heddle.compiler.Routes.Hop;
import io.heddle.compiler.Routes.HopIpv6;
import io.heddle.compiler.Routes.HopOf;
import io.heddle.compiler.Routing.Attachment;
import io.heddle.compiler.Routing.RouterDomain;
import io.heddle.compiler.Routing.RouterOf;
import io.heddle.compiler.Routing.RouterPortOf;
import io.heddle.compiler.Routing.TableNumber;
import io.heddle.compiler.Topology.Port;
import io.heddle.compiler.Topology.PortOf;
import io.heddle.engine.Domain;
import io.heddle.engine.Reads;
import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Group;
import io.heddle.flow.Match;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Packets for networks that a router has no port in go to the next hop of the static route that
 * fits them best. Several routes for the same packets share them, each connection keeping to one.
 */
public final class StaticRoutes implements Feature {
  /**
   * Beside the route's key: the first 16 bits of a destination MAC, as for {@link RouterPipeline}.
   */
  private static final long NEXTHOP_MAC = 0x0aff_0000_0000L;

  @Override
  public List<Rule<?>> rules() {
    return List.of(
        Rule.forEach(Domain.keys(Routes.ROUTES), StaticRoutes::emit),
        Rule.forEach(Domain.keys(Routes.HOPS_IPV6), StaticRoutes::emitHopIpv6));
  }

  private static void emit(Routes.Key key, Reads network, Emission.Sink out) {
    var router = network.ask(new RouterOf(key.table().router()));
    var table = network.ask(new TableNumber(key.table()));
    var hops = hops(key, network, out);
    if (!router.enabled() || table.isEmpty() || hops.isEmpty()) {
      return;
    }
    var family = key.network().family();
    var field = key.bySource() ? family.source() : family.destination();
    var here = Match.of(Field.DATAPATH, router.datapath()).and(Field.ROUTE_TABLE, table.get());
    var match = key.network().in(field, key.length(), here);
    int priority =
        key.bySource()
            ? RoutePriority.bySource(key.length())
            : RoutePriority.byDestination(key.length());
    var layer = network.ask(new RouterDomain(key.table().router()));
    var outs =
        hops.stream()
            .filter(Hop.Out.class::isInstance)
            .map(Hop.Out.class::cast)
            .sorted(Comparator.comparingInt(Hop.Out::key))
            .toList();
    if (outs.isEmpty()) {
      out.flow(layer, Flow.of(Table.ROUTER_IN_ROUTING, priority, match));
    } else if (outs.size() == 1) {
      var actions = new ArrayList<>(actions(outs.get(0), key));
      actions.add(Action.decTtl());
      out.flow(
          layer, Flow.of(Table.ROUTER_IN_ROUTING, priority, match, actions).then(Table.ROUTER_OUT));
    } else {
      emitShared(key, router.datapath(), outs, layer, match, priority, out);
    }
  }

  private static List<Hop> hops(Routes.Key key, Reads network, Emission.Sink out) {
    var hops = new ArrayList<Hop>();
    for (var uuid : network.related(Routes.ROUTES, key)) {
      var hop = network.ask(new HopOf(uuid));
      if (hop instanceof Hop.Nowhere nowhere) {
        out.problem("StaticRoute", uuid.toString(), nowhere.why());
      } else {
        hops.add(hop);
      }
    }
    return hops;
  }

  private static void emitShared(
      Routes.Key key,
      int datapath,
      List<Hop.Out> outs,
      Layer layer,
      Match match,
      int priority,
      Emission.Sink out) {
    int group = outs.get(0).key();
    out.flow(
        layer,
        Flow.of(
                Table.ROUTER_IN_ROUTING,
                priority,
                match,
                load(Field.ECMP_GROUP, group),
                new Action.Multipath(outs.size(), Field.ECMP_MEMBER),
                Action.decTtl())
            .then(Table.ROUTER_IN_ECMP));
    for (int i = 0; i < outs.size(); i++) {
      var member =
          Match.of(Field.DATAPATH, datapath).and(Field.ECMP_GROUP, group).and(Field.ECMP_MEMBER, i);
      out.flow(
          layer,
          Flow.of(Table.ROUTER_IN_ECMP, 100, member, actions(outs.get(i), key))
              .then(Table.ROUTER_OUT));
    }
  }

  private static List<Action> actions(Hop.Out hop, Routes.Key key) {
    var family = key.network().family();
    var actions =
        new ArrayList<Action>(
            hop.nexthop()
                .map(ip -> ip.asNexthop())
                .orElseGet(() -> List.of(move(family.destination(), family.nexthop()))));
    actions.add(load(Field.OUTPORT, hop.port().key()));
    return actions;
  }

  /**
   * An IPv6 address does not fit into a MAC address, so on the way to the chassis that knows the
   * next hop a route's key stands for it.
   */
  private static void emitHopIpv6(HopIpv6 hop, Reads network, Emission.Sink out) {
    var port = network.ask(new RouterPortOf(hop.routerPort())).orElseThrow();
    var attached =
        port.peer().isEmpty()
            ? network
                .ask(new Attachment(port.name()))
                .flatMap((UUID uuid) -> network.ask(new PortOf(uuid)))
            : Optional.<Port>empty();
    if (attached.isEmpty()) {
      return;
    }
    int key =
        network.related(Routes.HOPS_IPV6, hop).stream()
            .min(Comparator.naturalOrder())
            .orElseThrow();
    var here = Match.of(Field.DATAPATH, attached.get().datapath());
    long mac = NEXTHOP_MAC | key;
    out.flow(
        network.ask(new RouterDomain(port.router())),
        Flow.of(
                Table.NEIGHBOUR,
                40,
                hop.nexthop().in(Field.NEXTHOP_IPV6, here.and(Field.INPORT, attached.get().key())),
                load(Field.PUNT, RouterPipeline.number(Punt.RESOLVE_IPV6)),
                load(Field.OUTPORT, Group.NEXTHOP),
                load(Field.ETH_DST, Bits.of(mac)))
            .then(Table.LOCATE_NETWORK));
    out.flow(
        new Layer.Datapath(attached.get().logicalSwitch()),
        Flow.of(
                Table.TUNNEL_IN,
                250,
                here.and(Field.ETH_SRC, port.mac()).and(Field.ETH_DST, mac),
                hop.nexthop().asNexthop())
            .then(Table.NEIGHBOUR));
  }
}
