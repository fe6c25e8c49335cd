package io.heddle.compiler;

import static io.heddle.compiler.World.bind;
import static io.heddle.compiler.World.port;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flow.Bounds;
import io.heddle.flow.Table;
import io.heddle.model.Edit;
import io.heddle.model.Problem;
import io.heddle.trace.Fabric;
import io.heddle.trace.Learned;
import io.heddle.trace.Packet;
import io.heddle.trace.Trace;
import io.heddle.trace.Tracer;
import io.heddle.v1.Chassis;
import io.heddle.v1.Operation;
import io.heddle.v1.StaticMacBinding;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What Open vSwitch cannot do is told, and what it can do is not. */
class ExcessTest {
  private static final Packet BROADCAST = Packet.parse("eth 0a:77 > broadcast");
  private static final String TO_B =
      "eth 0a:01 > 0e:00:00:00:03:e8 ip 10.1.0.10 > 10.2.0.10 ttl 255 udp 1 > 2";

  private static World world(List<Operation> rows) {
    var world = new World();
    world.commit(Edit.observation(rows));
    return world;
  }

  private static List<Problem> problems(World world) {
    return world.network().problems().stream().filter(p -> !p.message().contains("IPv6")).toList();
  }

  private static Trace send(World world, int ofport, Packet packet) {
    var network = world.network();
    var fabric = Fabric.of(world.snapshot(), chassis -> network.plan(chassis).toList());
    var hv0 = world.uuid(Chassis.class, "hv0");
    return Tracer.trace(fabric, Learned.NOTHING, hv0, ofport, packet);
  }

  private static long copies(World world, String chassis, Table table) {
    UUID uuid = world.uuid(Chassis.class, chassis);
    return world
        .network()
        .plan(uuid)
        .flatMap(unit -> unit.flows().stream())
        .filter(flow -> flow.table() == table)
        .mapToLong(flow -> flow.actions().size())
        .max()
        .orElseThrow();
  }

  @Test
  void theLargestFloodBehindTheLongestWayFits() {
    assertTrue(Floods.lookUps(RouterPaths.STEPS, Floods.SWITCHES) <= Bounds.LOOKUPS);
    assertTrue(Floods.bytes(RouterPaths.STEPS) <= Bounds.ACTION_BYTES);
    int copies = Math.max(Floods.CHASSIS, Floods.PORTS) * Floods.COPY_BYTES;
    assertTrue(copies < Bounds.FLOW_BYTES - 1_000, "the match and what else there is");
  }

  @Test
  void aFloodCostsALookUpForEachChassisAndForEachPortHere() {
    var world = world(LargeNetworks.crowd(Floods.CHASSIS, Floods.PORTS));
    assertEquals(List.of(), problems(world));
    for (var packet :
        List.of(BROADCAST, Packet.parse("eth 0a:77 > 0a:88 ip 10.0.0.1 > 10.0.0.2 udp 1 > 2"))) {
      var trace = send(world, 1, packet);
      assertEquals(Floods.PORTS - 1 + Floods.CHASSIS - 1, trace.deliveries().size());
      int cost = trace.hops().get(0).effort().lookUps();
      assertTrue(
          cost <= Floods.lookUps(0) && cost > Floods.lookUps(0) - Floods.SWITCH_LOOKUPS,
          "costs " + cost);
    }
  }

  @Test
  void aSwitchOnTooManyChassisHasAProblem() {
    var world = world(LargeNetworks.crowd(Floods.CHASSIS, 1));
    assertEquals(List.of(), problems(world));
    world.commit(
        Edit.observation(
            Stream.concat(
                    World.chassis("more", 9_999, "geneve").stream(),
                    List.of(port("more", "s", "unknown"), bind("more", "more", 1)).stream())
                .toList()));
    var problem = problems(world).get(0);
    assertEquals(
        new Problem(
            "LogicalSwitch",
            "s",
            "has ports on 513 chassis: of frames for all only the first 512 get copies, by"
                + " chassis_key"),
        problem);
    assertEquals(Floods.CHASSIS, copies(world, "hv0", Table.REPLICATE));
    assertEquals(Floods.CHASSIS - 1, send(world, 1, BROADCAST).deliveries().size());
  }

  @Test
  void aSwitchWithTooManyPortsOnOneChassisHasAProblem() {
    var world = world(LargeNetworks.crowd(2, Floods.PORTS));
    assertEquals(List.of(), problems(world));
    world.observe(port("more", "s", "unknown"), bind("more", "hv0", 9_999));
    assertEquals(
        List.of(
            new Problem(
                "LogicalSwitch",
                "s",
                "has 1025 ports on hv0: of frames for all only the first 1024 there get copies,"
                    + " by tunnel_key")),
        problems(world));
    assertEquals(Floods.PORTS, copies(world, "hv0", Table.DELIVER));
    assertEquals(Floods.PORTS, send(world, 1, BROADCAST).deliveries().size());
  }

  @Test
  void routersCostAFloodNothing() {
    var rows = LargeNetworks.crowd(2, 500);
    var without = send(world(rows), 1, BROADCAST).hops().get(0).effort();
    rows.addAll(LargeNetworks.routersIn("s", 300));
    var world = world(rows);
    assertEquals(List.of(), problems(world));
    var trace = send(world, 1, BROADCAST);
    assertEquals(500, trace.deliveries().size());
    assertEquals(without, trace.hops().get(0).effort());
  }

