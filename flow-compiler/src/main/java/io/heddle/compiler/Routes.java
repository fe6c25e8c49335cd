package io.heddle.compiler;

import inet.ipaddr.IPAddressString;
import io.heddle.compiler.Routing.PortTowards;
import io.heddle.compiler.Routing.RouteTable;
import io.heddle.compiler.Routing.RouterPort;
import io.heddle.compiler.Routing.RouterPortNamed;
import io.heddle.compiler.Routing.RouterPortOf;
import io.heddle.engine.Query;
import io.heddle.engine.Reads;
import io.heddle.engine.Relation;
import io.heddle.engine.Relation.Pair;
import io.heddle.flow.Ip;
import io.heddle.model.Prefix;
import io.heddle.v1.StaticRoute;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What several features ask about static routes. */
public final class Routes {
  private Routes() {}

  /** What tells which packets a route is for: routes that have it in common share these packets. */
  public record Key(RouteTable table, boolean bySource, Ip network, int length) {}

  /** How a route's packets go on. */
  public sealed interface Hop {
    /**
     * Out of a port.
     *
     * @param key the route's, or one that a policy has for each of its next hops
     * @param nexthop another router's address, or empty if packets go straight to their destination
     */
    record Out(int key, RouterPort port, Optional<Ip> nexthop) implements Hop {
      /** The next hop, if it is an IPv6 address. */
      Optional<HopIpv6> ipv6() {
        return nexthop
            .filter(ip -> ip.family() == Ip.Family.IPV6)
            .map(ip -> new HopIpv6(port.uuid(), ip));
      }
    }

    /** Not at all. */
    record Discard() implements Hop {}

    /** By other routes: the next hop does not work. */
    record Down() implements Hop {}

    /** It cannot be told. */
    record Nowhere(String why) implements Hop {}
  }

  /** All routes there are for some packets. */
  public static final Relation<Key, UUID> ROUTES =
      new Relation<>(
          "ROUTES",
          StaticRoute.class,
          (uuid, network) ->
              network.get(StaticRoute.class, uuid).map(row -> new Pair<>(key(row), uuid)).stream()
                  .toList());

  private static Key key(StaticRoute row) {
    var prefix = Prefix.of(row.getIpPrefix());
    var table = new RouteTable(UUID.fromString(row.getLogicalRouter()), row.getRouteTable());
    var ip = Ip.of(prefix.address().getBytes()).network(prefix.length());
    return new Key(table, row.getPolicy().equals("src-ip"), ip, prefix.length());
  }

  public record HopOf(UUID route) implements Query<Hop> {
    @Override
    public Hop answer(Reads network) {
      var row = network.get(StaticRoute.class, route).orElseThrow();
      if (row.getNexthop().equals("discard")) {
        return new Hop.Discard();
      }
      var nexthop =
          Optional.of(row.getNexthop())
              .filter(text -> !text.isEmpty())
              .map(text -> Ip.of(new IPAddressString(text).getAddress().getBytes()));
      var family = Ip.of(Prefix.of(row.getIpPrefix()).address().getBytes()).family();
      if (nexthop.filter(ip -> ip.family() != family).isPresent()) {
        return new Hop.Nowhere("its next hop is of another version of IP");
      }
      var router = UUID.fromString(row.getLogicalRouter());
      if (nexthop.filter(ip -> network.ask(new Routing.OwnAddress(router, ip))).isPresent()) {
        return new Hop.Nowhere("its next hop is an address of the router's own");
      }
      var hop =
          row.getOutputPort().isEmpty()
              ? towards(row, nexthop, network)
              : by(row, nexthop, network);
      return hop instanceof Hop.Out && down(row, nexthop, network) ? new Hop.Down() : hop;
    }

    private static boolean down(StaticRoute row, Optional<Ip> nexthop, Reads network) {
      return Optional.of(row.getBfd())
          .filter(session -> !session.isEmpty())
          .map(session -> network.ask(new Monitoring.Says(UUID.fromString(session))))
          .filter(said -> nexthop.equals(Optional.of(said.peer())) && !said.up())
          .isPresent();
    }

    private Hop towards(StaticRoute row, Optional<Ip> nexthop, Reads network) {
      if (nexthop.isEmpty()) {
        return new Hop.Nowhere("it has neither a next hop nor an output port");
      }
      return network
          .ask(new PortTowards(UUID.fromString(row.getLogicalRouter()), nexthop.get()))
          .flatMap(uuid -> network.ask(new RouterPortOf(uuid)))
          .<Hop>map(port -> new Hop.Out(row.getRouteKey(), port, nexthop))
          .orElseGet(
              () ->
                  new Hop.Nowhere(
                      nexthop.get().linkLocal()
                          ? "next hop " + row.getNexthop() + " is link-local and needs output_port"
                          : "next hop " + row.getNexthop() + " is in no network of the router's"));
    }

    private Hop by(StaticRoute row, Optional<Ip> nexthop, Reads network) {
      return network
          .ask(new RouterPortNamed(row.getOutputPort()))
          .flatMap(uuid -> network.ask(new RouterPortOf(uuid)))
          .filter(port -> port.router().toString().equals(row.getLogicalRouter()))
          .<Hop>map(port -> new Hop.Out(row.getRouteKey(), port, nexthop))
          .orElseGet(
              () -> new Hop.Nowhere("the router has no working port " + row.getOutputPort()));
    }
  }

  /** An IPv6 address that a port's packets are sent to on their way. */
  public record HopIpv6(UUID routerPort, Ip nexthop) {}

  /** The keys of the routes by which such an address is sent to. */
  public static final Relation<HopIpv6, Integer> HOPS_IPV6 =
      new Relation<>(
          "HOPS_IPV6",
          StaticRoute.class,
          (uuid, network) ->
              network.ask(new HopOf(uuid)) instanceof Hop.Out out
                  ? out.ipv6().map(to -> new Pair<>(to, out.key())).stream().toList()
                  : List.of());

  /** What people know a route by: "r1 10.0.0.0/8 via 10.1.1.1". */
  public static String label(UUID route, Reads network) {
    var row = network.get(StaticRoute.class, route).orElseThrow();
    var text = new StringBuilder();
    text.append(network.ask(new Routing.RouterName(UUID.fromString(row.getLogicalRouter()))));
    text.append(row.getPolicy().equals("src-ip") ? " from " : " ").append(row.getIpPrefix());
    append(" via ", row.getNexthop(), text);
    append(" by ", row.getOutputPort(), text);
    append(" in table ", row.getRouteTable(), text);
    return text.toString();
  }

  private static void append(String before, String value, StringBuilder text) {
    if (!value.isEmpty()) {
      text.append(before).append(value);
    }
  }

  static final List<Relation<?, ?>> RELATIONS = List.of(ROUTES, HOPS_IPV6);
}
