package io.heddle.compiler;

import static io.heddle.compiler.World.bind;
import static io.heddle.compiler.World.port;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.engine.Query;
import io.heddle.model.Edit;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.MacBinding;
import io.heddle.v1.Operation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Work for a change follows what it touches, counted in queries, never the size of the network. */
class LocalityTest {
  private static List<Query<?>> addPort(World world) {
    var ran = new ArrayList<Query<?>>();
    world.network().observe(ran::add);
    world.observe(port("new", "s0", "02:ff:00:00:00:01 10.99.0.1"), bind("new", "hv0", 30_000));
    world.network().observe(q -> {});
    return ran;
  }

  @Test
  void aPortCostsTheSameInASmallAndInALargeNetwork() {
    var small = addPort(World.of(20, 50, 10));
    var large = addPort(World.of(100, 50, 10));
    assertEquals(small.size(), large.size());
    assertTrue(small.size() < 30, () -> "one port ran " + small.size() + " queries: " + small);
  }

  @Test
  void aChangeToOnePortRunsNoQueryOfAnother() {
    var world = World.of(4, 5, 2);
    var port = world.uuid(LogicalSwitchPort.class, "s0-p0");
    var others = new HashSet<>(world.snapshot().rows(LogicalSwitchPort.class).keySet());
    others.remove(port);
    var ran = new ArrayList<Query<?>>();
    world.network().observe(ran::add);
    world.commit(
        Edit.update(
            port,
            LogicalSwitchPort.newBuilder().addAddresses("02:aa:00:00:00:01 10.77.0.1").build(),
            "addresses"));
    assertTrue(ran.size() > 3, "the change ran hardly anything");
    for (var query : ran) {
      others.forEach(
          other -> assertTrue(!query.toString().contains(other.toString()), query::toString));
    }
  }

  @Test
  void aPortThatIsGivenItsAddressesRunsNoQueryOfAnother() {
    var world = World.of(2, 5, 2);
    var subnet = LogicalSwitch.newBuilder().putOtherConfig("subnet", "10.200.0.0/16").build();
    world.commit(
        Edit.update(world.uuid(LogicalSwitch.class, "s0"), subnet, "other_config"),
        port("d0", "s0", "dynamic"));
    world.observe(bind("d0", "hv0", 20_000));
    var others = world.snapshot().rows(LogicalSwitchPort.class).keySet();
    var ran = new ArrayList<Query<?>>();
    world.network().observe(ran::add);
    var step = world.observe(port("d1", "s0", "dynamic"), bind("d1", "hv1", 20_000));
    int units = step.units().values().stream().mapToInt(Network.UnitChanges::size).sum();
    assertTrue(units >= 3, "an ARP answer, a known address and a place at least");
    for (var query : ran) {
      others.forEach(
          other -> assertTrue(!query.toString().contains(other.toString()), query::toString));
    }
  }

  private static Operation binding(String ip, String mac) {
    return Edit.put(MacBinding.newBuilder().setLogicalPort("r-s0").setIp(ip).setMac(mac).build());
  }

  /** Not even those that come to nothing, which are told of by their number. */
  @Test
  void aPortCostsTheSameHoweverManyHaveItsAddress() {
    assertEquals(rival(20), rival(200));
  }

  private static int rival(int ports) {
    var world = World.of(1, 1, 1);
    for (int i = 0; i < ports; i++) {
      world.commit(port("r" + i, "s0", "02:aa:00:00:00:01 10.77.0.1"));
    }
    var ran = new ArrayList<Query<?>>();
    world.network().observe(ran::add);
    world.commit(port("last", "s0", "02:aa:00:00:00:01 10.77.0.1"));
    assertTrue(world.network().problems().size() < 30, "few are named");
    assertTrue(
        world.network().problems().stream().anyMatch(p -> p.message().contains("more ports")),
        "the others are counted");
    return ran.size();
  }

