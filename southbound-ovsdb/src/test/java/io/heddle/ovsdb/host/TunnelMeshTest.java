package io.heddle.ovsdb.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Edit;
import io.heddle.model.TunnelPort;
import io.heddle.ovsdb.host.HostConfiguration.ControllerAddress;
import io.heddle.ovsdb.host.HostState.Interface;
import io.heddle.ovsdb.wire.RowValues;
import io.heddle.v1.Chassis;
import io.heddle.v1.Encap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TunnelMeshTest {
  private final Network network = new Network();
  private final PaperHost host = PaperHost.joining("hv1", "geneve,vxlan", "192.0.2.1");
  private UUID bridge;

  @BeforeEach
  void fill() {
    network.chassis("hv1", "192.0.2.1", "geneve", "vxlan");
    bridge = host.bridge("br-int");
  }

  @Test
  void oneTunnelForEachChassisAndCommonType() {
    network.chassis("hv2", "192.0.2.2", "geneve", "vxlan");
    network.chassis("hv3", "192.0.2.3", "vxlan");
    network.chassis("hv4", "192.0.2.4");
    assertEquals(3, converge().tunnels());
    assertEquals(
        List.of(
            "ovn-hv2-0 geneve 192.0.2.2 " + ofport("hv2", "geneve"),
            "ovn-hv2-1 vxlan 192.0.2.2 " + ofport("hv2", "vxlan"),
            "ovn-hv3-0 vxlan 192.0.2.3 " + ofport("hv3", "vxlan")),
        tunnels());
    var geneve = tunnel("ovn-hv2-0");
    assertEquals(Map.of("remote_ip", "192.0.2.2", "key", "flow", "csum", "true"), geneve.options());
    assertEquals(Map.of("ovn-chassis-id", "hv2@192.0.2.2", "heddle", "tunnel"), port("ovn-hv2-0"));
  }

  @Test
  void checksumsAreTheReceiversWishAndTypeOfServiceTheSenders() {
    var remote = network.chassis("hv2", "192.0.2.2");
    network.observe(
        Edit.put(
            Encap.newBuilder()
                .setChassis(remote.name())
                .setType("geneve")
                .setIp("192.0.2.2")
                .putOptions("csum", "false")
                .putOptions("tos", "7")
                .build()));
    host.externalId("ovn-encap-tos", "inherit");
    host.externalId("ovn-encap-csum", "true");
    converge();
    assertEquals(
        Map.of("remote_ip", "192.0.2.2", "key", "flow", "csum", "false", "tos", "inherit"),
        tunnel("ovn-hv2-0").options());
  }

  @Test
  void namesAreUniqueOnTheHostAndFitForADevice() {
    var other = host.bridge("br-ex");
    host.port(other, "ovn-node-a-0", RowValues.of(), Map.of());
    network.chassis("node-a-1 \"ü/", "192.0.2.2", "geneve");
    network.chassis("node-a-2", "192.0.2.3", "geneve");
    network.chassis("ü/\\ \n\"🙂", "192.0.2.4", "geneve");
    converge();
    assertEquals(
        List.of("ovn-______-0", "ovn-node-a-1", "ovn-node-a-2"),
        tunnels().stream().map(t -> t.split(" ")[0]).toList());
  }

  @Test
  void aThousandChassisOfTheSamePrefixGetShortNames() {
    for (int i = 0; i < 1000; i++) {
      network.chassis("node-x-" + i, "10.0." + i / 250 + "." + (i % 250 + 1), "geneve");
    }
    converge();
    var names = tunnels().stream().map(t -> t.split(" ")[0]).toList();
    assertEquals(1000, new HashSet<>(names).size());
    assertTrue(names.stream().allMatch(n -> n.length() <= 15), names.toString());
  }

  @Test
  void tunnelsThatOvnLeftAreAdopted() {
    network.chassis("hv2", "192.0.2.2", "geneve");
    var port =
        host.port(
            bridge,
            "ovn-hv2-7",
            RowValues.of()
                .with("type", "geneve")
                .with("ofport", 3L)
                .with(
                    "options",
                    Map.of("remote_ip", "192.0.2.2", "key", "flow", "local_ip", "1.1.1.1")),
            Map.of("ovn-chassis-id", "hv2@192.0.2.2%192.0.2.1", "note", "kept"));
    converge();
    assertEquals(List.of("ovn-hv2-7 geneve 192.0.2.2 " + ofport("hv2", "geneve")), tunnels());
    assertEquals(
        Map.of("remote_ip", "192.0.2.2", "key", "flow", "csum", "true"),
        tunnel("ovn-hv2-7").options());
    assertEquals(
        Map.of("ovn-chassis-id", "hv2@192.0.2.2", "note", "kept", "heddle", "tunnel"),
        host.state().ports().get(port).get().externalIds());
  }

  @Test
  void ofSeveralMarkedAlikeTheOneThatLeadsThereStays() {
    network.chassis("hv2", "192.0.2.2", "geneve");
    marked("a", "geneve", "192.0.2.77", "hv2@192.0.2.77");
    marked("b", "geneve", "192.0.2.2", "hv2@192.0.2.2");
    marked("c", "stt", "192.0.2.2", "hv2@192.0.2.2");
    converge();
    assertEquals(List.of("b geneve 192.0.2.2 " + ofport("hv2", "geneve")), tunnels());
  }

  private void marked(String name, String type, String ip, String mark) {
    host.port(
        bridge,
        name,
        RowValues.of().with("type", type).with("options", Map.of("remote_ip", ip)),
        Map.of("ovn-chassis-id", mark));
  }

  @Test
  void aChassisThatMovesKeepsItsPort() {
    network.chassis("hv2", "192.0.2.2", "geneve");
    converge();
    var before = tunnel("ovn-hv2-0").uuid();
    var encap =
        network.snapshot().rows(Encap.class).values().stream()
            .filter(r -> r.as(Encap.class).getIp().equals("192.0.2.2"))
            .findFirst()
            .orElseThrow();
    network.observe(
        Edit.put(encap.uuid(), encap.as(Encap.class).toBuilder().setIp("192.0.2.22").build()));
    converge();
    assertEquals(before, tunnel("ovn-hv2-0").uuid());
    assertEquals("192.0.2.22", tunnel("ovn-hv2-0").options().get("remote_ip"));
    assertEquals("hv2@192.0.2.22", port("ovn-hv2-0").get("ovn-chassis-id"));
  }

  @Test
  void tunnelsOfAChassisThatLeftGoAndOperatorsPortsStay() {
    network.chassis("hv2", "192.0.2.2", "geneve");
    network.chassis("hv3", "192.0.2.3", "geneve");
    var options = Map.of("remote_ip", "203.0.113.1");
    host.port(
        bridge, "vx0", RowValues.of().with("type", "vxlan").with("options", options), Map.of());
    converge();
    network.observe(Edit.delete(Chassis.class, "hv2"));
    converge();
    assertEquals(List.of("ovn-hv3-0 geneve 192.0.2.3 " + ofport("hv3", "geneve")), tunnels());
    assertEquals(options, tunnel("vx0").options());
  }

  @Test
  void aTypeThatIsGivenUpTakesItsTunnelsAlong() {
    network.chassis("hv2", "192.0.2.2", "geneve", "vxlan");
    converge();
    var vxlan =
        network.snapshot().rows(Encap.class).values().stream()
            .filter(
                r ->
                    r.as(Encap.class).getIp().equals("192.0.2.1")
                        && r.as(Encap.class).getType().equals("vxlan"))
            .findFirst()
            .orElseThrow();
    network.observe(Edit.delete(Encap.class, vxlan.uuid()));
    converge();
    assertEquals(List.of("ovn-hv2-0 geneve 192.0.2.2 " + ofport("hv2", "geneve")), tunnels());
  }

  @Test
  void aNumberThatIsNotTheOneAskedForIsUnsettled() {
    network.chassis("hv2", "192.0.2.2", "geneve");
    converge();
    host.set("Interface", tunnel("ovn-hv2-0").uuid(), "ofport", 9L);
    var wrong = configuration();
    assertEquals(0, wrong.tunnels());
    assertTrue(wrong.unsettled().get(0).contains("has OpenFlow port 9 instead of "));
    host.set("Interface", tunnel("ovn-hv2-0").uuid(), "ofport", -1L);
    host.set("Interface", tunnel("ovn-hv2-0").uuid(), "error", "File exists");
    assertTrue(configuration().unsettled().get(0).contains("\"File exists\""));
    assertEquals(List.of(), configuration().edits());
  }

  private HostConfiguration configuration() {
    return HostConfiguration.of(
        network.row("hv1"),
        host.request(),
        host.state(),
        network.snapshot(),
        List.of(new ControllerAddress(false, "192.0.2.100", 6653).target()));
  }

  private HostConfiguration converge() {
    host.carryOut(configuration().edits());
    assertEquals(List.of(), configuration().edits());
    return configuration();
  }

  private int ofport(String chassis, String type) {
    return TunnelPort.ofport(network.row(chassis).as(Chassis.class).getChassisKey(), type);
  }

  private Interface tunnel(String name) {
    return host.state().interfaces().values().find(i -> i.name().equals(name)).get();
  }

  private Map<String, String> port(String name) {
    return host.state().ports().values().find(p -> p.name().equals(name)).get().externalIds();
  }

  /** "NAME TYPE REMOTE-IP OFPORT" of each marked port of the bridge, sorted. */
  private List<String> tunnels() {
    var state = host.state();
    return state.portsOf(state.bridge("br-int").orElseThrow()).stream()
        .filter(p -> p.externalIds().containsKey("ovn-chassis-id"))
        .flatMap(p -> state.interfacesOf(p).stream())
        .map(
            i ->
                i.name()
                    + " "
                    + i.type()
                    + " "
                    + i.options().get("remote_ip")
                    + " "
                    + i.ofport().orElse(0))
        .toList();
  }
}
