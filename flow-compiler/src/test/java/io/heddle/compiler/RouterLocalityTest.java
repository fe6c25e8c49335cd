package io.heddle.compiler;

import static io.heddle.compiler.World.bind;
import static io.heddle.compiler.World.logicalSwitch;
import static io.heddle.compiler.World.port;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import io.heddle.engine.Query;
import io.heddle.model.Edit;
import io.heddle.model.Row;
import io.heddle.v1.Bfd;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPolicy;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import io.heddle.v1.StaticRoute;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** What a change to a router costs follows what it touches, however much the router connects. */
class RouterLocalityTest {
  private static final int PORTS = 2;

  /** The switches s0… of router r, each at a chassis of its own, and t0 and t1 of router q. */
  private static World cluster(int switches) {
    var world = new World();
    var operations = new ArrayList<Operation>();
    operations.add(router("r"));
    operations.add(router("q"));
    for (int s = 0; s < switches; s++) {
      operations.addAll(World.chassis("hv" + s, s, "geneve"));
      operations.addAll(network("r", "s" + s, s, "hv" + s));
    }
    operations.addAll(network("q", "t0", 5_000, "hv0"));
    operations.addAll(network("q", "t1", 5_001, "hv1"));
    operations.add(route("r", "172.30.0.0/16", "10.0.0.2"));
    operations.add(route("q", "172.30.0.0/16", "10.19.136.2"));
    operations.add(policy("r", 1, "drop", "tcp.dst == 1"));
    operations.add(policy("q", 1, "drop", "tcp.dst == 1"));
    world.commit(Edit.observation(operations));
    return world;
  }

  private static Operation router(String name) {
    return Edit.put(LogicalRouter.newBuilder().setName(name).build());
  }

  /** A switch with ports at a chassis and a link to a router. */
  private static List<Operation> network(String router, String name, int number, String chassis) {
    var operations = new ArrayList<Operation>();
    operations.add(logicalSwitch(name));
    operations.addAll(link(router, name, number));
    for (int p = 0; p < PORTS; p++) {
      var mac = String.format("02:00:%02x:%02x:00:%02x", number >> 8, number & 255, p);
      var vm = name + "-p" + p;
      operations.add(port(vm, name, mac + " " + prefix(number) + (2 + p)));
      operations.add(bind(vm, chassis, 1 + number * PORTS + p));
    }
    return operations;
  }

  private static List<Operation> link(String router, String name, int number) {
    return List.of(
        Edit.put(
            LogicalRouterPort.newBuilder()
                .setName(router + "-" + name)
                .setLogicalRouter(router)
                .setMac(String.format("0e:00:00:00:%02x:%02x", number >> 8, number & 255))
                .addNetworks(prefix(number) + "1/24")
                .build()),
        Edit.put(
            LogicalSwitchPort.newBuilder()
                .setName(name + "-" + router)
                .setLogicalSwitch(name)
                .setType("router")
                .addAddresses("router")
                .putOptions("router-port", router + "-" + name)
                .build()));
  }

  private static String prefix(int number) {
    return String.format("10.%d.%d.", number >> 8, number & 255);
  }

  private static Operation route(String router, String network, String nexthop) {
    return Edit.put(
        StaticRoute.newBuilder()
            .setLogicalRouter(router)
            .setIpPrefix(network)
            .setNexthop(nexthop)
            .build());
  }

  private static Operation policy(String router, int priority, String action, String match) {
    var row =
        LogicalRouterPolicy.newBuilder()
            .setLogicalRouter(router)
            .setPriority(priority)
            .setAction(action)
            .setMatch(match);
    return Edit.put(action.equals("reroute") ? row.addNexthops("10.0.0.2").build() : row.build());
  }

  /** The queries that a change runs; it makes at least so many new units. */
  private static List<Query<?>> ran(World world, int units, List<Operation> change) {
    var ran = new ArrayList<Query<?>>();
    world.network().observe(ran::add);
    var step = world.commit(Edit.observation(change));
    world.network().observe(q -> {});
    assertTrue(
        step.units().values().stream().mapToInt(Network.UnitChanges::size).sum() >= units,
        "nothing done");
    assertEquals(List.of(), world.network().problems());
    return ran;
  }

  /** The rows of a kind that a change has nothing to do with. */
  private static Set<UUID> rows(
      World world, Class<? extends Message> type, Predicate<String> named) {
    var uuids = new HashSet<UUID>();
    world.snapshot().rows(type).values().stream()
        .filter(row -> named.test(row.name()))
        .map(Row::uuid)
        .forEach(uuids::add);
    return uuids;
  }

