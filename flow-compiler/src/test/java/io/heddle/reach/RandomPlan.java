package io.heddle.reach;

import io.heddle.reach.Frame.Protocol;
import io.heddle.reach.Plan.Link;
import io.heddle.reach.Plan.Patch;
import io.heddle.reach.Plan.Port;
import io.heddle.reach.Plan.Route;
import io.heddle.reach.Plan.Vm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Plans and packets by chance: small ones, where much is linked and some things do not work. */
final class RandomPlan {
  private static final List<Set<String>> TUNNELS =
      List.of(Set.of("geneve"), Set.of("vxlan"), Set.of("geneve", "vxlan"));

  /** Routers have the numbers below. */
  private static final int FIRST_VM = 40;

  private final Random random;
  private final Map<String, Set<String>> hosts = new LinkedHashMap<>();
  private final List<String> switches;
  private final List<Vm> vms = new ArrayList<>();
  private final Map<String, Boolean> routers = new LinkedHashMap<>();
  private final List<Port> ports = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();
  private final List<Route> routes = new ArrayList<>();
  private final List<Patch> patches = new ArrayList<>();

  private RandomPlan(Random random) {
    this.random = random;
    this.switches = IntStream.range(0, 2 + random.nextInt(4)).mapToObj(i -> "s" + i).toList();
  }

  static Plan of(Random random) {
    var plan = new RandomPlan(random);
    plan.addHosts();
    plan.addVms();
    plan.addRouters();
    plan.addRoutes();
    plan.addPatches();
    return new Plan(
        plan.hosts,
        plan.switches,
        plan.vms,
        plan.routers,
        plan.ports,
        plan.links,
        plan.routes,
        plan.patches);
  }

