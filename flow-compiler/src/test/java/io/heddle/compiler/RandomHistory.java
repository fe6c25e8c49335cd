package io.heddle.compiler;

import com.google.protobuf.Message;
import io.heddle.model.Edit;
import io.heddle.model.Snapshot;
import io.heddle.v1.Chassis;
import io.heddle.v1.Encap;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import io.heddle.v1.PortBinding;
import io.heddle.v1.StaticRoute;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** What may happen to a network, by chance: few things, so that they often concern each other. */
public final class RandomHistory {
  private static final int SWITCHES = 4;
  private static final int PORTS = 12;
  private static final int HOSTS = 4;
  private static final int ROUTERS = 3;
  private static final int ROUTER_PORTS = 7;
  private static final int LINKS = 8;
  private static final int ROUTES = 10;
  private static final int SWITCH_LINK_ENDS = 8;

  private static final List<Class<? extends Message>> KINDS =
      List.of(
          LogicalSwitch.class,
          LogicalSwitchPort.class,
          LogicalRouter.class,
          LogicalRouterPort.class,
          StaticRoute.class,
          Chassis.class,
          Encap.class,
          PortBinding.class);

  /** They overlap, and some ports are in one twice. */
  private static final List<String> NETWORKS =
      List.of(
          "10.0.0.1/24",
          "10.0.0.2/24",
          "10.0.0.1/16",
          "10.0.0.5/30",
          "10.1.0.1/24",
          "172.16.0.1/30",
          "172.16.0.2/30",
          "fd00::1/64",
          "fd00::2/64",
          "fd00::1/48",
          "fd00:1::1/64",
          "fe80::1/64");

  private static final List<String> NEXT_HOPS =
      List.of(
          "10.0.0.1",
          "10.0.0.2",
          "10.0.0.77",
          "10.1.0.9",
          "172.16.0.2",
          "192.0.2.1",
          "fd00::1",
          "fd00::77",
          "fd00:1::9",
          "fe80::c00:ff:fe00:1",
          "discard",
          "");

  private static final List<String> PREFIXES =
      List.of(
          "0.0.0.0/0",
          "10.0.0.0/24",
          "10.0.0.3/32",
          "10.9.0.0/16",
          "::/0",
          "fd00::/64",
          "fd00:9::/48");

  private static final List<String> TABLES = List.of("", "", "", "blue", "red");

  private final Random random;

