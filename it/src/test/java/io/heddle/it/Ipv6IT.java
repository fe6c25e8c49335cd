package io.heddle.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.it.lab.Host;
import io.heddle.it.lab.Vm;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** VMs that find each other, their router and their own addresses by neighbour discovery alone. */
@Timeout(300)
class Ipv6IT extends LabTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration FAST = Duration.ofMillis(20);

  private static final String NETWORKS =
      """
      - {kind: LogicalSwitch, name: s1}
      - {kind: LogicalSwitch, name: s2, other_config: {ipv6_prefix: "fd00:2::/64"}}
      - {kind: LogicalRouter, name: r}
      - {kind: LogicalSwitchPort, name: p1, logical_switch: s1, addresses: ["02:00:00:00:00:01 fd00:1::11"]}
      - {kind: LogicalSwitchPort, name: p2, logical_switch: s1, addresses: ["02:00:00:00:00:02 fd00:1::12"]}
      - {kind: LogicalSwitchPort, name: p3, logical_switch: s2, addresses: ["02:00:00:00:00:03 dynamic"]}
      - {kind: LogicalRouterPort, name: r-s1, logical_router: r, mac: "0e:00:00:00:00:01", networks: ["fd00:1::1/64"]}
      - {kind: LogicalRouterPort, name: r-s2, logical_router: r, mac: "0e:00:00:00:00:02", networks: ["fd00:2::1/64"], ipv6_ra_configs: {%s}}
      - {kind: LogicalSwitchPort, name: s1-r, logical_switch: s1, type: router, addresses: [router], options: {router-port: r-s1}}
      - {kind: LogicalSwitchPort, name: s2-r, logical_switch: s2, type: router, addresses: [router], options: {router-port: r-s2}}
      """;

  private static final String ASKED = "address_mode: slaac, mtu: \"1400\"";
  private static final String UNASKED =
      ASKED + ", send_periodic: \"true\", max_interval: \"4\", min_interval: \"3\"";

  /** What the third VM makes of its MAC address and the prefix it hears (RFC 4291 appendix A). */
  private static final String OWN = "fd00:2::ff:fe00:3";

  private Host hv1;
  private Host hv2;

  @BeforeEach
  void start() {
    controller.start();
    hv1 = lab.host("hv1", "192.0.2.1");
    hv2 = lab.host("hv2", "192.0.2.2");
  }

  private Vm vm(int number, Host host) {
    return vm(number, host, "fd00:1::1" + number + "/64", "fd00:1::1");
  }

  /** One that has no address, and nobody who tells it one but routers. */
  private Vm vmWithoutAddress(int number, Host host) {
    return vm(number, host, "-");
  }

  /** It asks for routers when it begins, as any host does. */
  private static void useIpv6(Vm vm) {
    vm.run("sh", "-c", "echo 1 >/proc/sys/net/ipv6/conf/eth0/accept_ra");
    for (var name : new String[] {"all", "default", "eth0"}) {
      vm.run("sh", "-c", "echo 0 >/proc/sys/net/ipv6/conf/" + name + "/disable_ipv6");
    }
  }

  private static void awaitAddress(Vm vm) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!addresses(vm).contains(OWN + "/64") || addresses(vm).contains("tentative")) {
      assertTrue(System.nanoTime() < end, () -> addresses(vm) + lab(vm));
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static String addresses(Vm vm) {
    return vm.run("ip", "-6", "address", "show", "dev", "eth0");
  }

  private static String lab(Vm vm) {
    return vm.run("ip", "-6", "route") + vm.run("cat", "/proc/net/snmp6");
  }

  @Test
  void aHostAsksForItsAddressAndReachesAllOthers() throws InterruptedException {
    northbound.commit(NETWORKS.formatted(ASKED));
    var vm1 = vm(1, hv1);
    vm(2, hv2);
    var vm3 = vmWithoutAddress(3, hv2);
    northbound.awaitUp("p1", "p2", "p3");

    // In one network, over a tunnel.
    vm1.awaitReaches("fd00:1::12", PATIENCE);
    assertTrue(vm1.pingAnswered("fd00:1::12", 20, FAST).lossless());
    vm1.awaitReaches("fd00:1::1", PATIENCE);

    useIpv6(vm3);
    awaitAddress(vm3);
    var routes = vm3.run("ip", "-6", "route");
    assertTrue(routes.contains("default via fe80::c00:ff:fe00:2"), routes);
    assertTrue(vm3.run("cat", "/proc/sys/net/ipv6/conf/eth0/mtu").strip().equals("1400"));
    vm1.awaitReaches(OWN, PATIENCE);
    assertTrue(vm3.pingAnswered("fd00:1::11", 20, FAST).lossless());
    assertTrue(vm3.pingAnswered("fd00:1::12", 20, FAST).lossless());
    // Its router says that it is one.
    var neighbours = vm3.run("ip", "-6", "neighbour", "show", "fe80::c00:ff:fe00:2", "dev", "eth0");
    assertTrue(neighbours.contains("lladdr 0e:00:00:00:00:02 router"), neighbours);

    // Nobody loses anything while there is no controller.
    controller.kill();
    vm1.run("ip", "-6", "neighbour", "flush", "dev", "eth0");
    assertTrue(vm3.pingAnswered("fd00:1::11", 20, FAST).lossless());
    assertTrue(vm1.pingAnswered("fd00:1::12", 20, FAST).lossless());
  }

  @Test
  void routersAreHeardUnasked() throws InterruptedException {
    northbound.commit(NETWORKS.formatted(UNASKED));
    var vm1 = vm(1, hv1);
    var vm3 = vmWithoutAddress(3, hv2);
    northbound.awaitUp("p1", "p3");
    vm3.run("sh", "-c", "echo 0 >/proc/sys/net/ipv6/conf/eth0/router_solicitations");
    useIpv6(vm3);
    awaitAddress(vm3);
    vm1.awaitReaches(OWN, PATIENCE);
    assertEquals(List.of(), hv2.flows("br-int").stream().filter(Ipv6IT::punted).toList());
  }

  /** A flow that handed a question for routers over. */
  private static boolean punted(String flow) {
    return flow.contains("icmp_type=133") && !flow.contains("n_packets=0,");
  }

  @Test
  void anAddressThatSomebodyHasIsNotTaken() {
    northbound.commit(NETWORKS.formatted(ASKED));
    vm(1, hv1);
    var vm2 = vm(2, hv2);
    northbound.awaitUp("p1", "p2");
    vm2.awaitReaches("fd00:1::11", PATIENCE);
    vm2.run("ip", "address", "add", "fd00:1::11/64", "dev", "eth0");
    vm2.run("ip", "address", "add", "fd00:1::1/64", "dev", "eth0");
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (addresses(vm2).lines().filter(line -> line.contains("dadfailed")).count() < 2) {
      assertTrue(System.nanoTime() < end, () -> addresses(vm2));
    }
  }
}
