package io.heddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Message;
import io.heddle.v1.Acl;
import io.heddle.v1.DhcpOptions;
import io.heddle.v1.LoadBalancer;
import io.heddle.v1.LoadBalancerGroup;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Meter;
import io.heddle.v1.MeterBand;
import io.heddle.v1.NbGlobal;
import io.heddle.v1.PortGroup;
import io.heddle.v1.Qos;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fields that refer to several rows, and what becomes of rows whose references go. */
class ReferencesTest {
  private final Rows rows = new Rows();

  private static Acl acl(String... switches) {
    return Acl.newBuilder()
        .addAllSwitches(List.of(switches))
        .setDirection("to-lport")
        .setMatch("ip4")
        .setAction("drop")
        .build();
  }

  private static LoadBalancer balancer(String name) {
    return LoadBalancer.newBuilder().setName(name).build();
  }

  private <T extends Message> T only(Class<T> type) {
    return rows.snapshot.rows(type).values().iterator().next().as(type);
  }

  private String id(Class<? extends Message> type, String name) {
    return rows.uuid(type, name).toString();
  }

  @Test
  void eachElementIsResolvedAndIndexed() {
    rows.commit(Edit.put(Rows.sw("a")), Edit.put(Rows.sw("b")), Edit.put(acl("a", "b", "a")));
    var a = id(LogicalSwitch.class, "a");
    var b = id(LogicalSwitch.class, "b");
    assertEquals(List.of(a, b), only(Acl.class).getSwitchesList());
    assertEquals(1, rows.snapshot.index(Acl.class, "switches", b).size());

    var uuid = rows.snapshot.index(Acl.class, "switches", b).iterator().next();
    rows.commit(Edit.update(uuid, acl("a"), "switches"));
    assertEquals(1, rows.snapshot.index(Acl.class, "switches", a).size());
    assertTrue(rows.snapshot.index(Acl.class, "switches", b).isEmpty());
  }

  @Test
  void anElementThatIsNoRowIsRefusedByItsPlace() {
    rows.commit(Edit.put(Rows.sw("a")));
    var violation = rows.refuseOnce(Edit.put(acl("a", "nowhere")));
    assertEquals("switches[1]", violation.field());
    assertEquals("there is no LogicalSwitch nowhere", violation.message());
  }

  @Test
  void aRowGoesWithTheLastItBelongsTo() {
    rows.commit(Edit.put(Rows.sw("a")), Edit.put(Rows.sw("b")), Edit.put(acl("a", "b")));
    rows.commit(Edit.delete(LogicalSwitch.class, "a"));
    assertEquals(List.of(id(LogicalSwitch.class, "b")), only(Acl.class).getSwitchesList());
    rows.commit(Edit.delete(LogicalSwitch.class, "b"));
    assertTrue(rows.snapshot.rows(Acl.class).isEmpty());
  }

  @Test
  void aRowMustBelongToSomething() {
    assertEquals("switches", rows.refuseOnce(Edit.put(acl())).field());
  }

  @Test
  void aPortInSeveralSwitchesStaysInTheOthers() {
    var port = Rows.port("p", "a").toBuilder().addFurtherSwitches("b").build();
    rows.commit(Edit.put(Rows.sw("a")), Edit.put(Rows.sw("b")), Edit.put(port));
    rows.commit(Edit.delete(LogicalSwitch.class, "a"));
    assertEquals(id(LogicalSwitch.class, "b"), rows.port("p").getLogicalSwitch());
    assertEquals(List.of(), rows.port("p").getFurtherSwitchesList());
    rows.commit(Edit.delete(LogicalSwitch.class, "b"));
    assertTrue(rows.snapshot.rows(LogicalSwitchPort.class).isEmpty());
  }

  @Test
  void aWeakReferenceGoesWithTheRow() {
    var options = DhcpOptions.newBuilder().setCidr("10.0.0.0/24").build();
    rows.commit(
        Edit.put(Rows.sw("a")),
        Edit.put(PortGroup.newBuilder().setName("g").build()),
        Edit.put(options));
    var dhcp = rows.snapshot.rows(DhcpOptions.class).keySet().iterator().next();
    rows.commit(
        Edit.put(
            Rows.port("p", "a").toBuilder()
                .addPortGroups("g")
                .setDhcpv4Options(dhcp.toString())
                .build()));
    assertEquals(List.of(id(PortGroup.class, "g")), rows.port("p").getPortGroupsList());
    rows.commit(Edit.delete(PortGroup.class, "g"), Edit.delete(DhcpOptions.class, dhcp));
    assertEquals(List.of(), rows.port("p").getPortGroupsList());
    assertFalse(rows.port("p").hasDhcpv4Options());
    assertEquals(3, rows.changes.size(), "the port changed too");
  }

  @Test
  void aStrongReferenceHoldsTheRow() {
    rows.commit(
        Edit.put(LoadBalancerGroup.newBuilder().setName("g").addLoadBalancer("lb").build()),
        Edit.put(balancer("lb")),
        Edit.put(Rows.sw("a").toBuilder().addLoadBalancerGroup("g").build()));
    var violation = rows.refuseOnce(Edit.delete(LoadBalancerGroup.class, "g"));
    assertEquals("load_balancer_group", violation.field());
    rows.commit(Edit.delete(LoadBalancer.class, "lb"));
    assertEquals(List.of(), only(LoadBalancerGroup.class).getLoadBalancerList());
  }

  @Test
  void anEmptyReferenceIsNone() {
    rows.commit(Edit.put(Rows.sw("a").toBuilder().setCopp("").build()));
    assertFalse(rows.network("a").hasCopp());
  }

  @Test
  void numbersAndTheKeysOfMapsHaveBounds() {
    rows.commit(
        Edit.put(Rows.sw("a")), Edit.put(Meter.newBuilder().setName("m").setUnit("kbps").build()));
    var band = MeterBand.newBuilder().addMeters("m").setAction("drop");
    assertEquals("0 is less than 1", rows.refuseOnce(Edit.put(band.build())).message());
    var qos = Qos.newBuilder().addSwitches("a").setDirection("to-lport").setMatch("ip");
    assertEquals(
        "\"dcsp\" is none of [dscp]",
        rows.refuseOnce(Edit.put(qos.putAction("dcsp", 1).build())).message());
    qos.clearAction().putAction("dscp", 64);
    assertEquals("64 is more than 63", rows.refuseOnce(Edit.put(qos.build())).message());
  }

  @Test
  void thereIsOneRowForTheWholeNetwork() {
    rows.commit(Edit.put(NbGlobal.newBuilder().setNbCfg(1L << 40).build()));
    var violation = rows.refuseOnce(Edit.put(NbGlobal.getDefaultInstance()));
    assertEquals("there may be 1 of them only", violation.message());
  }
}
