package io.heddle.ovsdb;

import static io.heddle.model.Eventually.becomes;
import static io.heddle.model.Eventually.eventually;
import static io.heddle.model.Eventually.stays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Edit;
import io.heddle.model.Schema;
import io.heddle.v1.Chassis;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.PortBinding;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a real host becomes when it joins with the one command of the manual. */
class JoiningTest {
  private final Control control = new Control();
  private final OvsHost hv1 = OvsHost.start("hv1");

  @AfterEach
  void close() {
    hv1.close();
    control.close();
  }

  @Test
  void aHostThatJoinsBecomesAChassisWithABridge() {
    hv1.join(control.port(), "geneve,vxlan", "192.0.2.1");

    becomes(
        List.of("geneve 192.0.2.1 {csum=true}", "vxlan 192.0.2.1 {csum=true}"),
        () -> control.encaps("hv1"));
    becomes(List.of("tcp:127.0.0.1:6653"), () -> hv1.controllers("br-int"));
    assertEquals("secure", hv1.get("Bridge", "br-int", "fail_mode"));
    assertEquals("[OpenFlow10, OpenFlow13, OpenFlow15]", hv1.get("Bridge", "br-int", "protocols"));
    assertEquals("\"true\"", hv1.get("Bridge", "br-int", "other_config:disable-in-band"));
    becomes(
        Optional.of(hv1.get("Bridge", "br-int", "datapath_id").replace("\"", "")),
        () -> control.chassis("hv1").map(Chassis::getDatapathId));
    assertEquals("hv1.example", control.chassis("hv1").orElseThrow().getHostname());
    assertEquals(List.of(), control.problems.list());
    var shown = control.southbound().connected("hv1").orElseThrow();
    assertEquals(OvsdbHost.State.CONNECTED, shown.state());
  }

  @Test
  void interfacesBindAndLetGo() {
    hv1.join(control.port(), "geneve", "192.0.2.1");
    eventually("there is a bridge", () -> !hv1.get("Bridge", "br-int", "datapath_id").isEmpty());
    hv1.plug("tap1", "p1");
    hv1.plug("tap2", "p2");
    becomes(List.of("p1 tap1", "p2 tap2"), () -> control.bindings("hv1"));
    var tap2 =
        control.bindingRows("hv1").stream()
            .filter(r -> r.as(PortBinding.class).getInterface().equals("tap2"))
            .findFirst()
            .orElseThrow();
    assertEquals(
        hv1.get("Interface", "tap2", "ofport"),
        String.valueOf(tap2.as(PortBinding.class).getOfport()));

    hv1.vsctl("set", "Interface", "tap1", "external_ids:iface-id=p3");
    becomes(List.of("p2 tap2", "p3 tap1"), () -> control.bindings("hv1"));
    hv1.vsctl("remove", "Interface", "tap1", "external_ids", "iface-id");
    becomes(List.of("p2 tap2"), () -> control.bindings("hv1"));
    hv1.vsctl("del-port", "tap2");
    becomes(List.of(), () -> control.bindings("hv1"));
  }

  @Test
  void interfacesOfPortsThatAreUpAreToldSo() {
    hv1.join(control.port(), "geneve", "192.0.2.1");
    eventually("there is a bridge", () -> !hv1.get("Bridge", "br-int", "datapath_id").isEmpty());
    control.commit(
        Edit.put(LogicalSwitch.newBuilder().setName("s1").build()),
        Edit.put(LogicalSwitchPort.newBuilder().setName("p1").setLogicalSwitch("s1").build()));
    hv1.plug("tap1", "p1");
    hv1.plug("tap2", "p2");
    becomes(List.of("p1 tap1", "p2 tap2"), () -> control.bindings("hv1"));
    assertEquals("{iface-id=p1}", hv1.get("Interface", "tap1", "external_ids"));
    isUp(true);
    becomes(
        "{iface-id=p1, ovn-installed=\"true\"}",
        () -> hv1.get("Interface", "tap1", "external_ids"));
    assertEquals("{iface-id=p2}", hv1.get("Interface", "tap2", "external_ids"));

    hv1.vsctl("set", "Interface", "tap1", "external_ids:ovn-installed=no", "external_ids:a=b");
    becomes("\"true\"", () -> hv1.get("Interface", "tap1", "external_ids:ovn-installed"));
    isUp(false);
    becomes("{a=b, iface-id=p1}", () -> hv1.get("Interface", "tap1", "external_ids"));
    isUp(true);
    becomes("\"true\"", () -> hv1.get("Interface", "tap1", "external_ids:ovn-installed"));
    hv1.vsctl("set", "Interface", "tap1", "external_ids:iface-id=p2");
    becomes("{a=b, iface-id=p2}", () -> hv1.get("Interface", "tap1", "external_ids"));
  }

  private void isUp(boolean up) {
    var kind = Schema.rows().kind(LogicalSwitchPort.class);
    var port = control.store.snapshot().named(kind, "p1").iterator().next();
    control
        .store
        .commit(
            Edit.observation(
                Edit.update(port, LogicalSwitchPort.newBuilder().setUp(up).build(), "up")))
        .join();
  }

  @Test
  void overIpv6Too() {
    try (var six =
            new Control(
                OvsdbSettings.defaults()
                    .withTiming(Control.QUICK)
                    .withListen(new InetSocketAddress("::1", 0)));
        var hv2 = OvsHost.start("hv2")) {
      var encap = List.of("geneve 2001:db8::2 {csum=true}");
      hv1.join("tcp:[::1]:" + six.port(), "geneve", "\"2001:db8::1\"");
      hv2.join("tcp:[::1]:" + six.port(), "geneve", "\"2001:DB8:0::2\"");
      becomes(encap, () -> six.encaps("hv2"));
      becomes(List.of("tcp:[::1]:6653"), () -> hv1.controllers("br-int"));
      becomes(Optional.of(1), () -> six.southbound().connected("hv1").map(OvsdbHost::tunnels));
      assertEquals("\"2001:db8::2\"", hv1.get("Interface", "ovn-hv2-0", "options:remote_ip"));
      assertTrue(six.southbound().hosts().get(0).peer().startsWith("[::1]:"));
    }
  }

  @Test
  void theControllersAddressCanBeSet() {
    try (var told =
        new Control(
            Control.loopback()
                .with(s -> s.openFlowAddress(Optional.of("198.51.100.7")).openFlowPort(16653)))) {
      hv1.join(told.port(), "geneve", "192.0.2.1");
      becomes(List.of("tcp:198.51.100.7:16653"), () -> hv1.controllers("br-int"));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> Control.loopback().withOpenFlowAddress(Optional.of("heddle.example")));
  }

  @Test
  void nothingIsWrittenTwice() {
    hv1.join(control.port(), "geneve,vxlan", "192.0.2.1");
    eventually("there is a bridge", () -> !hv1.get("Bridge", "br-int", "datapath_id").isEmpty());
    stays(
        "one transaction for the bridge, one for its controller",
        Duration.ofSeconds(2),
        () -> hv1.log().size() <= 2);
    assertEquals(2, hv1.log().size());
    assertTrue(control.store.snapshot().revision() <= 3, "chassis, encaps, datapath id");
  }
}
