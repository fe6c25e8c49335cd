package io.heddle.ovsdb.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.ovsdb.host.HostState.OpenVSwitch;
import io.heddle.ovsdb.host.JoinRequest.Encapsulation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JoinRequestTest {
  private static final Map<String, String> GOOD =
      Map.of("system-id", "hv1", "ovn-encap-type", "geneve", "ovn-encap-ip", "192.0.2.1");

  @Test
  void theOneCommandOfTheManualSuffices() {
    var request = request(Map.of());
    assertEquals(Optional.of("hv1"), request.systemId());
    assertEquals(
        Optional.of(
            new Encapsulation(
                List.of("geneve"), "192.0.2.1", true, Optional.empty(), OptionalInt.empty())),
        request.encap());
    assertEquals(Optional.of("br-int"), request.bridge());
    assertEquals(Optional.empty(), request.datapathType());
    assertEquals(List.of(), request.faults());
  }

  @Test
  void everyKeyIsRead() {
    var request =
        request(
            Map.of(
                "ovn-encap-type", "vxlan , geneve",
                "ovn-encap-ip", "2001:DB8:0:0::1",
                "ovn-encap-csum", "false",
                "ovn-encap-mtu", "9000",
                "ovn-encap-tos", "17",
                "ovn-bridge", "br-x",
                "ovn-bridge-datapath-type", "netdev",
                "hostname", "hv1.example"));
    assertEquals(
        Optional.of(
            new Encapsulation(
                List.of("geneve", "vxlan"),
                "2001:db8::1",
                false,
                Optional.of("17"),
                OptionalInt.of(9000))),
        request.encap());
    assertEquals(Optional.of("br-x"), request.bridge());
    assertEquals(Optional.of("netdev"), request.datapathType());
    assertEquals("hv1.example", request.hostname());
    assertEquals(List.of(), request.faults());
  }

  @Test
  void whatIsWrongWithOneKeyLeavesTheOthersInForce() {
    assertTrue(fault(Map.of("system-id", "")).systemId().isEmpty());
    assertTrue(fault(Map.of("system-id", "x".repeat(256))).systemId().isEmpty());
    assertTrue(fault(Map.of("system-id", "\ud800")).systemId().isEmpty());
    assertTrue(fault(Map.of("system-id", "a\u001b[2J")).systemId().isEmpty());
    assertEquals("", fault(Map.of("hostname", "h".repeat(256))).hostname());
    for (var type : List.of("", " ", "stt", ",")) {
      assertTrue(fault(Map.of("ovn-encap-type", type)).encap().isEmpty(), type);
    }
    for (var ip :
        List.of(
            "",
            "no",
            "300.1.1.1",
            "1.2.3",
            "0.0.0.0",
            "::",
            "224.0.0.1",
            "ff02::1",
            "10.0.0.0/8",
            "fe80::1%eth0",
            "10.0.0.1-3",
            "*",
            "hv1.example")) {
      assertTrue(fault(Map.of("ovn-encap-ip", ip)).encap().isEmpty(), ip);
    }
    for (var name : List.of("", "a/b", "a b", "..", ".", "sixteen-letters-", "br\u00fc")) {
      assertTrue(fault(Map.of("ovn-bridge", name)).bridge().isEmpty(), name);
    }
    for (var none : List.of("575", "65536", "1500.0", "-1")) {
      var assumed = fault(Map.of("ovn-encap-mtu", none)).encap().orElseThrow();
      assertEquals(OptionalInt.empty(), assumed.mtu());
    }
    assertTrue(fault(Map.of("ovn-encap-csum", "yes")).encap().orElseThrow().csum());
    for (var tos : List.of("256", "-1", "x", "0x10", " 1")) {
      var encap = fault(Map.of("ovn-encap-tos", tos)).encap();
      assertEquals(Optional.empty(), encap.orElseThrow().tos(), tos);
    }
    assertTrue(fault(Map.of("ovn-bridge-datapath-type", "ebpf")).datapathType().isEmpty());
  }

  @Test
  void ofSeveralAddressesTheFirstIsUsedAndSaid() {
    var request = fault(Map.of("ovn-encap-ip", "192.0.2.7,192.0.2.8"));
    assertEquals("192.0.2.7", request.encap().orElseThrow().ip());
    assertTrue(request.faults().get(0).contains("only the first is used: \"192.0.2.7\""));
  }

  @Test
  void oneUnknownTypeLeavesTheOther() {
    var request = fault(Map.of("ovn-encap-type", "geneve,gre"));
    assertEquals(List.of("geneve"), request.encap().orElseThrow().types());
    assertTrue(request.faults().get(0).contains("\"gre\" is none of"));
  }

  @Test
  void whatIsShownIsShortAndHarmless() {
    assertEquals("\"a\\u001b[31mb\\u000a\\u202e\"", Words.quote("a\u001b[31mb\n\u202e"));
    assertTrue(Words.quote("x".repeat(10_000)).length() < 100);
    assertEquals("\"\\ud800\"", Words.quote("\ud800"));
  }

  private static JoinRequest fault(Map<String, String> ids) {
    var request = request(ids);
    assertEquals(1, request.faults().size(), ids + ": " + request.faults());
    return request;
  }

  private static JoinRequest request(Map<String, String> ids) {
    var all = new HashMap<>(GOOD);
    all.putAll(ids);
    return JoinRequest.of(
        new OpenVSwitch(new UUID(0, 1), all, Set.of("system", "netdev"), "3.1.0", Set.of()));
  }
}
