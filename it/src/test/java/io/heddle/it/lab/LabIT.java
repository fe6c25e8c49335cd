package io.heddle.it.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The lab itself, with flows by hand in the controller's stead: a test on it tells of the
 * controller, not of the lab.
 */
class LabIT {
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
  private static final Duration FAST = Duration.ofMillis(20);
  private static final int VNI = 4711;

  @Test
  void twoHostsCarryPacketsInTunnels() {
    for (String encapsulation : List.of("geneve", "vxlan")) {
      try (Lab lab = Lab.up()) {
        Host hv1 = lab.host("hv1", "192.0.2.1", "--bridge", "--encap", encapsulation);
        Host hv2 = lab.host("hv2", "192.0.2.2", "--bridge", "--encap", encapsulation);
        Vm vm1 = lab.vm("vm1", hv1, "port1", "0a:00:00:00:00:01", "10.0.0.1/24");
        Vm vm2 = lab.vm("vm2", hv2, "port2", "0a:00:00:00:00:02", "10.0.0.2/24");
        connect(hv1, "vm1", encapsulation, "192.0.2.2");
        connect(hv2, "vm2", encapsulation, "192.0.2.1");

        try (Capture capture = hv1.capture("udp")) {
          vm1.awaitReaches("10.0.0.2", TEN_SECONDS);
          capture.await("vni " + (encapsulation.equals("geneve") ? "0x1267" : VNI), TEN_SECONDS);
        }
        Ping ping = vm1.pingAnswered("10.0.0.2", 20, FAST);
        assertTrue(ping.lossless(), ping::output);
        assertEquals(20, ping.received());
        assertTrue(vm1.throughput(vm2, "10.0.0.2", Duration.ofSeconds(1)) > 10e6);
      }
    }
  }

  @Test
  void aHostJoinsByTheCommandOfAnAdministrator() {
    try (Lab lab = Lab.up(12345)) {
      Host host =
          lab.host("hv1", "192.0.2.1", "--encap", "geneve,vxlan", "--id", "ovn-encap-csum=true");
      assertEquals("tcp:" + lab.controllerAddress() + ":12345", host.vsctl("get-manager").strip());
      String ids = host.vsctl("get", "Open_vSwitch", ".", "external_ids");
      for (String id :
          List.of(
              "system-id=hv1",
              "ovn-encap-type=\"geneve,vxlan\"",
              "ovn-encap-ip=\"192.0.2.1\"",
              "ovn-bridge-datapath-type=netdev",
              "ovn-encap-csum=\"true\"",
              "hostname=hv1")) {
        assertTrue(ids.contains(id), () -> id + " is not in " + ids);
      }
      assertFalse(host.vsctl("list-br").contains("br-int"));
    }
  }

  @Test
  void lossAndRecoveryShow() {
    try (Lab lab = Lab.up()) {
      Host hv1 = lab.host("hv1", "192.0.2.1", "--bridge");
      Host hv2 = lab.host("hv2", "192.0.2.2", "--bridge");
      Vm vm1 = lab.vm("vm1", hv1, "port1", "0a:00:00:00:00:01", "10.0.0.1/24");
      Vm vm2 = lab.vm("vm2", hv2, "port2", "0a:00:00:00:00:02", "10.0.0.2/24");
      // Bridges without a controller and without fail_mode learn by themselves.
      vm2.moveTo(hv1);
      vm1.awaitReaches("10.0.0.2", TEN_SECONDS);

      try (RunningPing ping = vm1.startPing("10.0.0.2", FAST)) {
        hv1.killVswitchd();
        assertFalse(vm1.reaches("10.0.0.2"));
        hv1.startVswitchd();
        vm1.awaitReaches("10.0.0.2", TEN_SECONDS);
        Ping result = ping.stop();
        assertTrue(result.lost() > 0 && result.received() > 0, result::output);
      }

      hv1.killOvsdb();
      assertThrows(IllegalStateException.class, () -> hv1.vsctl("--timeout=1", "show"));
      hv1.startOvsdb();
      hv1.vsctl("--timeout=10", "show");

      hv2.unplug(Host.Cable.UNDERLAY);
      assertFalse(underlayAnswers(hv1));
      hv2.plug(Host.Cable.UNDERLAY);
      assertTrue(underlayAnswers(hv1));
      vm2.remove();
      hv2.remove();
      assertFalse(lab.status().contains("hv2"));
    }
  }

  @Test
  void labsSideBySideDontMeetAndLeaveNothing() throws Exception {
    String address;
    try (Lab one = Lab.up();
        Lab other = Lab.up()) {
      one.host("hv1", "192.0.2.1");
      other.host("hv1", "192.0.2.1");
      address = one.controllerAddress();
      assertFalse(address.equals(other.controllerAddress()));
      assertTrue(addresses().contains(address + "/"));
    }
    assertFalse(addresses().contains(address + "/"));
  }

  @Test
  void anOrphanIsTakenDownByTheNextLab() {
    Process owner =
        Command.start(List.of("sleep", "60"), Map.of(), ProcessBuilder.Redirect.DISCARD);
    Path state = Path.of("/run/heddle-lab/o" + owner.pid());
    Map<String, String> environment =
        Map.of("LAB_PREFIX", state.getFileName().toString(), "LAB_OWNER", "" + owner.pid());
    Command.run(List.of("lab/lab", "up"), environment, TEN_SECONDS);
    assertTrue(Files.exists(state));
    Lab.up().close();
    assertTrue(Files.exists(state), "its owner lives");
    owner.destroyForcibly().onExit().join();
    Lab.up().close();
    assertFalse(Files.exists(state), "its owner died");
  }

  private static void connect(Host host, String vm, String encapsulation, String remote) {
    host.vsctl(
        List.of(
                ("add-port br-int tun -- set Interface tun type=%s options:remote_ip=%s"
                        + " options:key=flow options:csum=true")
                    .formatted(encapsulation, remote)
                    .split(" "))
            .toArray(String[]::new));
    host.ofctl("del-flows", "br-int");
    host.ofctl(
        "add-flow", "br-int", "in_port=tap-" + vm + ",actions=set_field:" + VNI + "->tun_id,tun");
    host.ofctl("add-flow", "br-int", "in_port=tun,tun_id=" + VNI + ",actions=tap-" + vm);
  }

  private static boolean underlayAnswers(Host host) {
    return host.lab()
        .tryIn(
            host.name(), TEN_SECONDS, "ping", "-n", "-c", "3", "-i", "0.3", "-W", "1", "192.0.2.2")
        .output()
        .contains(" 0% packet loss");
  }

  private static String addresses() {
    return Command.run(List.of("ip", "-4", "address"), Map.of(), TEN_SECONDS);
  }
}
