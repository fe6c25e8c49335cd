package io.heddle.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.it.lab.Host;
import io.heddle.it.lab.Vm;
import io.heddle.model.Edit;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two real hosts, a real controller, and what a tenant's VMs see of them. */
@Timeout(300)
class FirstLightIT extends LabTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  static Operation port(String name, String... addresses) {
    return Edit.put(
        LogicalSwitchPort.newBuilder()
            .setName(name)
            .setLogicalSwitch("blue")
            .addAllAddresses(List.of(addresses))
            .build());
  }

  static Operation[] network(int ports) {
    var operations = new ArrayList<Operation>();
    operations.add(Edit.put(LogicalSwitch.newBuilder().setName("blue").build()));
    for (int i = 1; i <= ports; i++) {
      operations.add(port("p" + i, mac(i) + " " + ip(i)));
    }
    return operations.toArray(Operation[]::new);
  }

  static String ip(int number) {
    return "10.0.0." + number;
  }

  private Vm vm(int number, Host host) {
    return vm(number, host, ip(number) + "/24");
  }

  @Test
  void aPingCrossesGeneve() {
    controller.start();
    var hv1 = lab.host("hv1", "192.0.2.1");
    var hv2 = lab.host("hv2", "192.0.2.2");
    var vm1 = vm(1, hv1);
    vm(2, hv2);
    northbound.commit(network(2));
    northbound.awaitUp("p1", "p2");
    // The first packet of a tunnel waits for nobody while the underlay's address is found out.
    vm1.awaitReaches(ip(2), PATIENCE);
    try (var capture = hv1.capture("udp port 6081")) {
      assertTrue(vm1.pingAnswered(ip(2), 20, Duration.ofMillis(20)).lossless());
      capture.await("Geneve", PATIENCE);
    }
    var interfaces = hv1.vsctl("--format=csv", "list", "Interface");
    assertTrue(Pattern.compile("ovn-hv2-\\d").matcher(interfaces).find(), interfaces);
  }

  @Test
  void tcpFlowsOverGeneveAndVxlan() {
    controller.start();
    var hv1 = lab.host("hv1", "192.0.2.1", "--encap", "geneve,vxlan");
    var hv2 = lab.host("hv2", "192.0.2.2", "--encap", "geneve");
    var hv3 = lab.host("hv3", "192.0.2.3", "--encap", "vxlan");
    var vm1 = vm(1, hv1);
    var vm2 = vm(2, hv2);
    var vm3 = vm(3, hv3);
    northbound.commit(network(3));
    northbound.awaitUp("p1", "p2", "p3");
    assertTrue(vm1.throughput(vm2, ip(2), Duration.ofSeconds(2)) > 0, "over Geneve");
    try (var capture = hv1.capture("udp port 4789")) {
      assertTrue(vm1.throughput(vm3, ip(3), Duration.ofSeconds(2)) > 0, "over VXLAN");
      capture.await("VXLAN", PATIENCE);
    }
    assertTrue(vm3.reaches(ip(1)));
    assertTrue(
        northbound.problems().stream().anyMatch(p -> p.getMessage().contains("in common")),
        "hv2 and hv3 have no encapsulation in common and nobody says so");
  }

  @Test
  void tenantsDoNotMeet() {
    controller.start();
    var hv1 = lab.host("hv1", "192.0.2.1");
    var hv2 = lab.host("hv2", "192.0.2.2");
    var vm1 = vm(1, hv1);
    vm(2, hv2);
    northbound.commit(network(1));
    northbound.commit(
        Edit.put(LogicalSwitch.newBuilder().setName("red").build()),
        Edit.put(
            LogicalSwitchPort.newBuilder()
                .setName("p2")
                .setLogicalSwitch("red")
                .addAddresses(mac(2) + " " + ip(2))
                .build()));
    northbound.awaitUp("p1", "p2");
    assertEquals(0, vm1.ping(ip(2), 5, Duration.ofMillis(20)).received());
    northbound.install(port("p2", mac(2) + " " + ip(2)));
    vm1.awaitReaches(ip(2), PATIENCE);
  }

  @Test
  void hostsMayComeBeforeTheControllerAndVmsBeforeTheirPorts() {
    var hv1 = lab.host("hv1", "192.0.2.1");
    var hv2 = lab.host("hv2", "192.0.2.2");
    controller.start();
    var vm1 = vm(1, hv1);
    vm(2, hv2);
    northbound.commit(network(2));
    northbound.awaitUp("p1", "p2");
    vm1.awaitReaches(ip(2), PATIENCE);
  }

  @Test
  void portsMayComeBeforeHostsAndVms() {
    controller.start();
    northbound.commit(network(2));
    assertFalse(northbound.up("p1"));
    var vm1 = vm(1, lab.host("hv1", "192.0.2.1"));
    vm(2, lab.host("hv2", "192.0.2.2"));
    northbound.awaitUp("p1", "p2");
    vm1.awaitReaches(ip(2), PATIENCE);
  }

  @Test
  void anInterfaceThatMovesTakesItsPortAlong() {
    controller.start();
    var hv1 = lab.host("hv1", "192.0.2.1");
    var hv2 = lab.host("hv2", "192.0.2.2");
    var vm1 = vm(1, hv1);
    var vm2 = vm(2, hv1);
    northbound.commit(network(2));
    northbound.awaitUp("p1", "p2");
    vm1.awaitReaches(ip(2), PATIENCE);
    vm2.moveTo(hv2);
    vm1.awaitReaches(ip(2), PATIENCE);
    northbound.awaitUp("p2");
  }

  @Test
  void aHostIsWholeAgainAfterItsDaemonsDied() {
    controller.start();
    var hv1 = lab.host("hv1", "192.0.2.1");
    var hv2 = lab.host("hv2", "192.0.2.2");
    var vm1 = vm(1, hv1);
    vm(2, hv2);
    northbound.commit(network(2));
    northbound.awaitUp("p1", "p2");
    vm1.awaitReaches(ip(2), PATIENCE);

    hv2.killVswitchd();
    assertFalse(vm1.reaches(ip(2)), "who answers for a dead switch?");
    hv2.startVswitchd();
    vm1.awaitReaches(ip(2), PATIENCE);

    try (var ping = vm1.startPing(ip(2), Duration.ofMillis(10))) {
      hv2.killOvsdb();
      hv2.startOvsdb();
      northbound.commit(port("p3", mac(3) + " " + ip(3)));
      vm(3, hv2);
      northbound.awaitUp("p3");
      var result = ping.stop();
      assertTrue(result.lossless(), result::toString);
    }
    vm1.awaitReaches(ip(3), PATIENCE);
  }
}
