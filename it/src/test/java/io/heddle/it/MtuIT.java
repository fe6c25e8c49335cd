package io.heddle.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.it.lab.Host;
import io.heddle.it.lab.Vm;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** VMs that send 1500 bytes over an underlay that carries 1500, tunnels' headers included. */
@Timeout(300)
class MtuIT extends LabTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofSeconds(3);

  /** In bit/s: a stalled stream has sent what fits into its first window. */
  private static final double FLOWS = 5e6;

  private static final String NETWORK =
      """
      - {kind: LogicalSwitch, name: s1}
      - {kind: LogicalSwitch, name: s2}
      - {kind: LogicalRouter, name: r1}
      - {kind: LogicalSwitchPort, name: p1, logical_switch: s1, addresses: ["02:00:00:00:00:01 10.0.1.11 fd00:1::11"]}
      - {kind: LogicalSwitchPort, name: p2, logical_switch: s1, addresses: ["02:00:00:00:00:02 10.0.1.12 fd00:1::12"]}
      - {kind: LogicalSwitchPort, name: p3, logical_switch: s2, addresses: ["02:00:00:00:00:03 10.0.2.13 fd00:2::13"]}
      - {kind: LogicalRouterPort, name: r1-s1, logical_router: r1, mac: "0e:00:00:00:00:01", networks: [10.0.1.1/24, "fd00:1::1/64"]}
      - {kind: LogicalRouterPort, name: r1-s2, logical_router: r1, mac: "0e:00:00:00:00:02", networks: [10.0.2.1/24, "fd00:2::1/64"]}
      - {kind: LogicalSwitchPort, name: s1-r1, logical_switch: s1, type: router, addresses: [router], options: {router-port: r1-s1}}
      - {kind: LogicalSwitchPort, name: s2-r1, logical_switch: s2, type: router, addresses: [router], options: {router-port: r1-s2}}
      """;

  @BeforeEach
  void start() {
    controller.start();
  }

  private Vm vm(int number, Host host, int network) {
    var gateway = "fd00:" + network + "::1";
    var addresses = "10.0.%d.1%d/24,fd00:%d::1%d/64".formatted(network, number, network, number);
    var vm = vm(number, host, addresses, "10.0." + network + ".1", gateway);
    introduce(vm, gateway, "0e:00:00:00:00:0" + network);
    return vm;
  }

  @ParameterizedTest
  @CsvSource({"geneve, 1442", "vxlan, 1450"})
  void tcpDoesNotStallAndSendersLearnWhatFits(String encapsulation, int carried) {
    var hv1 = lab.host("hv1", "192.0.2.1", "--encap", encapsulation, "--mtu", "1500");
    var hv2 = lab.host("hv2", "192.0.2.2", "--encap", encapsulation, "--mtu", "1500");
    northbound.commit(NETWORK);
    var vm1 = vm(1, hv1, 1);
    var vm2 = vm(2, hv2, 1);
    var vm3 = vm(3, hv2, 2);
    northbound.awaitUp("p1", "p2", "p3");
    for (var address : new String[] {"10.0.1.12", "fd00:1::12", "10.0.2.13", "fd00:2::13"}) {
      vm1.awaitReaches(address, PATIENCE);
    }
    assertFlows(vm1, vm2, "10.0.1.12");
    assertFlows(vm1, vm2, "fd00:1::12");
    assertFlows(vm1, vm3, "10.0.2.13");
    assertFlows(vm1, vm3, "fd00:2::13");
    assertEquals(carried, learned(vm1, "10.0.1.12"));
    assertEquals(carried, learned(vm1, "fd00:2::13"));
    var ping = vm1.tryRun("ping", "-c", "3", "-i", "0.2", "-M", "do", "-s", "1472", "10.0.2.13");
    assertTrue(ping.contains("mtu") && ping.contains("" + carried), ping);
  }

  private static void assertFlows(Vm from, Vm to, String address) {
    double throughput = from.throughput(to, address, SHORT);
    assertTrue(throughput > FLOWS, "to " + address + " go " + throughput + " bit/s");
  }

  private static int learned(Vm vm, String address) {
    var route = vm.run("ip", "route", "get", address);
    var words = route.replaceFirst("(?s).* mtu (\\d+).*", "$1");
    assertTrue(words.matches("\\d+"), route);
    return Integer.parseInt(words);
  }
}
