package io.heddle.reach;

import io.heddle.reach.Frame.Protocol;
import io.heddle.reach.Plan.Link;
import io.heddle.reach.Plan.Patch;
import io.heddle.reach.Plan.Port;
import io.heddle.reach.Plan.Route;
import io.heddle.reach.Plan.Vm;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Who can reach whom, said as simply as can be: no flows, no tables, nothing kept. It walks through
 * the plan as a packet would that went through real switches and routers.
 */
final class Reach {
  /** Routers that a packet may come to at one host, as Open vSwitch has it (MAX_DEPTH). */
  private static final int ROUTERS = 63;

  private static final int OWN_TTL = 255;

  private final Plan plan;
  private final Tree tree;
  private final List<String> outcomes = new ArrayList<>();
  private int entered;

  private Reach(Plan plan) {
    this.plan = plan;
    this.tree = Tree.of(plan);
  }

  /**
   * Where a packet from a VM's port comes out, each as "HOST PORT: PACKET", or is handed over, as
   * "HOST to controller REASON ADDRESS"; sorted.
   */
  static List<String> of(Plan plan, Vm from, Frame frame) {
    var reach = new Reach(plan);
    reach.send(from, frame);
    Collections.sort(reach.outcomes);
    return reach.outcomes;
  }

  private void send(Vm from, Frame frame) {
    var host = from.host().orElseThrow();
    var network = from.network();
    if (!isGroup(frame.fromMac())) {
      cross(network, Optional.empty(), Optional.of(from), frame, host);
    }
  }

  /**
   * @param by the link that it came into the network by, if it did
   * @param from who gets none of it
   */
  private void cross(
      String network, Optional<Patch> by, Optional<Vm> from, Frame frame, String host) {
    var to = frame.toMac();
    var vm = vms(network).stream().filter(v -> v.known() && v.mac().equals(to)).findFirst();
    var port = portsIn(network).stream().filter(p -> p.mac().equals(to)).findFirst();
    var afar = beyond(network, Optional.empty()).stream().flatMap(n -> portsIn(n).stream());
    if (isGroup(to)) {
      all(network, by, from, frame, host, false);
    } else if (vm.isPresent()) {
      if (!vm.equals(from)) {
        deliver(host, vm.get(), frame);
      }
    } else if (port.isPresent()) {
      enter(port.get(), frame, host);
    } else if (afar.anyMatch(p -> p.mac().equals(to))) {
      tree.of(network).stream()
          .filter(patch -> by.filter(patch::equals).isEmpty())
          .filter(
              patch ->
                  beyond(tree.across(patch, network), Optional.of(patch)).stream()
                      .flatMap(n -> portsIn(n).stream())
                      .anyMatch(p -> p.mac().equals(to)))
          .forEach(
              patch -> cross(tree.across(patch, network), Optional.of(patch), from, frame, host));
    } else {
      all(network, by, from, frame, host, true);
    }
  }

  private void all(
      String network,
      Optional<Patch> by,
      Optional<Vm> from,
      Frame frame,
      String host,
      boolean unknown) {
    vms(network).stream()
        .filter(vm -> from.filter(vm::equals).isEmpty() && (vm.unknown() || !unknown))
        .forEach(vm -> deliver(host, vm, frame));
    tree.of(network).stream()
        .filter(patch -> by.filter(patch::equals).isEmpty())
        .forEach(
            patch -> cross(tree.across(patch, network), Optional.of(patch), from, frame, host));
  }

  /** A network and all that it is linked with, but for what lies behind one of its links. */
  private List<String> beyond(String network, Optional<Patch> by) {
    var found = new ArrayList<>(List.of(network));
    tree.of(network).stream()
        .filter(patch -> by.filter(patch::equals).isEmpty())
        .forEach(patch -> found.addAll(beyond(tree.across(patch, network), Optional.of(patch))));
    return found;
  }

  private static boolean isGroup(String mac) {
    return (Integer.parseInt(mac.substring(0, 2), 16) & 1) == 1;
  }

  private void deliver(String at, Vm vm, Frame frame) {
    if (vm.placed() && connected(at, vm.host().orElseThrow())) {
      outcomes.add(vm.host().get() + " " + vm.name() + ": " + frame.packet());
    }
  }

