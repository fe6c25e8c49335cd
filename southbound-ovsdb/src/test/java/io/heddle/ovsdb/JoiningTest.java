package io.heddle.ovsdb;

import static io.heddle.ovsdb.Eventually.becomes;
import static io.heddle.ovsdb.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heddle.v1.Chassis;
import io.heddle.v1.PortBinding;
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
    becomes(
        "\"tcp:127.0.0.1:6653\"",
        () ->
            hv1.vsctl("get-controller", "br-int").strip().isEmpty()
                ? ""
                : "\"" + hv1.vsctl("get-controller", "br-int").strip() + "\"");
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
}
