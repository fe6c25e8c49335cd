package io.heddle.ovsdb.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.ovsdb.host.HostConfiguration.ControllerAddress;
import io.heddle.ovsdb.host.HostState.Bridge;
import io.heddle.ovsdb.host.HostState.Controller;
import io.heddle.ovsdb.wire.RowValues;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The integration bridge and its controller. */
class HostConfigurationTest {
  private static final ControllerAddress CONTROLLER =
      new ControllerAddress(false, "192.0.2.100", 6653);

  private final Network network = new Network();
  private final PaperHost host = PaperHost.joining("hv1", "geneve", "192.0.2.1");

  @BeforeEach
  void fill() {
    network.chassis("hv1", "192.0.2.1", "geneve");
  }

  @Test
  void aHostWithoutABridgeGetsOne() {
    converge();
    var bridge = bridge();
    assertEquals("secure", bridge.failMode());
    assertEquals("", bridge.datapathType());
    assertEquals(Set.of("OpenFlow10", "OpenFlow13", "OpenFlow15"), bridge.protocols());
    assertEquals("true", bridge.otherConfig().get("disable-in-band"));
    assertTrue(bridge.otherConfig().get("datapath-id").matches("[0-9a-f]{16}"));
    assertEquals(List.of("tcp:192.0.2.100:6653"), targets(bridge));
    assertEquals(
        List.of("br-int"),
        host.state().portsOf(bridge).stream().map(HostState.Port::name).toList());
  }

  @Test
  void theBridgeHasTheNameAndDatapathAskedFor() {
    host.externalId("ovn-bridge", "br-tenants");
    host.externalId("ovn-bridge-datapath-type", "netdev");
    converge();
    assertEquals("netdev", host.state().bridge("br-tenants").orElseThrow().datapathType());
    assertTrue(host.state().bridge("br-int").isEmpty());
  }

  @Test
  void theDatapathIdFollowsFromTheChassisSoThatItOutlivesTheBridge() {
    converge();
    var again = PaperHost.joining("hv1", "geneve", "192.0.2.1");
    again.carryOut(configuration(again).edits());
    var other = PaperHost.joining("hv2", "geneve", "192.0.2.2");
    network.chassis("hv2", "192.0.2.2", "geneve");
    other.carryOut(
        HostConfiguration.of(
                network.row("hv2"),
                other.request(),
                other.state(),
                network.snapshot(),
                List.of(CONTROLLER.target()))
            .edits());
    var id = bridge().datapathId();
    assertEquals(id, again.state().bridge("br-int").orElseThrow().datapathId());
    assertFalse(id.equals(other.state().bridge("br-int").orElseThrow().datapathId()));
  }

  @Test
  void aBridgeThatIsThereKeepsWhatIsNotHeddles() {
    var uuid = host.bridge("br-int");
    host.set("Bridge", uuid, "protocols", Set.of("OpenFlow15"));
    host.set("Bridge", uuid, "datapath_type", "netdev");
    host.set("Bridge", uuid, "other_config", Map.of("hwaddr", "02:00:00:00:00:01"));
    host.port(uuid, "tap1", RowValues.of().with("ofport", 1L), Map.of());
    host.port(uuid, "vx-mine", RowValues.of().with("type", "vxlan"), Map.of("owner", "me"));
    converge();
    assertEquals(uuid, bridge().uuid());
    assertEquals(Set.of("OpenFlow13", "OpenFlow15"), bridge().protocols());
    assertEquals("netdev", bridge().datapathType());
    assertEquals(
        Map.of(
            "hwaddr", "02:00:00:00:00:01",
            "disable-in-band", "true",
            "datapath-id", "00000000000000aa"),
        bridge().otherConfig());
    assertEquals(
        List.of("br-int", "tap1", "vx-mine"),
        host.state().portsOf(bridge()).stream().map(HostState.Port::name).toList());
  }

  @Test
  void noProtocolsMeansAllAndIsLeftAlone() {
    host.bridge("br-int");
    converge();
    assertEquals(Set.of(), bridge().protocols());
  }

  @Test
  void otherBridgesAreLeftAlone() {
    var other = host.bridge("br-ex");
    host.controller(other, "tcp:198.51.100.1:6653");
    host.port(other, "gre0", RowValues.of().with("type", "gre"), Map.of("ovn-chassis-id", "x@y"));
    var before = host.state().bridge("br-ex");
    converge();
    assertEquals(before, host.state().bridge("br-ex"));
    assertEquals(2, host.state().portsOf(before.orElseThrow()).size());
    assertEquals(List.of("tcp:198.51.100.1:6653"), targets(before.orElseThrow()));
  }

