package io.heddle.compiler;

import static io.heddle.compiler.World.bind;
import static io.heddle.compiler.World.logicalSwitch;
import static io.heddle.compiler.World.port;

import io.heddle.model.Edit;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import io.heddle.v1.StaticRoute;
import java.util.ArrayList;
import java.util.List;

/** Rows of networks that are as large as Open vSwitch bears, or larger. */
public final class LargeNetworks {
  private LargeNetworks() {}

  /**
   * The switch s with ports p0, p1… at hv0, which take all addresses, and one at each other
   * chassis: q1 at hv1 and so on.
   */
  public static List<Operation> crowd(int chassis, int ports) {
    var rows = new ArrayList<Operation>();
    rows.add(logicalSwitch("s"));
    for (int c = 0; c < chassis; c++) {
      rows.addAll(World.chassis("hv" + c, c, "geneve"));
    }
    for (int p = 0; p < ports; p++) {
      rows.addAll(vm("p" + p, "s", "hv0", 1 + p, "unknown"));
    }
    for (int c = 1; c < chassis; c++) {
      rows.addAll(vm("q" + c, "s", "hv" + c, 1, "unknown"));
    }
    return rows;
  }

  /** Routers with a port in a switch each. */
  public static List<Operation> routersIn(String logicalSwitch, int routers) {
    var rows = new ArrayList<Operation>();
    for (int r = 0; r < routers; r++) {
      rows.add(router("x" + r));
      rows.addAll(
          attached("x" + r, logicalSwitch, "10.9.%d.%d/16".formatted(r / 250, 1 + r % 250), r));
    }
    return rows;
  }

  /**
   * Routers r0, r1… in a row from the switch first, with the port a (10.1.0.10), to the switch
   * last, with the port b (10.2.0.10), both at hv0. In between are switches t0, t1… or, if {@code
   * linked}, nothing.
   */
  public static List<Operation> chain(int routers, boolean linked) {
    var rows = new ArrayList<Operation>();
    rows.addAll(World.chassis("hv0", 0, "geneve"));
    rows.addAll(List.of(logicalSwitch("first"), logicalSwitch("last")));
    rows.addAll(vm("a", "first", "hv0", 1, "0a:00:00:00:00:01 10.1.0.10"));
    rows.addAll(vm("b", "last", "hv0", 2, "0a:00:00:00:00:02 10.2.0.10"));
    for (int r = 0; r < routers; r++) {
      rows.add(router("r" + r));
    }
    rows.addAll(attached("r0", "first", "10.1.0.1/24", 1_000));
    rows.addAll(attached("r" + (routers - 1), "last", "10.2.0.1/24", 1_001));
    for (int r = 0; r + 1 < routers; r++) {
      rows.addAll(linked ? link(r) : transit(r));
      rows.add(route("r" + r, "10.2.0.0/24", "100.64." + r + ".2"));
      rows.add(route("r" + (r + 1), "10.1.0.0/24", "100.64." + r + ".1"));
    }
    return rows;
  }

  /** Switches in a row, one more than links between them, each with so many ports on one host. */
  static List<Operation> linked(int links, int ports) {
    var rows = new ArrayList<>(World.chassis("hv0", 0, "geneve"));
    int ofport = 1;
    for (int s = 0; s <= links; s++) {
      rows.add(logicalSwitch("s" + s));
      if (s > 0) {
        rows.add(end("s" + s, "s" + (s - 1)));
      }
      if (s < links) {
        rows.add(end("s" + s, "s" + (s + 1)));
      }
      for (int p = 0; p < ports; p++, ofport++) {
        var name = "s" + s + "-p" + p;
        rows.add(port(name, "s" + s, World.address(ofport)));
        rows.add(bind(name, "hv0", ofport));
      }
    }
    return rows;
  }

  private static Operation end(String here, String there) {
    return Edit.put(
        LogicalSwitchPort.newBuilder()
            .setName(here + "-" + there)
            .setLogicalSwitch(here)
            .setType("switch")
            .addAddresses("unknown")
            .setPeer(there + "-" + here)
            .build());
  }

  /** In a chain, the last router sends back what is for b. */
  public static Operation loop(int routers) {
    return route("r" + (routers - 1), "10.2.0.10/32", "100.64." + (routers - 2) + ".1");
  }

  private static List<Operation> transit(int r) {
    var rows = new ArrayList<Operation>();
    rows.add(logicalSwitch("t" + r));
    rows.addAll(attached("r" + r, "t" + r, "100.64." + r + ".1/24", 2 * r));
    rows.addAll(attached("r" + (r + 1), "t" + r, "100.64." + r + ".2/24", 2 * r + 1));
    return rows;
  }

  private static List<Operation> link(int r) {
    var one = "r" + r + "-next";
    var other = "r" + (r + 1) + "-before";
    return List.of(
        routerPort("r" + r, one, "100.64." + r + ".1/24", other, 2 * r),
        routerPort("r" + (r + 1), other, "100.64." + r + ".2/24", one, 2 * r + 1));
  }

  private static Operation router(String name) {
    return Edit.put(LogicalRouter.newBuilder().setName(name).build());
  }

  private static List<Operation> attached(
      String router, String logicalSwitch, String network, int number) {
    var name = router + "-" + logicalSwitch;
    return List.of(
        routerPort(router, name, network, "", number),
        Edit.put(
            LogicalSwitchPort.newBuilder()
                .setName(logicalSwitch + "-" + router)
                .setLogicalSwitch(logicalSwitch)
                .setType("router")
                .addAddresses("router")
                .putOptions("router-port", name)
                .build()));
  }

  private static Operation routerPort(
      String router, String name, String network, String peer, int number) {
    return Edit.put(
        LogicalRouterPort.newBuilder()
            .setName(name)
            .setLogicalRouter(router)
            .setMac(String.format("0e:00:00:00:%02x:%02x", number >> 8, number & 255))
            .addNetworks(network)
            .setPeer(peer)
            .putOptions("gateway_mtu", "1400")
            .build());
  }

  private static Operation route(String router, String prefix, String nexthop) {
    return Edit.put(
        StaticRoute.newBuilder()
            .setLogicalRouter(router)
            .setIpPrefix(prefix)
            .setNexthop(nexthop)
            .build());
  }

  private static List<Operation> vm(
      String name, String logicalSwitch, String chassis, int ofport, String addresses) {
    return List.of(port(name, logicalSwitch, addresses), bind(name, chassis, ofport));
  }
}