  private boolean one(int of) {
    return random.nextInt(of) == 0;
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private void addHosts() {
    int kind = random.nextInt(4);
    for (int i = 1 + random.nextInt(5); i >= 0; i--) {
      hosts.put("hv" + hosts.size(), kind < 3 ? TUNNELS.get(kind) : any(TUNNELS));
    }
  }

  private static String ipv4(int network, int number) {
    return "10.0." + network + "." + number;
  }

  private static String ipv6(int network, int number) {
    return "fd00:" + (network + 1) + "::" + Integer.toHexString(number);
  }

  private void addVms() {
    // A switch is on one host, on some, or stretched over all.
    for (int s = 0; s < switches.size(); s++) {
      var on = new ArrayList<>(hosts.keySet());
      while (on.size() > 1 && random.nextBoolean()) {
        on.remove(random.nextInt(on.size()));
      }
      for (int i = random.nextInt(5); i > 0; i--) {
        int number = FIRST_VM + vms.size();
        var ips = new ArrayList<String>();
        if (!one(6)) {
          ips.add(ipv4(s, number));
        }
        if (!one(4)) {
          ips.add(ipv6(s, number));
        }
        if (one(6)) {
          ips.add("10.1." + s + "." + number);
        }
        boolean unknown = one(6);
        vms.add(
            new Vm(
                "p" + vms.size(),
                switches.get(s),
                one(12) ? Optional.empty() : Optional.of(any(on)),
                !one(12),
                String.format("0a:00:00:00:00:%02x", number),
                ips,
                !unknown || random.nextBoolean(),
                unknown));
      }
    }
  }

  private void addRouters() {
    for (int r = random.nextInt(4); r >= 0; r--) {
      routers.put("r" + routers.size(), !one(12));
    }
    for (var router : routers.keySet()) {
      for (int i = 1 + random.nextInt(4); i > 0; i--) {
        addPort(router, random.nextInt(switches.size()));
      }
    }
    for (int i = random.nextInt(routers.size() + 1); i > 0; i--) {
      addPeers(any(List.copyOf(routers.keySet())), any(List.copyOf(routers.keySet())));
    }
  }

  private void addPort(String router, int network) {
    var networks = new ArrayList<String>();
    int number = 1 + ports.size();
    if (!one(6)) {
      networks.add(ipv4(network, number) + (one(5) ? "/16" : one(6) ? "/26" : "/24"));
    }
    if (!one(4)) {
      networks.add(ipv6(network, number) + (one(6) ? "/48" : "/64"));
    }
    if (one(5)) {
      networks.add("10.1." + network + "." + number + "/24");
    }
    var port = port(router, networks, "");
    for (int i = one(10) ? 2 : 1; i > 0; i--) {
      var name = "l" + links.size();
      links.add(new Link(name, i == 2 ? any(switches) : "s" + network, port.name(), !one(12)));
    }
  }

  private Port port(String router, List<String> networks, String peer) {
    var name = "q" + ports.size();
    var mac = String.format("0e:00:00:00:00:%02x", 1 + ports.size());
    var port = new Port(name, router, mac, networks, peer, !one(15), one(6) ? "blue" : "");
    ports.add(port);
    return port;
  }

  private void addPeers(String one, String other) {
    int number = ports.size();
    var names = List.of("q" + number, "q" + (number + 1));
    for (int i = 0; i < 2; i++) {
      var networks = new ArrayList<String>();
      if (!one(5)) {
        networks.add("172.16." + number + "." + (1 + i) + "/30");
      }
      if (!one(4)) {
        networks.add("fd99:" + number + "::" + (1 + i) + "/64");
      }
      port(i == 0 ? one : other, networks, one(12) ? any(names) : names.get(1 - i));
    }
  }

  private void addRoutes() {
    for (var router : routers.keySet()) {
      for (int i = 1 + random.nextInt(6); i > 0; i--) {
        var nexthop = nexthop(router);
        var prefix = prefix();
        while (Frame.protocol(prefix) != Frame.protocol(nexthop)
            && !one(12)
            && hasFamily(nexthop)) {
          prefix = prefix();
        }
        var own = ports.stream().filter(p -> p.router().equals(router)).map(Port::name).toList();
        boolean byPort = nexthop.isEmpty() || one(6);
        var port = !byPort || own.isEmpty() ? "" : one(10) ? any(ports).name() : any(own);
        routes.add(new Route(router, prefix, one(5), nexthop, port, one(4) ? "blue" : ""));
        if (one(5)) {
          routes.add(new Route(router, prefix, false, nexthop(router), "", ""));
        }
      }
    }
  }

  /** Mostly none or a few; loops among them, and a switch with itself. */
  private void addPatches() {
    for (int i = random.nextBoolean() ? 0 : 1 + random.nextInt(4); i > 0; i--) {
      patches.add(
          new Patch("k" + patches.size(), any(switches), any(switches), !one(12), !one(12)));
    }
  }

  private static boolean hasFamily(String nexthop) {
    return nexthop.contains(".") || nexthop.contains(":");
  }

  /** Mostly another router's address that this one has a network with. */
  private String nexthop(String router) {
    var others =
        ports.stream()
            .filter(p -> !p.router().equals(router))
            .flatMap(p -> p.ips().stream())
            .toList();
    var near =
        others.stream()
            .filter(
                ip ->
                    ports.stream()
                        .filter(p -> p.router().equals(router))
                        .flatMap(p -> p.networks().stream())
                        .anyMatch(n -> Plan.contains(n, ip)))
            .toList();
    return switch (random.nextInt(10)) {
      case 0 -> "discard";
      case 1 -> "";
      case 2 -> others.isEmpty() ? "10.9.9.9" : any(others);
      case 3 -> destination();
      default -> near.isEmpty() ? destination() : any(near);
    };
  }

  private String prefix() {
    int network = random.nextInt(switches.size());
    return switch (random.nextInt(10)) {
      case 0 -> "10.0.0.0/16";
      case 1, 2 -> "0.0.0.0/0";
      case 3, 4 -> ipv4(network, 0) + "/24";
      case 5, 6 -> "::/0";
      case 7 -> "fd00:" + (network + 1) + "::/64";
      case 8 -> "fd00::/16";
      default -> {
        var ip = destination();
        yield ip + (Frame.protocol(ip) == Protocol.IPV4 ? "/32" : "/128");
      }
    };
  }

  private String destination() {
    return destination(random, vms, switches.size());
  }

  private static String destination(Random random, List<Vm> vms, int switches) {
    var ips = vms.stream().flatMap(vm -> vm.ips().stream()).toList();
    int network = random.nextInt(switches);
    return switch (random.nextInt(12)) {
      case 0 -> ipv4(network, 200);
      case 1 -> ipv6(network, 200);
      default -> ips.isEmpty() ? "10.9.9.9" : ips.get(random.nextInt(ips.size()));
    };
  }

  /** A packet that a VM's port may send, mostly to a router. */
  static Frame frame(Random random, Plan plan, Vm from) {
    var routerMacs =
        plan.links().stream()
            .filter(l -> l.network().equals(from.network()))
            .flatMap(l -> plan.ports().stream().filter(p -> p.name().equals(l.port())))
            .map(Port::mac)
            .toList();
    var others =
        Stream.of(
                plan.vms().stream().map(Vm::mac),
                plan.ports().stream().map(Port::mac),
                Stream.of("ff:ff:ff:ff:ff:ff", "0a:00:00:00:00:fe", "33:33:00:00:00:01"))
            .flatMap(some -> some)
            .toList();
    var toMac =
        routerMacs.isEmpty() || random.nextInt(6) == 0
            ? others.get(random.nextInt(others.size()))
            : routerMacs.get(random.nextInt(routerMacs.size()));
    var fromMac = random.nextInt(30) == 0 ? "03:00:00:00:00:01" : from.mac();
    if (random.nextInt(12) == 0) {
      return new Frame(fromMac, toMac, Protocol.NONE, "", "", 0, "\"hello\"");
    }
    var to = address(random, plan);
    var sources =
        Stream.concat(
                random.nextInt(10) == 0 ? plan.vms().stream() : Stream.of(from), Stream.of(from))
            .flatMap(vm -> vm.ips().stream())
            .filter(ip -> Frame.protocol(ip) == Frame.protocol(to))
            .toList();
    var source =
        sources.isEmpty()
            ? Frame.protocol(to) == Protocol.IPV4 ? "10.8.8.8" : "fd88::8"
            : sources.get(random.nextInt(sources.size()));
    var payloads =
        List.of(
            Frame.ECHO, Frame.ECHO, Frame.REPLY, "udp 1000 > 2000", "tcp 1000 > 80", "proto 47");
    var ttls = List.of(0, 1, 2, 3, 5, 30, 64, 64, 64, 64, 64, 64, 64, 255);
    return new Frame(
        fromMac,
        toMac,
        Frame.protocol(to),
        source,
        to,
        ttls.get(random.nextInt(ttls.size())),
        payloads.get(random.nextInt(payloads.size())));
  }

  private static String address(Random random, Plan plan) {
    var ips = plan.ports().stream().flatMap(p -> p.ips().stream()).toList();
    return switch (random.nextInt(10)) {
      case 0 -> "192.0.2.99";
      case 1, 2 -> ips.isEmpty() ? "2001:db8::99" : ips.get(random.nextInt(ips.size()));
      default -> destination(random, plan.vms(), plan.switches().size());
    };
  }
}