  private static void untouched(Set<UUID> rows, List<Query<?>> ran) {
    assertTrue(!rows.isEmpty(), "no rows to leave alone");
    var texts = ran.stream().map(Object::toString).toList();
    for (var row : rows) {
      texts.forEach(text -> assertTrue(!text.contains(row.toString()), text));
    }
  }

  /** Of the cluster all but some of the router's ports. */
  private static void untouchedBut(World world, Set<String> routerPorts, List<Query<?>> ran) {
    untouched(rows(world, LogicalRouterPort.class, name -> !routerPorts.contains(name)), ran);
    untouched(rows(world, LogicalSwitchPort.class, name -> !name.startsWith("new")), ran);
    untouched(rows(world, LogicalSwitch.class, name -> !name.startsWith("new")), ran);
    untouched(rows(world, LogicalRouter.class, "q"::equals), ran);
  }

  @Test
  void aRouteRunsNoQueryOfPortsOrOtherRoutersOrRoutes() {
    var world = cluster(5);
    var others = world.snapshot().rows(StaticRoute.class).keySet();
    var ran = ran(world, 1, List.of(route("r", "172.31.0.0/16", "10.0.0.3")));
    untouchedBut(world, Set.of("r-s0"), ran);
    untouched(others, ran);
    assertTrue(ran.size() < 12, () -> "one route ran " + ran.size() + " queries: " + ran);
  }

  @Test
  void aSessionRunsNoQueryOfPortsOrOtherRoutes() {
    var world = cluster(5);
    var others = world.snapshot().rows(StaticRoute.class).keySet();
    var session = UUID.randomUUID();
    var watched = Bfd.newBuilder().setLogicalPort("r-s0").setDstIp("10.0.0.3").build();
    var route =
        StaticRoute.newBuilder()
            .setLogicalRouter("r")
            .setIpPrefix("172.31.0.0/16")
            .setNexthop("10.0.0.3")
            .setBfd(session.toString())
            .build();
    world.commit(Edit.observation(Edit.put(session, watched), Edit.put(route)));
    var up = Bfd.newBuilder().setStatus("up").build();
    var ran = ran(world, 1, List.of(Edit.update(session, up, "status")));
    untouchedBut(world, Set.of("r-s0"), ran);
    untouched(others, ran);
    assertTrue(ran.size() < 12, () -> "one session ran " + ran.size() + " queries: " + ran);
    // A peer that is met again and again costs no flows.
    up = Bfd.newBuilder().setStatus("init").build();
    world.commit(Edit.observation(Edit.update(session, up, "status")));
    var down = Bfd.newBuilder().setStatus("down").build();
    assertTrue(ran(world, 0, List.of(Edit.update(session, down, "status"))).size() < 8);
  }

  @Test
  void aPolicyRunsNoQueryOfPortsOrOtherRoutersOrPolicies() {
    var world = cluster(5);
    var others = world.snapshot().rows(LogicalRouterPolicy.class).keySet();
    var match = "inport == \"r-s1\" && tcp.dst == {80, 443}";
    var ran = ran(world, 1, List.of(policy("r", 7, "reroute", match)));
    untouchedBut(world, Set.of("r-s0", "r-s1"), ran);
    untouched(others, ran);
    assertTrue(ran.size() < 14, () -> "one policy ran " + ran.size() + " queries: " + ran);
  }

  @Test
  void aRouterPortRunsNoQueryOfOtherPortsOrRouters() {
    var world = cluster(5);
    world.commit(logicalSwitch("new"));
    var ran = ran(world, 3, link("r", "new", 4_000));
    untouchedBut(world, Set.of("r-new"), ran);
  }

  @Test
  void aRouterRunsNoQueryOfOtherRoutersAndTheirPorts() {
    var world = cluster(5);
    var change = new ArrayList<Operation>();
    change.add(router("new"));
    change.addAll(network("new", "new-s", 4_000, "hv0"));
    var ran = ran(world, 8, change);
    untouchedBut(world, Set.of("new-new-s"), ran);
    untouched(rows(world, LogicalRouter.class, "r"::equals), ran);
  }

  private static int newSwitch(int switches) {
    return ran(cluster(switches), 8, network("r", "new", 4_000, "hv0")).size();
  }

  @Test
  void oneMoreSwitchCostsTheSameOnARouterOf50AndOneOf500() {
    assertEquals(newSwitch(50), newSwitch(500));
  }

  private static int newRouter(int switches) {
    var change = new ArrayList<Operation>();
    change.add(router("new"));
    change.addAll(network("new", "new-s", 4_000, "hv0"));
    return ran(cluster(switches), 8, change).size();
  }

  @Test
  void oneMoreRouterCostsTheSameBesideARouterOf50AndOneOf500() {
    assertEquals(newRouter(50), newRouter(500));
  }
}
