package io.heddle.it.ovn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.StatusRuntimeException;
import io.heddle.it.ControllerProcess;
import io.heddle.it.Northbound;
import io.heddle.it.lab.Host;
import io.heddle.it.lab.Lab;
import io.heddle.it.lab.Vm;
import io.heddle.model.Edit;
import io.heddle.v1.LogicalRouterPolicy;
import io.heddle.v1.LogicalSwitchPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Networks that ovn-nbctl alone makes, changes and takes away, one after the other, with real hosts
 * and VMs: the first at one host, the second and third at another one.
 */
class NbctlNetworkIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Path NETWORKS = Path.of("src/test/resources/networks");
  private static final List<String> PORTS = List.of("p1", "p2", "p3");
  private static final Pattern NAMES = Pattern.compile("\\((\\S+)\\)");

  @TempDir Path folder;
  private ControllerProcess controller;
  private Nbctl nbctl;
  private Vm vm1;
  private Vm vm2;
  private Vm vm3;

  @Test
  @Timeout(600)
  void carryPackets() throws Exception {
    controller = ControllerProcess.in(folder);
    try (var lab = Lab.up(controller.ports().ovsdb());
        var running = controller) {
      running.start();
      nbctl = new Nbctl(running.ports().northbound());
      var hv1 = lab.host("hv1", "192.0.2.1");
      var hv2 = lab.host("hv2", "192.0.2.2");
      vm1 = vm(lab, 1, hv1);
      vm2 = vm(lab, 2, hv2);
      vm3 = vm(lab, 3, hv2);
      switches();
      routers();
      policies();
      addresses();
      mtu();
      advertisements();
    }
  }

  private static Vm vm(Lab lab, int number, Host host) {
    return lab.vm("vm" + number, host, "p" + number, "02:00:00:00:00:0" + number, "-");
  }

  private void switches() throws IOException {
    make("switches.nbctl");
    give(vm1, "10.0.1.11/24");
    give(vm2, "10.0.1.12/24");
    give(vm3, "10.0.1.13/24");
    vm1.awaitReaches("10.0.1.12", PATIENCE);
    vm1.awaitReaches("10.0.1.13", PATIENCE);
    // What is changed holds everywhere once --wait=hv is through.
    succeeds("--wait=hv lsp-set-enabled p2 disabled");
    assertFalse(vm1.reaches("10.0.1.12"));
    succeeds(
        "--wait=hv lsp-set-enabled p2 enabled -- remove Logical_Switch_Port s1-s2 options peer");
    assertTrue(vm1.reaches("10.0.1.12"));
    assertFalse(vm1.reaches("10.0.1.13"));
  }

  private void routers() throws IOException {
    make("routers.nbctl");
    give(vm1, "10.0.1.11/24", "10.0.1.1");
    give(vm2, "10.0.2.12/24", "10.0.2.1");
    give(vm3, "10.0.3.13/24", "10.0.3.1");
    vm1.awaitReaches("10.0.2.12", PATIENCE);
    vm1.awaitReaches("10.0.3.13", PATIENCE);
    for (var path : List.of("100.64.1.1", "100.64.1.2")) {
      succeeds("--wait=hv lr-route-del r1 10.0.3.0/24 " + path);
      vm1.awaitReaches("10.0.3.13", PATIENCE);
      succeeds("--ecmp lr-route-add r1 10.0.3.0/24 " + path);
    }
    succeeds("--wait=hv lr-route-del r1 10.0.3.0/24");
    assertFalse(vm1.reaches("10.0.3.13"));
  }

  private void policies() throws IOException {
    make("policies.nbctl");
    give(vm1, "10.0.1.11/24", "10.0.1.1");
    give(vm2, "10.0.2.12/24", "10.0.2.1");
    give(vm3, "10.9.0.13/24", "10.9.0.1");
    vm3.run("ip", "address", "add", "198.51.100.1/32", "dev", "eth0");
    vm1.awaitReaches("198.51.100.1", PATIENCE);
    assertFalse(vm1.reaches("10.0.2.12"));
    succeeds("--wait=hv lr-policy-del r1 200");
    vm1.awaitReaches("10.0.2.12", PATIENCE);
    succeeds("--wait=hv lr-policy-del r1");
    assertFalse(vm1.reaches("198.51.100.1"));
    onlyThisDoorTakesWhatNobodyCanRead();
  }

  private void onlyThisDoorTakesWhatNobodyCanRead() {
    succeeds("lr-policy-add r1 300 \"ip4 && (udp\" drop");
    var policy =
        LogicalRouterPolicy.newBuilder()
            .setLogicalRouter("r1")
            .setPriority(300)
            .setMatch("ip4 && (tcp")
            .setAction("drop")
            .build();
    try (var northbound = new Northbound(controller.ports().grpc())) {
      Northbound.await(
          "what is wrong with the policy",
          PATIENCE,
          () -> northbound.problems().stream().anyMatch(p -> p.getMessage().startsWith("match: ")));
      var refused =
          assertThrows(StatusRuntimeException.class, () -> northbound.commit(Edit.put(policy)));
      assertTrue(refused.getMessage().endsWith("expecting )"), refused.toString());
    }
  }

  private void addresses() throws IOException {
    make("addresses.nbctl");
    give(vm1, given("p1") + "/24");
    give(vm2, given("p2") + "/24");
    give(vm3, given("p3") + "/24");
    assertEquals("10.0.1.77", given("p3"));
    vm1.awaitReaches(given("p2"), PATIENCE);
    vm1.awaitReaches(given("p3"), PATIENCE);
    assertBothDoorsShowTheSame();
  }

  /** The IPv4 address of a port with dynamic ones. */
  private String given(String port) {
    var told = nbctl.run("get Logical_Switch_Port " + port + " dynamic_addresses").output();
    return told.strip().replace("\"", "").split(" ")[1];
  }

  private void mtu() throws IOException {
    make("mtu.nbctl");
    give(vm1, "10.0.1.11/24", "10.0.1.1");
    give(vm2, "10.0.2.12/24", "10.0.2.1");
    give(vm3, "10.0.3.13/24", "10.0.3.1");
    vm1.awaitReaches("10.0.2.12", PATIENCE);
    vm1.awaitReaches("10.0.3.13", PATIENCE);
    var large = new String[] {"ping", "-n", "-c", "1", "-W", "1", "-M", "do", "-s", "1372", ""};
    assertTrue(sent(large, "10.0.2.12").contains("mtu = 1300"), () -> sent(large, "10.0.2.12"));
    assertTrue(sent(large, "10.0.3.13").contains(" 0% packet loss"));
    succeeds("--wait=hv remove Logical_Router_Port r1-s2 options gateway_mtu");
    vm1.run("ip", "route", "flush", "cache");
    assertTrue(sent(large, "10.0.2.12").contains(" 0% packet loss"));
  }

  private String sent(String[] ping, String to) {
    ping[ping.length - 1] = to;
    return vm1.tryRun(ping);
  }

  private void advertisements() throws IOException {
    make("advertisements.nbctl");
    for (var vm : List.of(vm1, vm2, vm3)) {
      give(vm);
      vm.run("sh", "-c", "echo 1 >/proc/sys/net/ipv6/conf/eth0/accept_ra");
      for (var name : List.of("all", "default", "eth0")) {
        vm.run("sh", "-c", "echo 0 >/proc/sys/net/ipv6/conf/" + name + "/disable_ipv6");
      }
    }
    give(vm1, "fd00:1::11/64", "fd00:1::1");
    give(vm2, "fd00:1::12/64", "fd00:1::1");
    vm1.awaitReaches("fd00:1::12", PATIENCE);
    vm1.awaitReaches("fd00:2::ff:fe00:3", PATIENCE);
    assertEquals("1400", vm3.run("cat", "/proc/sys/net/ipv6/conf/eth0/mtu").strip());
    succeeds("--wait=hv lrp-set-enabled r1-s2 disabled");
    assertFalse(vm1.reaches("fd00:2::ff:fe00:3"));
  }

  /** Takes away the network there was and makes that of a file. */
  private void make(String file) throws IOException {
    for (var what : List.of("lr", "ls")) {
      NAMES
          .matcher(nbctl.run(what + "-list").output())
          .results()
          .forEach(name -> succeeds(what + "-del " + name.group(1)));
    }
    for (var line : Files.readAllLines(NETWORKS.resolve(file))) {
      if (!line.isBlank() && !line.startsWith("#")) {
        succeeds(line);
      }
    }
    for (var port : PORTS) {
      succeeds("wait-until Logical_Switch_Port " + port + " up=true");
    }
    succeeds("--wait=hv sync");
  }

  private void succeeds(String line) {
    var answer = nbctl.run(line);
    assertEquals(0, answer.status(), () -> line + ": " + answer.output());
  }

  /** Has the VM forget what it knew, and use an address and, where there is one, a gateway. */
  private static void give(Vm vm, String... addressAndGateway) {
    var words = new StringBuilder("set -e; ip address flush dev eth0 scope global");
    words.append("; ip neighbour flush dev eth0");
    if (addressAndGateway.length > 0) {
      words.append("; ip address add " + addressAndGateway[0] + " dev eth0");
      words.append(addressAndGateway[0].contains(":") ? " nodad" : "");
    }
    if (addressAndGateway.length > 1) {
      words.append("; ip route replace default via " + addressAndGateway[1]);
    }
    vm.run("sh", "-c", words.toString());
  }

  private void assertBothDoorsShowTheSame() {
    try (var northbound = new Northbound(controller.ports().grpc())) {
      for (var port : northbound.rows(LogicalSwitchPort.class)) {
        assertEquals(port.getDynamicAddresses().split(" ")[1], given(port.getName()));
      }
    }
  }
}
