package io.heddle.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flow.Meter;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
import io.heddle.it.lab.Host;
import io.heddle.it.lab.Vm;
import io.heddle.trace.Packet;
import io.heddle.v1.MacBinding;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A VM behind a router of which nobody was told, and which speaks for itself. */
@Timeout(300)
class NeighbourIT extends LabTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Packets, ten times what is handed over in a second. */
  private static final long STORM = 10L * Meter.RESOLVE_IPV4.rate();

  /** As ovs-ofctl writes why a packet is handed over. */
  private static final String NOTE =
      Punt.RESOLVE_IPV4.name().chars().mapToObj("%02x"::formatted).collect(Collectors.joining("."));

  /** p2 may have any address; p3 is known, and at the same host. */
  private static final String NETWORK =
      """
      - {kind: LogicalSwitch, name: s1}
      - {kind: LogicalSwitch, name: s2}
      - {kind: LogicalRouter, name: r1}
      - {kind: LogicalSwitchPort, name: p1, logical_switch: s1, addresses: ["02:00:00:00:00:01 10.0.1.11 fd00:1::11"]}
      - {kind: LogicalSwitchPort, name: p2, logical_switch: s2, addresses: [unknown]}
      - {kind: LogicalSwitchPort, name: p3, logical_switch: s2, addresses: ["02:00:00:00:00:03 10.0.2.13 fd00:2::13"]}
      - {kind: LogicalRouterPort, name: r1-s1, logical_router: r1, mac: "0e:00:00:00:00:11", networks: [10.0.1.1/24, "fd00:1::1/64"]}
      - {kind: LogicalRouterPort, name: r1-s2, logical_router: r1, mac: "0e:00:00:00:00:12", networks: [10.0.2.1/24, "fd00:2::1/64"]}
      - {kind: LogicalSwitchPort, name: s1-r1, logical_switch: s1, type: router, addresses: [router], options: {router-port: r1-s1}}
      - {kind: LogicalSwitchPort, name: s2-r1, logical_switch: s2, type: router, addresses: [router], options: {router-port: r1-s2}}
      """;

  /** Somebody else's, on the same hosts; p5 may have any address. */
  private static final String OTHERS =
      """
      - {kind: LogicalSwitch, name: s4}
      - {kind: LogicalSwitch, name: s5}
      - {kind: LogicalRouter, name: r2}
      - {kind: LogicalSwitchPort, name: p4, logical_switch: s4, addresses: ["02:00:00:00:00:04 10.0.4.11"]}
      - {kind: LogicalSwitchPort, name: p5, logical_switch: s5, addresses: [unknown]}
      - {kind: LogicalRouterPort, name: r2-s4, logical_router: r2, mac: "0e:00:00:00:00:14", networks: [10.0.4.1/24]}
      - {kind: LogicalRouterPort, name: r2-s5, logical_router: r2, mac: "0e:00:00:00:00:15", networks: [10.0.5.1/24]}
      - {kind: LogicalSwitchPort, name: s4-r2, logical_switch: s4, type: router, addresses: [router], options: {router-port: r2-s4}}
      - {kind: LogicalSwitchPort, name: s5-r2, logical_switch: s5, type: router, addresses: [router], options: {router-port: r2-s5}}
      """;

  private static final String UNKNOWN = "10.0.2.12";
  private static final String UNKNOWN_IPV6 = "fd00:2::12";

  private Host hv1;
  private Host hv2;
  private Vm vm1;
  private Vm vm2;

  @BeforeEach
  void start() {
    controller.start();
  }

  private void network(String encapsulation) {
    hv1 = lab.host("hv1", "192.0.2.1", "--encap", encapsulation);
    hv2 = lab.host("hv2", "192.0.2.2", "--encap", encapsulation);
    northbound.commit(NETWORK);
    vm1 = vm(1, hv1, "10.0.1.11", "fd00:1::11");
    vm2 = vm(2, hv2, UNKNOWN, UNKNOWN_IPV6);
    vm(3, hv2, "10.0.2.13", "fd00:2::13");
    northbound.awaitUp("p1", "p2", "p3");
    // The first packet of a tunnel waits for nobody while the underlay's address is found out.
    vm1.awaitReaches("10.0.2.13", PATIENCE);
  }

  private Vm vm(int number, Host host, String ip, String ipv6) {
    var network = number == 1 ? 1 : 2;
    var gateway = "fd00:" + network + "::1";
    var addresses = ip + "/24," + ipv6 + "/64";
    var vm = super.vm(number, host, addresses, "10.0." + network + ".1", gateway);
    introduce(vm, gateway, "0e:00:00:00:00:1" + network);
    return vm;
  }

  private Set<String> learned() {
    return northbound.rows(MacBinding.class).stream()
        .map(MacBinding::getIp)
        .collect(Collectors.toSet());
  }

  /** One packet, which must be answered. */
  private void assertAnswered(String address) {
    vm1.run("ping", "-n", "-c", "1", "-W", "30", address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"geneve", "vxlan"})
  void theFirstPacketIsNotLost(String encapsulation) {
    network(encapsulation);
    assertAnswered(UNKNOWN);
    assertAnswered(UNKNOWN_IPV6);
    var both = Set.of(UNKNOWN, UNKNOWN_IPV6);
    Northbound.await("both addresses to be learned", PATIENCE, () -> learned().equals(both));
    assertTrue(vm1.pingAnswered(UNKNOWN, 20, Duration.ofMillis(20)).lossless());

    // Nobody has this one, and that is said.
    var nobody = vm1.ping("10.0.2.77", 12, Duration.ofSeconds(1)).output();
    assertTrue(nobody.contains("From 10.0.2.1 icmp_seq=1 Destination Host Unreachable"), nobody);

    // Who still has an address keeps it, who does not loses it.
    vm2.run("ip", "address", "del", UNKNOWN + "/24", "dev", "eth0");
    northbound.commit(
        "- {kind: LogicalRouter, name: r1, options: {mac_binding_age_threshold: \"1\"}}");
    var one = Set.of(UNKNOWN_IPV6);
    Northbound.await("the lost address to be forgotten", PATIENCE, () -> learned().equals(one));
    assertAnswered(UNKNOWN_IPV6);
    assertEquals(one, learned());
  }

  /** Packets to addresses that nobody has, many times what a switch hands over. */
  @Test
  void whoScansCostsNobodyElseANeighbour() {
    network("geneve");
    northbound.commit(OTHERS);
    var others = List.of("10.0.5.12", "10.0.5.13", "10.0.5.14", "10.0.5.15", "10.0.5.16");
    var addresses = others.stream().map(ip -> ip + "/24").collect(Collectors.joining(","));
    var vm4 =
        lab.vm("vm4", hv1, "p4", "02:00:00:00:00:04", "10.0.4.11/24", "--gateway", "10.0.4.1");
    lab.vm("vm5", hv2, "p5", "02:00:00:00:00:05", addresses, "--gateway", "10.0.5.1");
    northbound.awaitUp("p4", "p5");
    vm4.awaitReaches("10.0.5.1", PATIENCE);

    var interval = Duration.ofMillis(1);
    try (var one = vm1.startPing("10.0.2.71", interval);
        var two = vm1.startPing("10.0.2.72", interval);
        var three = vm1.startPing("10.0.2.73", interval)) {
      Northbound.await("the storm to be there", PATIENCE, () -> searched() > STORM);
      for (var other : others) {
        vm4.run("ping", "-n", "-c", "1", "-W", "30", other);
      }
      long before = searched();
      Northbound.await("the storm to go on", PATIENCE, () -> searched() > before + STORM / 10);
    }
  }

  /** Packets for which a next hop was sought on hv2. */
  private long searched() {
    return hv2.flows("br-int").stream()
        .filter(flow -> flow.contains("table=" + Table.CONTROL.number() + ","))
        .filter(flow -> flow.contains("userdata=" + NOTE))
        .mapToLong(flow -> Long.parseLong(flow.replaceAll(".*n_packets=(\\d+).*", "$1")))
        .sum();
  }

  @Test
  void aStormOfAnswersIsOfNoEffect() {
    network("geneve");
    int storm = 200;
    for (int i = 1; i <= storm; i++) {
      var frame =
          Packet.parse(
              "eth 02:00:00:00:00:02 > 0e:00:00:00:00:12 arp reply 10.0.2.%d is-at 02:02 to 10.0.2.1"
                  .formatted(20 + i));
      hv2.ofctl("packet-out", "br-int", "in_port=tap-vm2 packet=" + frame.hex() + " actions=table");
    }
    long heard =
        hv2.flows("br-int").stream()
            .filter(flow -> flow.contains("arp_spa=10.0.2.0/24"))
            .mapToLong(flow -> Long.parseLong(flow.replaceAll(".*n_packets=(\\d+).*", "$1")))
            .sum();
    assertTrue(heard >= storm, "the router heard only " + heard);
    // Who was asked is believed none the less, and nobody else.
    assertAnswered(UNKNOWN);
    Northbound.await("the address to be learned", PATIENCE, () -> learned().contains(UNKNOWN));
    assertEquals(Set.of(UNKNOWN), learned());
  }
}
