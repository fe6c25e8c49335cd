package io.heddle.ovsdb.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.model.Row;
import io.heddle.ovsdb.wire.RowValues;
import io.heddle.v1.Chassis;
import io.heddle.v1.Encap;
import io.heddle.v1.PortBinding;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ObservationTest {
  private final Network network = new Network();
  private final PaperHost host = PaperHost.joining("hv1", "geneve,vxlan", "192.0.2.1");

  @Test
  void aHostBecomesAChassisWithEncapsAndBindings() {
    var bridge = host.bridge("br-int");
    vm(bridge, "tap1", "p1", 1);
    converge();
    assertEquals("00000000000000aa", network.row("hv1").as(Chassis.class).getDatapathId());
    assertEquals(List.of("geneve 192.0.2.1", "vxlan 192.0.2.1"), encaps());
    assertEquals(Map.of("tap1", "p1 1"), bindings());
  }

  @Test
  void onlyInterfacesOnTheIntegrationBridgeWithANumberBind() {
    var bridge = host.bridge("br-int");
    vm(host.bridge("br-ex"), "tap1", "p1", 1);
    vm(bridge, "tap2", "p2", -1);
    vm(bridge, "tap3", "", 3);
    vm(bridge, "tap4", "p4", 0);
    vm(bridge, "tap5", "p5", 65534);
    vm(bridge, "tap6", "p6", 6);
    converge();
    assertEquals(Map.of("tap6", "p6 6"), bindings());
  }

  @Test
  void aBindingThatStaysKeepsItsAge() {
    var bridge = host.bridge("br-int");
    vm(bridge, "tap1", "p1", 1);
    converge();
    var before = binding("tap1");
    vm(bridge, "tap2", "p2", 2);
    var tap1 = host.state().interfaces().values().find(i -> i.name().equals("tap1")).get();
    host.set("Interface", tap1.uuid(), "ofport", 11L);
    converge();
    assertEquals(before.uuid(), binding("tap1").uuid());
    assertEquals(before.created(), binding("tap1").created());
    assertEquals(11, binding("tap1").as(PortBinding.class).getOfport());
  }

  @Test
  void anotherPortIsAnotherAndNewerClaim() {
    var bridge = host.bridge("br-int");
    vm(bridge, "tap1", "p1", 1);
    converge();
    var before = binding("tap1");
    var tap1 = host.state().interfaces().values().find(i -> i.name().equals("tap1")).get();
    host.set("Interface", tap1.uuid(), "external_ids", Map.of("iface-id", "p2"));
    converge();
    assertEquals(Map.of("tap1", "p2 1"), bindings());
    assertTrue(binding("tap1").created() > before.created());
  }

  @Test
  void staleBindingsOfThisChassisGoAndThoseOfOthersStay() {
    host.bridge("br-int");
    converge();
    var other = network.chassis("hv2", "192.0.2.2", "geneve");
    bind(other, "p9", "tap9");
    bind(network.row("hv1"), "p8", "tap8");
    converge();
    assertEquals(Map.of("tap9", "p9 1"), bindings());
  }

  private void bind(Row chassis, String port, String device) {
    network.observe(
        Edit.put(
            PortBinding.newBuilder()
                .setChassis(chassis.name())
                .setLogicalPort(port)
                .setInterface(device)
                .setOfport(1)
                .build()));
  }

  @Test
  void whatAClientWroteOfAChassisStays() {
    var outcome =
        network.apply(
            Edit.transaction(
                Edit.put(
                    Chassis.newBuilder()
                        .setName("hv1")
                        .setTarget("tcp:192.0.2.1:6640")
                        .putExternalIds("rack", "7")
                        .build())));
    assertInstanceOf(Outcome.Committed.class, outcome);
    host.externalId("hostname", "hv1.example");
    converge();
    var chassis = network.row("hv1").as(Chassis.class);
    assertEquals("tcp:192.0.2.1:6640", chassis.getTarget());
    assertEquals(Map.of("rack", "7"), chassis.getExternalIdsMap());
    assertEquals("hv1.example", chassis.getHostname());
  }

  @Test
  void aChassisThatAppearsMeanwhileIsNotOverwritten() {
    var stale = Observation.of("hv1", host.request(), host.state(), network.snapshot());
    network.chassis("hv1", "192.0.2.1");
    var refused =
        network.apply(
            Edit.observation(stale.operations()).toBuilder()
                .addAllPreconditions(stale.preconditions())
                .build());
    assertEquals(
        Outcome.Reason.CONFLICT, assertInstanceOf(Outcome.Refused.class, refused).reason());
  }

  @Test
  void aSystemIdThatLooksLikeAnotherRowsUuidStaysAName() {
    var victim = network.chassis("hv2", "192.0.2.2", "geneve");
    var imposter = PaperHost.joining(victim.uuid().toString(), "geneve", "192.0.2.66");
    var name = victim.uuid().toString();
    for (int i = 0; i < 3; i++) {
      network.observe(
          Observation.of(name, imposter.request(), imposter.state(), network.snapshot()));
    }
    var encap =
        network.snapshot().rows(Encap.class).values().stream()
            .filter(r -> r.as(Encap.class).getIp().equals("192.0.2.66"))
            .findFirst()
            .orElseThrow();
    assertEquals(network.row(name).uuid(), UUID.fromString(encap.as(Encap.class).getChassis()));
  }

  @Test
  void aBadOrMissingEncapLeavesTheLastGoodOne() {
    converge();
    host.externalId("ovn-encap-ip", "nonsense");
    converge();
    assertEquals(List.of("geneve 192.0.2.1", "vxlan 192.0.2.1"), encaps());
    host.externalId("ovn-encap-ip", "192.0.2.11");
    host.externalId("ovn-encap-type", "vxlan");
    converge();
    assertEquals(List.of("vxlan 192.0.2.11"), encaps());
  }

  @Test
  void aBadBridgeNameLeavesTheBindings() {
    vm(host.bridge("br-int"), "tap1", "p1", 1);
    converge();
    host.externalId("ovn-bridge", "not/a bridge");
    converge();
    assertEquals(Map.of("tap1", "p1 1"), bindings());
    host.externalId("ovn-bridge", "br-other");
    converge();
    assertEquals(Map.of(), bindings());
  }

  @Test
  void anAddressOfAnotherChassisIsAFaultThatNamesIt() {
    network.chassis("hv2", "192.0.2.1", "geneve");
    var observation = converge();
    assertEquals(List.of(), encaps());
    assertEquals(1, observation.faults().size());
    assertTrue(
        observation.faults().get(0).contains("192.0.2.1 is that of chassis \"hv2\""),
        observation.faults().get(0));
  }

  @Test
  void theSameDatapathIdTwiceIsAFault() {
    var other = network.chassis("hv2", "192.0.2.2", "geneve");
    network.observe(
        Edit.update(
            other.uuid(),
            Chassis.newBuilder().setDatapathId("00000000000000aa").build(),
            "datapath_id"));
    host.bridge("br-int");
    assertTrue(converge().faults().get(0).contains("same datapath id 00000000000000aa"));
  }

  @Test
  void aBridgeThatIsAwayForAMomentTakesNoDatapathIdWithIt() {
    var bridge = host.bridge("br-int");
    converge();
    host.set("Bridge", bridge, "datapath_id", java.util.Set.of());
    converge();
    assertEquals("00000000000000aa", network.row("hv1").as(Chassis.class).getDatapathId());
    host.set("Bridge", bridge, "datapath_id", "00000000000000BB");
    converge();
    assertEquals("00000000000000bb", network.row("hv1").as(Chassis.class).getDatapathId());
  }

  @Test
  void namesThatNoRowCanHoldAreFaultsAndOthersBind() {
    var bridge = host.bridge("br-int");
    var odd = "p\"1\\' ü 🙂 \u0001";
    vm(bridge, "tap1", "x".repeat(10_240), 1);
    vm(bridge, "tap2", "broken \ud83d", 2);
    vm(bridge, "t".repeat(300), "p3", 3);
    vm(bridge, "tap4", odd, 4);
    var observation = converge();
    assertEquals(Map.of("tap4", odd + " 4"), bindings());
    assertEquals(3, observation.faults().size());
    assertTrue(observation.faults().stream().allMatch(f -> f.length() < 300));
  }

  @Test
  void thousandsOfInterfacesComeInSeveralTransactions() {
    var bridge = host.bridge("br-int");
    for (int i = 0; i < 2_500; i++) {
      vm(bridge, "tap" + i, "p" + i, i + 1);
    }
    converge();
    assertEquals(2_500, bindings().size());
  }

  private void vm(UUID bridge, String device, String ifaceId, long ofport) {
    host.port(
        bridge,
        device,
        RowValues.of().with("ofport", ofport).with("external_ids", Map.of("iface-id", ifaceId)),
        Map.of());
  }

  /** Writes everything down; the store must take all of it, and soon have all. */
  private Observation converge() {
    for (int round = 0; round < 5; round++) {
      var observation = Observation.of("hv1", host.request(), host.state(), network.snapshot());
      if (observation.operations().isEmpty()) {
        return observation;
      }
      network.observe(observation);
    }
    throw new AssertionError("it does not come to rest");
  }

  private List<String> encaps() {
    var chassis = network.row("hv1").uuid().toString();
    return network.snapshot().rows(Encap.class).values().stream()
        .map(r -> r.as(Encap.class))
        .filter(e -> e.getChassis().equals(chassis))
        .map(e -> e.getType() + " " + e.getIp())
        .sorted()
        .toList();
  }

  private Row binding(String device) {
    return network.snapshot().rows(PortBinding.class).values().stream()
        .filter(r -> r.as(PortBinding.class).getInterface().equals(device))
        .findFirst()
        .orElseThrow();
  }

  private Map<String, String> bindings() {
    var bindings = new TreeMap<String, String>();
    for (var row : network.snapshot().rows(PortBinding.class).values()) {
      var binding = row.as(PortBinding.class);
      bindings.put(binding.getInterface(), binding.getLogicalPort() + " " + binding.getOfport());
    }
    return bindings;
  }
}