  private boolean connected(String one, String other) {
    return one.equals(other)
        || !Collections.disjoint(plan.hosts().get(one), plan.hosts().get(other));
  }

  private List<Vm> vms(String network) {
    return plan.vms().stream().filter(vm -> vm.network().equals(network)).toList();
  }

  /** The routers' ports that a network is linked with. */
  private List<Port> portsIn(String network) {
    return plan.ports().stream()
        .filter(port -> works(port) && port.peer().isEmpty())
        .filter(port -> link(port).filter(l -> l.network().equals(network)).isPresent())
        .toList();
  }

  private Optional<Link> link(Port port) {
    return plan.links().stream()
        .filter(link -> link.enabled() && link.port().equals(port.name()))
        .findFirst();
  }

  private boolean works(Port port) {
    return port.enabled() && plan.routers().get(port.router());
  }

  private List<Port> portsOf(String router) {
    return plan.ports().stream().filter(p -> p.router().equals(router) && works(p)).toList();
  }

  private void enter(Port by, Frame frame, String host) {
    if (++entered > ROUTERS) {
      outcomes.clear();
      return;
    }
    if (frame.protocol() == Protocol.NONE) {
      return;
    }
    if (frame.to().equals(by.linkLocal())
        || portsOf(by.router()).stream()
            .flatMap(port -> port.networks().stream())
            .anyMatch(network -> network.startsWith(frame.to() + "/"))) {
      own(by, frame, host);
    } else if (frame.ttl() <= 1) {
      error(by, frame, host, "TIME_EXCEEDED");
    } else {
      route(by, frame, host);
    }
  }

  private void own(Port by, Frame frame, String host) {
    switch (frame.payload().split(" ")[0]) {
      case "icmp" -> {
        if (frame.payload().equals(Frame.ECHO)) {
          route(by, frame.replied(OWN_TTL), host);
        }
      }
      case "udp" -> error(by, frame, host, "UNREACHABLE_PORT");
      case "tcp" -> outcomes.add(host + " to controller TCP_RESET");
      default -> error(by, frame, host, "UNREACHABLE_PROTOCOL");
    }
  }

  /** An error comes from the first address of the port that the packet came by. */
  private void error(Port by, Frame frame, String host, String reason) {
    by.ips().stream()
        .filter(ip -> Frame.protocol(ip) == frame.protocol())
        .findFirst()
        .ifPresent(ip -> outcomes.add(handed(host, icmp(frame) + reason, ip)));
  }

  private static String icmp(Frame frame) {
    return frame.protocol() == Protocol.IPV4 ? "ICMPV4_" : "ICMPV6_";
  }

  static String handed(String host, String reason, String ip) {
    return host + " to controller " + reason + " " + ip;
  }

  /** A way on: out of a port, or dropped where there is none. */
  private record Hop(Optional<Port> port, String nexthop) {}

  private void route(Port by, Frame frame, String host) {
    var best = -1;
    var hop = Optional.<Hop>empty();
    for (var port : portsOf(by.router())) {
      for (var network : port.networks()) {
        int rank = rank(network, 2);
        if (Plan.contains(network, frame.to()) && rank > best) {
          best = rank;
          hop = Optional.of(new Hop(Optional.of(port), frame.to()));
        }
      }
    }
    int linkLocal = rank("fe80::/64", 2);
    if (Plan.contains("fe80::/64", frame.to()) && linkLocal > best) {
      best = linkLocal;
      hop = Optional.of(new Hop(Optional.of(by), frame.to()));
    }
    for (var shared : shared(by).values()) {
      var route = shared.get(0);
      var matched = route.bySource() ? frame.from() : frame.to();
      int rank = rank(route.prefix(), route.bySource() ? 0 : 1);
      if (Plan.contains(route.prefix(), matched) && rank > best) {
        var hops = shared.stream().flatMap(r -> hop(r, frame.to()).stream()).toList();
        if (!hops.isEmpty()) {
          best = rank;
          hop =
              hops.stream()
                  .filter(h -> h.port().isPresent())
                  .findFirst()
                  .or(() -> Optional.of(hops.get(0)));
        }
      }
    }
    if (hop.isEmpty()) {
      error(by, frame, host, "UNREACHABLE_NET");
    } else if (hop.get().port().isPresent()) {
      leave(hop.get().port().get(), hop.get().nexthop(), frame.withTtl(frame.ttl() - 1), host);
    }
  }

