package io.heddle.feature;

import io.heddle.compiler.Connections.RouterDomain;
import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Routes;
import io.heddle.compiler.Routes.Hop;
import io.heddle.compiler.Routes.HopOf;
import io.heddle.compiler.Routing.RouterOf;
import io.heddle.compiler.Routing.TableNumber;
import io.heddle.engine.Domain;
import io.heddle.engine.Reads;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Packets for networks that a router has no port in go to the next hop of the static route that
 * fits them best. Several routes for the same packets share them, each connection keeping to one. A
 * route whose next hop is watched is there only while that works.
 */
public final class StaticRoutes implements Feature {
  @Override
  public List<Rule<?>> rules() {
    return List.of(Rule.forEach(Domain.keys(Routes.ROUTES), StaticRoutes::emit));
  }

  private static void emit(Routes.Key key, Reads network, Emission.Sink out) {
    var router = network.ask(new RouterOf(key.table().router()));
    if (!router.enabled()) {
      return;
    }
    var table = network.ask(new TableNumber(key.table()));
    var hops = hops(key, network, out);
    if (table.isEmpty()) {
      reportUnused(key, network, out);
      return;
    }
    if (hops.isEmpty()) {
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
    } else {
      var group = new NextHops.Group(router.datapath(), outs.get(0).key(), family, outs);
      NextHops.OF_ROUTES.emit(group, priority, List.of(match), layer, out);
    }
  }

  private static void reportUnused(Routes.Key key, Reads network, Emission.Sink out) {
    for (var uuid : network.related(Routes.ROUTES, key)) {
      var fault = "no working port of the router has options:route_table " + key.table().name();
      out.problem("StaticRoute", Routes.label(uuid, network), fault);
    }
  }

  private static List<Hop> hops(Routes.Key key, Reads network, Emission.Sink out) {
    var hops = new ArrayList<Hop>();
    for (var uuid : network.related(Routes.ROUTES, key)) {
      var hop = network.ask(new HopOf(uuid));
      if (hop instanceof Hop.Nowhere nowhere) {
        out.problem("StaticRoute", Routes.label(uuid, network), nowhere.why());
      } else if (!(hop instanceof Hop.Down)) {
        hops.add(hop);
      }
    }
    return hops;
  }
}