  @Test
  void aFormerIntegrationBridgeLosesWhatHeddleMadeThere() {
    network.chassis("hv2", "192.0.2.2", "geneve");
    host.externalId("ovn-bridge", "br-old");
    converge();
    host.port(host.state().bridge("br-old").orElseThrow().uuid(), "tap1", RowValues.of(), Map.of());
    host.externalId("ovn-bridge", "br-int");
    converge();
    var old = host.state().bridge("br-old").orElseThrow();
    assertEquals(List.of(), targets(old));
    assertEquals(
        List.of("br-old", "tap1"),
        host.state().portsOf(old).stream().map(HostState.Port::name).toList());
    assertEquals(
        List.of("br-int", "ovn-hv2-1"),
        host.state().portsOf(bridge()).stream().map(HostState.Port::name).toList());
  }

  @Test
  void anIpv6ControllerStandsInBrackets() {
    assertEquals(
        "tcp:[2001:db8::1]:6653", new ControllerAddress(false, "2001:db8::1", 6653).target());
  }

  @Test
  void theControllersFormerAddressGivesWayAndOthersStay() {
    var uuid = host.bridge("br-int");
    host.controller(uuid, "tcp:192.0.2.99:6653");
    host.controller(uuid, "tcp:192.0.2.98:6653");
    host.controller(uuid, "punix:/run/openvswitch/br-int.mgmt");
    host.controller(uuid, "tcp:198.51.100.1:6633");
    converge();
    assertEquals(
        List.of(
            "punix:/run/openvswitch/br-int.mgmt", "tcp:192.0.2.100:6653", "tcp:198.51.100.1:6633"),
        targets(bridge()));
    var faults = configuration(host).faults();
    assertEquals(1, faults.size());
    assertTrue(faults.get(0).contains("\"tcp:198.51.100.1:6633\""), faults.get(0));
  }

  @Test
  void aHostThatReachesTheControllerAtAnotherAddressIsToldIt() {
    converge();
    var moved = new ControllerAddress(false, "192.0.2.101", 16653);
    host.carryOut(configuration(host, moved).edits());
    assertEquals(List.of("tcp:192.0.2.101:16653"), targets(bridge()));
    assertEquals(List.of(), configuration(host, moved).edits());
  }

  @Test
  void whatIsChangedIsRepaired() {
    converge();
    var controller = host.state().controllersOf(bridge()).get(0);
    host.set("Bridge", bridge().uuid(), "fail_mode", "standalone");
    host.set("Bridge", bridge().uuid(), "other_config", Map.of());
    host.set("Controller", controller.uuid(), "max_backoff", 60_000L);
    host.set("Controller", controller.uuid(), "controller_rate_limit", 9L);
    host.set("Controller", controller.uuid(), "target", "tcp:203.0.113.9:6653");
    converge();
    assertEquals("secure", bridge().failMode());
    assertEquals("true", bridge().otherConfig().get("disable-in-band"));
    assertEquals(List.of("tcp:192.0.2.100:6653"), targets(bridge()));
    assertEquals(1_000, host.state().controllersOf(bridge()).get(0).maxBackoff().orElseThrow());
    assertEquals(2_000, host.state().controllersOf(bridge()).get(0).rateLimit().orElseThrow());
  }

  @Test
  void aBridgeThatDoesNotRunIsUnsettled() {
    var uuid = host.bridge("br-int");
    host.set("Bridge", uuid, "datapath_id", Set.of());
    assertTrue(configuration(host).unsettled().get(0).contains("does not run bridge"));
  }

  private HostConfiguration configuration(PaperHost paper) {
    return configuration(paper, CONTROLLER);
  }

  private HostConfiguration configuration(PaperHost paper, ControllerAddress... controllers) {
    return HostConfiguration.of(
        network.row("hv1"),
        paper.request(),
        paper.state(),
        network.snapshot(),
        Stream.of(controllers).map(ControllerAddress::target).toList());
  }

  /** Carries out what there is to do; after two rounds nothing may be left. */
  private void converge() {
    host.carryOut(configuration(host).edits());
    host.carryOut(configuration(host).edits());
    assertEquals(List.of(), configuration(host).edits());
  }

  private Bridge bridge() {
    return host.state().bridge("br-int").orElseThrow();
  }

  private List<String> targets(Bridge bridge) {
    return host.state().controllersOf(bridge).stream().map(Controller::target).toList();
  }
}