  /** The longest prefix first, then connected networks, routes by destination, by source. */
  private static int rank(String prefix, int kind) {
    return 3 * Integer.parseInt(prefix.substring(prefix.indexOf('/') + 1)) + kind;
  }

  /** The routes for packets that came by a port, those for the same packets together. */
  private Map<List<Object>, List<Route>> shared(Port by) {
    var shared = new LinkedHashMap<List<Object>, List<Route>>();
    for (var route : plan.routes()) {
      if (route.router().equals(by.router()) && route.table().equals(by.table())) {
        var key = List.<Object>of(route.bySource(), Plan.network(route.prefix()));
        shared.computeIfAbsent(key, k -> new ArrayList<>()).add(route);
      }
    }
    return shared;
  }

  private Optional<Hop> hop(Route route, String to) {
    if (route.nexthop().equals("discard")) {
      return Optional.of(new Hop(Optional.empty(), ""));
    }
    if (!route.nexthop().isEmpty()
        && Frame.protocol(route.nexthop()) != Frame.protocol(route.prefix())) {
      return Optional.empty();
    }
    var port =
        route.port().isEmpty()
            ? towards(route)
            : portsOf(route.router()).stream()
                .filter(p -> p.name().equals(route.port()))
                .findFirst();
    return port.map(p -> new Hop(port, route.nexthop().isEmpty() ? to : route.nexthop()));
  }

  private Optional<Port> towards(Route route) {
    var best = -1;
    var found = Optional.<Port>empty();
    for (var port : portsOf(route.router())) {
      for (var network : port.networks()) {
        if (!route.nexthop().isEmpty()
            && rank(network, 0) > best
            && Plan.contains(network, route.nexthop())) {
          best = rank(network, 0);
          found = Optional.of(port);
        }
      }
    }
    return found;
  }

  private void leave(Port port, String nexthop, Frame frame, String host) {
    if (!port.peer().isEmpty()) {
      plan.ports().stream()
          .filter(p -> p.name().equals(port.peer()) && p.peer().equals(port.name()))
          .filter(p -> works(p) && p != port)
          .findFirst()
          .ifPresent(peer -> enter(peer, frame, host));
      return;
    }
    var network = link(port).map(Link::network);
    network.ifPresent(n -> find(n, nexthop, frame.between(port.mac(), ""), host));
  }

  private void find(String network, String nexthop, Frame frame, String host) {
    var port = portsIn(network).stream().filter(p -> p.ips().contains(nexthop)).findFirst();
    var vm = vms(network).stream().filter(v -> v.known() && v.ips().contains(nexthop)).findFirst();
    var afar =
        beyond(network, Optional.empty()).stream()
            .flatMap(n -> portsIn(n).stream())
            .filter(p -> p.ips().contains(nexthop))
            .findFirst();
    if (port.isPresent()) {
      enter(port.get(), frame.between(frame.fromMac(), port.get().mac()), host);
    } else if (vm.isPresent()) {
      deliver(host, vm.get(), frame.between(frame.fromMac(), vm.get().mac()));
    } else if (afar.isPresent()) {
      enter(afar.get(), frame.between(frame.fromMac(), afar.get().mac()), host);
    } else {
      home(network)
          .filter(home -> connected(host, home))
          .ifPresent(home -> outcomes.add(handed(home, resolve(nexthop), nexthop)));
    }
  }

  private static String resolve(String nexthop) {
    return Frame.protocol(nexthop) == Protocol.IPV4 ? "RESOLVE_IPV4" : "RESOLVE_IPV6";
  }

  /**
   * The host that has more than half of the ports of a network and those it is linked with, or else
   * the oldest that has any.
   */
  private Optional<String> home(String network) {
    var hosts =
        beyond(network, Optional.empty()).stream()
            .flatMap(n -> vms(n).stream())
            .filter(Vm::placed)
            .map(vm -> vm.host().orElseThrow())
            .toList();
    return plan.hosts().keySet().stream()
        .filter(host -> 2 * Collections.frequency(hosts, host) > hosts.size())
        .findFirst()
        .or(
            () ->
                plan.hosts().keySet().stream().filter(new TreeSet<>(hosts)::contains).findFirst());
  }
}