  @Test
  void aLearnedBindingRunsNoQueryOfAPort() {
    var world = World.of(4, 5, 2);
    var ports = world.snapshot().rows(LogicalSwitchPort.class).keySet();
    world.commit(Edit.put(LogicalRouter.newBuilder().setName("r").build()));
    for (var name : List.of("s0", "s1")) {
      world.commit(
          Edit.put(
              LogicalRouterPort.newBuilder()
                  .setName("r-" + name)
                  .setLogicalRouter("r")
                  .setMac("0e:00:00:00:00:0" + name.charAt(1))
                  .addNetworks("172.16." + name.charAt(1) + ".1/24")
                  .build()),
          Edit.put(
              LogicalSwitchPort.newBuilder()
                  .setName(name + "-r")
                  .setLogicalSwitch(name)
                  .setType("router")
                  .addAddresses("router")
                  .putOptions("router-port", "r-" + name)
                  .build()));
    }
    world.observe(binding("172.16.0.10", "0c:00:00:00:00:10"));
    var ran = new ArrayList<Query<?>>();
    world.network().observe(ran::add);
    var step = world.observe(binding("172.16.0.11", "0c:00:00:00:00:11"));
    int units = step.units().values().stream().mapToInt(Network.UnitChanges::size).sum();
    assertEquals(1, units);
    assertTrue(ran.size() <= 2, () -> "one binding ran " + ran.size() + " queries: " + ran);
    for (var query : ran) {
      ports.forEach(
          port -> assertTrue(!query.toString().contains(port.toString()), query::toString));
    }
  }

  @Test
  void whatNobodyUsesOfARowEndsAtTheFirstQuery() {
    var world = World.of(4, 5, 2);
    var port = world.uuid(LogicalSwitchPort.class, "s0-p0");
    var ran = new ArrayList<Query<?>>();
    world.network().observe(ran::add);
    var step =
        world.observe(Edit.update(port, LogicalSwitchPort.newBuilder().setUp(true).build(), "up"));
    assertTrue(step.units().isEmpty() && step.placements().isEmpty());
    assertTrue(ran.size() <= 3, () -> "ran " + ran);
  }

  @Test
  void anUnrelatedSwitchCostsNothing() {
    var world = World.of(4, 5, 2);
    var before = world.network().queriesRun();
    world.commit(World.logicalSwitch("lonely"));
    assertEquals(before, world.network().queriesRun());
  }

  private static Operation[] link(String one, String other) {
    return new Operation[] {end(one, other), end(other, one)};
  }

  private static Operation end(String here, String there) {
    return Edit.put(
        LogicalSwitchPort.newBuilder()
            .setName(here + "-" + there)
            .setLogicalSwitch(here)
            .setType("switch")
            .setPeer(there + "-" + here)
            .build());
  }

  /** Runs no query of any port there is, and tells how many it ran. */
  private static int besides(World world, Operation... operations) {
    var others = world.snapshot().rows(LogicalSwitchPort.class).keySet();
    var ran = new ArrayList<Query<?>>();
    world.network().observe(ran::add);
    world.observe(operations);
    world.network().observe(q -> {});
    for (var query : ran) {
      others.forEach(
          other -> assertTrue(!query.toString().contains(other.toString()), query::toString));
    }
    return ran.size();
  }

  @Test
  void aLinkRunsNoQueryOfThePortsOfItsSwitches() {
    int few = besides(World.of(4, 5, 2), link("s0", "s1"));
    int many = besides(World.of(20, 50, 2), link("s0", "s1"));
    assertEquals(few, many);
  }

  @Test
  void aPortOfALinkedSwitchIsNewsToNoOther() {
    var added = new Operation[] {port("new", "s0", "02:ff:00:00:00:01"), bind("new", "hv0", 9_000)};
    int alone = besides(World.of(4, 5, 2), added);
    var linked = World.of(4, 5, 2);
    linked.commit(link("s0", "s1"));
    linked.commit(link("s1", "s2"));
    assertEquals(alone, besides(linked, added));
  }

  private static int addChassis(int chassis) {
    var world = World.of(10, 5, chassis);
    var ran = new ArrayList<Query<?>>();
    world.network().observe(ran::add);
    var step = world.commit(Edit.observation(World.chassis("new", chassis, "geneve")));
    assertEquals(1, step.placements().size(), "the tunnels of others are one layer");
    assertTrue(ran.size() < 12, () -> "one chassis ran " + ran.size() + " queries: " + ran);
    return ran.size();
  }

  @Test
  void aChassisIsNewsToNoOther() {
    assertEquals(addChassis(5), addChassis(50));
  }
}