  @Test
  void aPacketPassesAsManyRoutersAsTheDepthHas() {
    for (boolean linked : List.of(true, false)) {
      var world = world(LargeNetworks.chain(RouterPaths.STEPS, linked));
      assertEquals(List.of(), problems(world));
      var trace = send(world, 1, Packet.parse(TO_B));
      assertEquals(1, trace.deliveries().size(), trace.drops().toString());
      var effort = trace.hops().get(0).effort();
      assertEquals(RouterPaths.STEPS, effort.depth());
      int most = Floods.SWITCH_LOOKUPS + RouterPaths.STEPS * Floods.ROUTER_LOOKUPS;
      assertTrue(effort.lookUps() <= most, () -> "costs " + effort);
    }
  }

  @Test
  void oneRouterMoreIsAProblemAndDropped() {
    for (boolean linked : List.of(true, false)) {
      var world = world(LargeNetworks.chain(RouterPaths.STEPS + 1, linked));
      assertEquals(1, problems(world).size(), problems(world).toString());
      var told = problems(world).get(0);
      var ends = List.of("r0", "r63");
      assertTrue(ends.contains(told.name()), told.toString());
      var other = ends.get(1 - ends.indexOf(told.name()));
      var why = " to here may pass 64 routers and links, and is dropped after 63";
      assertEquals(new Problem("LogicalRouter", told.name(), "a packet from " + other + why), told);
      var drops = send(world, 1, Packet.parse(TO_B)).drops();
      assertTrue(drops.get(0).why().contains("64 routers"), drops.toString());
    }
  }

  @Test
  void aFloodAtTheEndOfAChainFitsToo() {
    var rows = LargeNetworks.chain(RouterPaths.STEPS, false);
    rows.add(port("u0", "last", "unknown"));
    rows.add(bind("u0", "hv0", 3));
    rows.add(
        Edit.put(
            StaticMacBinding.newBuilder()
                .setLogicalPort("r62-last")
                .setIp("10.2.0.99")
                .setMac("0a:00:00:00:00:99")
                .build()));
    for (int c = 1; c < Floods.CHASSIS; c++) {
      rows.addAll(World.chassis("hv" + c, c, "geneve"));
      rows.add(port("u" + c, "last", "unknown"));
      rows.add(bind("u" + c, "hv" + c, 1));
    }
    var world = world(rows);
    assertEquals(List.of(), problems(world));
    var trace = send(world, 1, Packet.parse(TO_B.replace("10.2.0.10", "10.2.0.99")));
    assertEquals(Floods.CHASSIS, trace.deliveries().size(), trace.drops().toString());
    int cost = trace.hops().get(0).effort().lookUps();
    int most = Floods.lookUps(RouterPaths.STEPS) - Floods.PORTS;
    assertTrue(cost <= most, "costs " + cost + ", not up to " + most);
  }

  @Test
  void aLoopOfRoutersEndsAtTheDepthAndHurtsNobodyElse() {
    var rows = new ArrayList<>(LargeNetworks.chain(3, false));
    rows.add(LargeNetworks.loop(3));
    var world = world(rows);
    assertEquals(List.of(), problems(world));
    var drops = send(world, 1, Packet.parse(TO_B)).drops();
    assertTrue(drops.get(0).why().contains("64 routers"), drops.toString());
    var short64 = Packet.parse(TO_B.replace("ttl 255", "ttl 60"));
    assertEquals(1, send(world, 1, short64).handovers().size(), "its TTL ends before the depth");
    var others = Packet.parse(TO_B.replace("10.2.0.10 ttl", "10.2.0.1 ttl"));
    assertEquals(List.of(), send(world, 1, others).drops());
  }

  @Test
  void linksBetweenSwitchesCostAsMuchAsRouters() {
    var world = world(LargeNetworks.linked(RouterPaths.STEPS, 1));
    assertEquals(List.of(), problems(world));
    var trace = send(world, 1, BROADCAST);
    assertEquals(RouterPaths.STEPS, trace.deliveries().size(), trace.drops().toString());
    var effort = trace.hops().get(0).effort();
    assertEquals(RouterPaths.STEPS, effort.depth());
    int most = Floods.lookUps(0, RouterPaths.STEPS + 1) - Floods.CHASSIS - Floods.PORTS;
    assertTrue(effort.lookUps() <= most + RouterPaths.STEPS, () -> "costs " + effort);

    var longer = world(LargeNetworks.linked(RouterPaths.STEPS + 1, 1));
    var told = problems(longer).stream().filter(p -> p.kind().equals("LogicalSwitchPort")).toList();
    assertEquals(1, told.size(), told.toString());
    var why = " to here may pass 64 routers and links, and is dropped after 63";
    assertTrue(told.get(0).message().endsWith(why), told.toString());
    assertTrue(send(longer, 1, BROADCAST).deliveries().isEmpty(), "Open vSwitch drops all copies");
  }

  @Test
  void linkedSwitchesShareWhatAFloodMayCost() {
    int each = Floods.PORTS / 3;
    assertEquals(List.of(), problems(world(LargeNetworks.linked(2, each))));
    var world = world(LargeNetworks.linked(2, each + 10));
    var told = problems(world).stream().map(Problem::message).distinct().toList();
    assertEquals(
        List.of(
            "is linked with switches and has with them %d ports on hv0:".formatted(3 * each + 30)
                + " of frames for all only the first %d there get copies, by tunnel_key"
                    .formatted(each)),
        told);
    assertEquals(3L * each - 1, send(world, 1, BROADCAST).deliveries().size());
  }
}
