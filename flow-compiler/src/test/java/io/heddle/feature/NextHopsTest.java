package io.heddle.feature;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heddle.compiler.World;
import io.heddle.flow.Action;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Table;
import io.heddle.model.Edit;
import io.heddle.v1.Chassis;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPolicy;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import io.heddle.v1.StaticRoute;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each of several next hops has its share; which packets that is, the switch's hash decides. */
class NextHopsTest {
  private static final int ROUTES = 3;
  private static final long FIRST = 0x0a000002;

  private static List<Operation> network() {
    var operations = new ArrayList<>(World.chassis("hv", 1, "geneve"));
    operations.add(World.logicalSwitch("s"));
    operations.add(World.port("p", "s", "02:00:00:00:00:01 10.0.0.99"));
    operations.add(World.bind("p", "hv", 1));
    operations.add(Edit.put(LogicalRouter.newBuilder().setName("r").build()));
    operations.add(
        Edit.put(
            LogicalRouterPort.newBuilder()
                .setName("r-s")
                .setLogicalRouter("r")
                .setMac("0e:00:00:00:00:01")
                .addNetworks("10.0.0.1/24")
                .build()));
    operations.add(
        Edit.put(
            LogicalSwitchPort.newBuilder()
                .setName("s-r")
                .setLogicalSwitch("s")
                .setType("router")
                .putOptions("router-port", "r-s")
                .build()));
    return operations;
  }

  private static List<Flow> flows(World world, Table table) {
    return world
        .network()
        .plan(world.uuid(Chassis.class, "hv"))
        .flatMap(unit -> unit.flows().stream())
        .filter(flow -> flow.table() == table)
        .toList();
  }

  /** The next hop that each member stands for. */
  private static Map<Long, Long> members(World world, Table table) {
    return flows(world, table).stream()
        .collect(
            Collectors.toMap(
                flow -> flow.match().get(Field.ECMP_MEMBER).orElseThrow().value().low(),
                NextHopsTest::nexthop));
  }

  private static long nexthop(Flow flow) {
    return flow.actions().stream()
        .filter(Action.Load.class::isInstance)
        .map(Action.Load.class::cast)
        .filter(load -> load.field() == Field.NEXTHOP_IPV4)
        .findFirst()
        .orElseThrow()
        .value()
        .low();
  }

  private static List<Integer> choices(World world, Table table) {
    return flows(world, table).stream()
        .flatMap(flow -> flow.actions().stream())
        .filter(Action.Multipath.class::isInstance)
        .map(action -> ((Action.Multipath) action).members())
        .toList();
  }

  @Test
  void ofRoutes() {
    var operations = network();
    for (int i = 0; i < ROUTES; i++) {
      operations.add(
          Edit.put(
              StaticRoute.newBuilder()
                  .setLogicalRouter("r")
                  .setIpPrefix("0.0.0.0/0")
                  .setNexthop("10.0.0." + (2 + i))
                  .build()));
    }
    var world = new World();
    world.commit(Edit.observation(operations));
    assertEquals(List.of(ROUTES), choices(world, Table.ROUTER_IN_ROUTING));
    assertEquals(
        Map.of(0L, FIRST, 1L, FIRST + 1, 2L, FIRST + 2), members(world, Table.ROUTER_IN_ECMP));
  }

  @Test
  void ofPolicies() {
    var operations = network();
    operations.add(
        Edit.put(
            LogicalRouterPolicy.newBuilder()
                .setLogicalRouter("r")
                .setMatch("tcp.dst == {80, 443}")
                .setAction("reroute")
                // None twice, and none that is in no network.
                .addAllNexthops(List.of("10.0.0.2", "10.0.0.3", "10.0.0.2", "10.9.9.9", "10.0.0.4"))
                .build()));
    var world = new World();
    world.commit(Edit.observation(operations));
    assertEquals(List.of(ROUTES, ROUTES), choices(world, Table.ROUTER_IN_POLICY));
    assertEquals(
        Map.of(0L, FIRST, 1L, FIRST + 1, 2L, FIRST + 2),
        members(world, Table.ROUTER_IN_POLICY_ECMP));
  }
}