  public RandomHistory(Random random) {
    this.random = random;
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private String name(String prefix, int kinds) {
    return prefix + random.nextInt(kinds);
  }

  private boolean mostly() {
    return random.nextInt(5) > 0;
  }

  /** Something to begin with. */
  public List<Operation> beginning() {
    var operations = new ArrayList<Operation>();
    for (int i = 0; i < SWITCHES; i++) {
      operations.add(World.logicalSwitch("s" + i));
    }
    for (int i = 0; i < HOSTS; i++) {
      operations.addAll(World.chassis("hv" + i, i, "geneve"));
    }
    for (int i = 0; i < ROUTERS; i++) {
      operations.add(Edit.put(LogicalRouter.newBuilder().setName("r" + i).build()));
    }
    return operations;
  }

  /** What one transaction does, mostly little. */
  public List<Operation> next(Snapshot snapshot) {
    int count = random.nextInt(8) == 0 ? 6 : 1 + random.nextInt(2);
    return Stream.generate(() -> operation(snapshot)).limit(count).toList();
  }

  private Operation operation(Snapshot snapshot) {
    return switch (random.nextInt(27)) {
      case 0 -> logicalSwitch();
      case 1, 2, 3 -> port();
      case 4 ->
          Edit.put(
              LogicalRouter.newBuilder().setName(name("r", ROUTERS)).setEnabled(mostly()).build());
      case 5, 6, 7, 8 -> routerPort();
      case 9, 10, 11 -> link();
      case 12, 13, 14 ->
          snapshot.rows(StaticRoute.class).size() < ROUTES
              ? route()
              : deletion(snapshot, StaticRoute.class);
      case 15, 16 -> encapsulation();
      case 17, 18, 19, 20 ->
          World.bind(name("p", PORTS), name("hv", HOSTS), 1 + random.nextInt(60));
      case 21, 22, 23 -> switchLink();
      case 24 -> World.chassis(name("hv", HOSTS), 0).get(0);
      default ->
          random.nextInt(3) == 0
              ? deletion(snapshot, any(KINDS))
              : deletion(snapshot, any(KINDS.subList(1, 5)));
    };
  }

  private Operation deletion(Snapshot snapshot, Class<? extends Message> kind) {
    var rows = snapshot.rows(kind).keySet().stream().sorted().toList();
    return rows.isEmpty() ? logicalSwitch() : Edit.delete(kind, any(rows));
  }

  private Operation logicalSwitch() {
    var row = LogicalSwitch.newBuilder().setName(name("s", SWITCHES));
    if (random.nextBoolean()) {
      row.putOtherConfig("subnet", "10." + random.nextInt(3) + ".0.0/28");
    }
    return Edit.put(row.build());
  }

  private Operation encapsulation() {
    int host = random.nextInt(HOSTS);
    var type = random.nextBoolean() ? "geneve" : "vxlan";
    return World.chassis("hv" + host, host, type).get(1);
  }

  private Operation port() {
    var row =
        LogicalSwitchPort.newBuilder()
            .setName(name("p", PORTS))
            .setLogicalSwitch(name("s", SWITCHES))
            .setEnabled(mostly());
    switch (random.nextInt(5)) {
      case 0 -> row.addAddresses("unknown");
      case 1 -> row.addAddresses("dynamic");
      case 2 -> row.addAddresses(address()).addAddresses("unknown");
      default -> row.addAddresses(address());
    }
    return Edit.put(row.build());
  }

  private String address() {
    int number = random.nextInt(8);
    return World.address(number) + (random.nextBoolean() ? " fd00::" + number : "");
  }

  private Operation routerPort() {
    var name = name("q", ROUTER_PORTS);
    var row =
        LogicalRouterPort.newBuilder()
            .setName(name)
            .setLogicalRouter(name("r", ROUTERS))
            .setMac("0e:00:00:00:00:0" + random.nextInt(4))
            .setEnabled(mostly())
            .putOptions("route_table", any(TABLES));
    random
        .ints(random.nextInt(4), 0, NETWORKS.size())
        .distinct()
        .mapToObj(NETWORKS::get)
        .forEach(row::addNetworks);
    if (random.nextInt(3) == 0) {
      // Mostly such that each names the other.
      int number = Integer.parseInt(name.substring(1));
      row.setPeer("q" + (mostly() ? number ^ 1 : random.nextInt(ROUTER_PORTS)));
    }
    return Edit.put(row.build());
  }

  private Operation link() {
    var row =
        LogicalSwitchPort.newBuilder()
            .setName(random.nextInt(8) == 0 ? name("p", PORTS) : name("l", LINKS))
            .setLogicalSwitch(name("s", SWITCHES))
            .setType("router")
            .setEnabled(mostly())
            .putOptions("router-port", name("q", ROUTER_PORTS));
    return Edit.put(row.addAddresses(mostly() ? "router" : address()).build());
  }

  /** Mostly such that each end names the other. */
  private Operation switchLink() {
    int number = random.nextInt(SWITCH_LINK_ENDS);
    var row =
        LogicalSwitchPort.newBuilder()
            .setName(random.nextInt(8) == 0 ? name("p", PORTS) : "k" + number)
            .setLogicalSwitch(name("s", SWITCHES))
            .setType("switch")
            .setEnabled(mostly())
            .setPeer("k" + (mostly() ? number ^ 1 : random.nextInt(SWITCH_LINK_ENDS)));
    if (random.nextInt(4) == 0) {
      row.addAddresses(address());
    }
    return Edit.put(row.build());
  }

  private Operation route() {
    return Edit.put(
        StaticRoute.newBuilder()
            .setLogicalRouter(name("r", ROUTERS))
            .setIpPrefix(any(PREFIXES))
            .setPolicy(mostly() ? "" : "src-ip")
            .setNexthop(any(NEXT_HOPS))
            .setOutputPort(mostly() ? "" : name("q", ROUTER_PORTS))
            .setRouteTable(any(TABLES))
            .build());
  }
}
