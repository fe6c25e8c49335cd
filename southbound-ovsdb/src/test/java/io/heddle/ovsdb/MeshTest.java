package io.heddle.ovsdb;

import static io.heddle.model.Eventually.becomes;
import static io.heddle.model.Eventually.eventually;
import static io.heddle.model.Eventually.stays;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heddle.model.Edit;
import io.heddle.model.TunnelPort;
import io.heddle.v1.Chassis;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tunnels between real hosts. */
class MeshTest {
  private final Control control = new Control();
  private final OvsHost hv1 = OvsHost.start("hv1");
  private final OvsHost hv2 = OvsHost.start("hv2");

  @AfterEach
  void close() {
    hv1.close();
    hv2.close();
    control.close();
  }

  private void join() {
    hv1.join(control.port(), "geneve,vxlan", "192.0.2.1");
    hv2.join(control.port(), "geneve,vxlan", "192.0.2.2");
    becomes(Optional.of(2), () -> tunnels("hv1"));
    becomes(Optional.of(2), () -> tunnels("hv2"));
  }

  private Optional<Integer> tunnels(String chassis) {
    return control.southbound().connected(chassis).map(OvsdbHost::tunnels);
  }

  private String ofport(String remote, String type) {
    var key = control.chassis(remote).orElseThrow().getChassisKey();
    return String.valueOf(TunnelPort.ofport(key, type));
  }

  @Test
  void everyHostGetsATunnelToEveryOtherWithTheNumberThatTheFlowsExpect() {
    join();
    assertEquals(List.of("ovn-hv2-0", "ovn-hv2-1"), hv1.ports("br-int"));
    assertEquals(List.of("ovn-hv1-0", "ovn-hv1-1"), hv2.ports("br-int"));
    assertEquals("geneve", hv1.get("Interface", "ovn-hv2-0", "type"));
    assertEquals("vxlan", hv1.get("Interface", "ovn-hv2-1", "type"));
    assertEquals(ofport("hv2", "geneve"), hv1.get("Interface", "ovn-hv2-0", "ofport"));
    assertEquals(ofport("hv2", "vxlan"), hv1.get("Interface", "ovn-hv2-1", "ofport"));
    assertEquals(
        "{csum=\"true\", key=flow, remote_ip=\"192.0.2.2\"}",
        hv1.get("Interface", "ovn-hv2-0", "options"));
    assertEquals("\"hv2@192.0.2.2\"", hv1.get("Port", "ovn-hv2-0", "external_ids:ovn-chassis-id"));
    stays("nothing is a problem", Duration.ofSeconds(2), () -> control.problems.list().isEmpty());
  }

  @Test
  void whatIsBrokenIsRepairedAndWhatIsNotHeddlesStays() {
    join();
    hv1.vsctl("add-port", "br-int", "tap1", "--", "set", "Interface", "tap1", "type=dummy");
    hv1.vsctl("add-br", "br-ex", "--", "set-controller", "br-ex", "tcp:127.0.0.1:6633");
    hv1.vsctl("del-port", "ovn-hv2-0");
    hv1.vsctl("set", "Interface", "ovn-hv2-1", "options:remote_ip=203.0.113.1");
    hv1.vsctl("set", "Interface", "ovn-hv2-1", "ofport_request=77");
    hv1.vsctl("del-controller", "br-int", "--", "del-fail-mode", "br-int");
    becomes(List.of("ovn-hv2-0", "ovn-hv2-1", "tap1"), () -> hv1.ports("br-int"));
    becomes("\"192.0.2.2\"", () -> hv1.get("Interface", "ovn-hv2-1", "options:remote_ip"));
    becomes(ofport("hv2", "vxlan"), () -> hv1.get("Interface", "ovn-hv2-1", "ofport"));
    becomes(List.of("tcp:127.0.0.1:6653"), () -> hv1.controllers("br-int"));
    becomes("secure", () -> hv1.vsctl("get-fail-mode", "br-int").strip());
    assertEquals("tcp:127.0.0.1:6633", hv1.vsctl("get-controller", "br-ex").strip());
    becomes(Optional.of(2), () -> tunnels("hv1"));
  }

  @Test
  void aChassisThatIsDeletedLosesItsTunnelsAndOneThatMerelyDisconnectsKeepsAll() {
    join();
    hv2.killDatabase();
    eventually("hv2 is gone", () -> tunnels("hv2").isEmpty());
    eventually(
        "its absence is told", () -> control.hasProblem("hv2", "is not connected to Heddle"));
    assertEquals(List.of("ovn-hv2-0", "ovn-hv2-1"), hv1.ports("br-int"));
    assertEquals(2, control.encaps("hv2").size());

    control.commit(Edit.delete(Chassis.class, "hv2"));
    becomes(List.of(), () -> hv1.ports("br-int"));
    becomes(Optional.of(0), () -> tunnels("hv1"));
    becomes(List.of(), control.problems::list);
  }

  @Test
  void aChassisThatIsDeletedWhileItIsConnectedComesBack() {
    join();
    var before = control.chassisRow("hv2").orElseThrow();
    control.commit(Edit.delete(Chassis.class, "hv2"));
    eventually(
        "it is a chassis again",
        () -> control.chassisRow("hv2").filter(r -> r.created() > before.created()).isPresent());
    becomes(Optional.of(2), () -> tunnels("hv1"));
    becomes(ofport("hv2", "geneve"), () -> hv1.get("Interface", "ovn-hv2-0", "ofport"));
  }

  @Test
  void aNumberThatAnotherPortHoldsIsAProblemUntilItIsFree() {
    hv1.join(control.port(), "geneve", "192.0.2.1");
    eventually("hv1 is a chassis", () -> control.encaps("hv1").size() == 1);
    eventually("it has its bridge", () -> hv1.vsctl("list-br").contains("br-int"));
    control.commit(Edit.put(Chassis.newBuilder().setName("hv2").build()));
    var number = ofport("hv2", "geneve");
    hv1.vsctl(
        "add-port",
        "br-int",
        "tap1",
        "--",
        "set",
        "Interface",
        "tap1",
        "type=dummy",
        "ofport_request=" + number);
    hv2.join(control.port(), "geneve", "192.0.2.2");
    eventually(
        "the wrong number is a problem", () -> control.hasProblem("hv1", "instead of " + number));
    assertEquals(Optional.of(0), tunnels("hv1"));
    hv1.vsctl("del-port", "tap1");
    hv1.vsctl("set", "Interface", "ovn-hv2-0", "external_ids:poked=1");
    eventually("it is no problem any longer", () -> !control.hasProblem("hv1", "instead of"));
  }

  @Test
  void tunnelsOfOvnAreAdoptedInPlace() {
    hv1.vsctl(
        "add-br",
        "br-int",
        "--",
        "add-port",
        "br-int",
        "ovn-hv2-5",
        "--",
        "set",
        "Interface",
        "ovn-hv2-5",
        "type=geneve",
        "options:remote_ip=192.0.2.2",
        "options:key=flow",
        "--",
        "set",
        "Port",
        "ovn-hv2-5",
        "external_ids:ovn-chassis-id=hv2@192.0.2.2");
    var row = hv1.get("Interface", "ovn-hv2-5", "_uuid");
    hv2.join(control.port(), "geneve", "192.0.2.2");
    eventually("hv2 is a chassis", () -> control.encaps("hv2").size() == 1);
    hv1.join(control.port(), "geneve", "192.0.2.1");
    becomes(Optional.of(1), () -> tunnels("hv1"));
    assertEquals(row, hv1.get("Interface", "ovn-hv2-5", "_uuid"));
    assertEquals(ofport("hv2", "geneve"), hv1.get("Interface", "ovn-hv2-5", "ofport"));
    assertEquals(List.of("ovn-hv2-5"), hv1.ports("br-int"));
  }
}
