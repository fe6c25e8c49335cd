package io.heddle.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flow.Table;
import io.heddle.it.lab.Host;
import io.heddle.it.lab.Vm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** VMs in different networks, real hosts, and one and several routers between them. */
@Timeout(300)
class RouterIT extends LabTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration FAST = Duration.ofMillis(20);

  /** s1, r1, join, r2, a link, r3, s3; and s2, which is at r1 as well. */
  private static final String THREE_ROUTERS =
      """
      - {kind: LogicalSwitch, name: s1}
      - {kind: LogicalSwitch, name: s2}
      - {kind: LogicalSwitch, name: join}
      - {kind: LogicalSwitch, name: s3}
      - {kind: LogicalRouter, name: r1}
      - {kind: LogicalRouter, name: r2}
      - {kind: LogicalRouter, name: r3}
      - {kind: LogicalSwitchPort, name: p1, logical_switch: s1, addresses: ["02:00:00:00:00:01 10.0.1.11 fd00:1::11"]}
      - {kind: LogicalSwitchPort, name: p2, logical_switch: s2, addresses: ["02:00:00:00:00:02 10.0.2.12 fd00:2::12"]}
      - {kind: LogicalSwitchPort, name: p3, logical_switch: s3, addresses: ["02:00:00:00:00:03 10.0.3.13 fd00:3::13"]}
      - {kind: LogicalRouterPort, name: r1-s1, logical_router: r1, mac: "0e:00:00:00:00:11", networks: [10.0.1.1/24, "fd00:1::1/64"]}
      - {kind: LogicalRouterPort, name: r1-s2, logical_router: r1, mac: "0e:00:00:00:00:12", networks: [10.0.2.1/24, "fd00:2::1/64"]}
      - {kind: LogicalRouterPort, name: r1-join, logical_router: r1, mac: "0e:00:00:00:00:1f", networks: [100.64.0.1/16, "fd98::1/64"]}
      - {kind: LogicalRouterPort, name: r2-join, logical_router: r2, mac: "0e:00:00:00:00:2f", networks: [100.64.0.2/16, "fd98::2/64"]}
      - {kind: LogicalRouterPort, name: r2-r3, logical_router: r2, mac: "0e:00:00:00:00:23", networks: [10.99.0.2/24, "fd99::2/64"], peer: r3-r2}
      - {kind: LogicalRouterPort, name: r3-r2, logical_router: r3, mac: "0e:00:00:00:00:32", networks: [10.99.0.3/24, "fd99::3/64"], peer: r2-r3}
      - {kind: LogicalRouterPort, name: r3-s3, logical_router: r3, mac: "0e:00:00:00:00:33", networks: [10.0.3.1/24, "fd00:3::1/64"]}
      - {kind: LogicalSwitchPort, name: s1-r1, logical_switch: s1, type: router, addresses: [router], options: {router-port: r1-s1}}
      - {kind: LogicalSwitchPort, name: s2-r1, logical_switch: s2, type: router, addresses: [router], options: {router-port: r1-s2}}
      - {kind: LogicalSwitchPort, name: join-r1, logical_switch: join, type: router, addresses: [router], options: {router-port: r1-join}}
      - {kind: LogicalSwitchPort, name: join-r2, logical_switch: join, type: router, addresses: [router], options: {router-port: r2-join}}
      - {kind: LogicalSwitchPort, name: s3-r3, logical_switch: s3, type: router, addresses: [router], options: {router-port: r3-s3}}
      - {kind: StaticRoute, logical_router: r1, ip_prefix: 0.0.0.0/0, nexthop: 100.64.0.2}
      - {kind: StaticRoute, logical_router: r1, ip_prefix: "::/0", nexthop: "fd98::2"}
      - {kind: StaticRoute, logical_router: r2, ip_prefix: 10.0.0.0/16, nexthop: 100.64.0.1}
      - {kind: StaticRoute, logical_router: r2, ip_prefix: "fd00::/16", nexthop: "fd98::1"}
      - {kind: StaticRoute, logical_router: r2, ip_prefix: 10.0.3.0/24, nexthop: 10.99.0.3}
      - {kind: StaticRoute, logical_router: r2, ip_prefix: "fd00:3::/64", nexthop: "fd99::3"}
      - {kind: StaticRoute, logical_router: r3, ip_prefix: 0.0.0.0/0, nexthop: 10.99.0.2}
      - {kind: StaticRoute, logical_router: r3, ip_prefix: "::/0", nexthop: "fd99::2"}
      """;

  private static final List<String> HOPS = List.of("10.0.1.1", "100.64.0.2", "10.99.0.3");
  private static final List<String> HOPS_IPV6 = List.of("fd00:1::1", "fd98::2", "fd99::3");
  private static final Pattern HOP = Pattern.compile("(?m)^ *\\d+ +([0-9a-f.:*]+)");

  private List<Host> hosts;

  @BeforeEach
  void start() {
    controller.start();
  }

  private void hosts(int number, String encapsulation) {
    hosts = new ArrayList<>();
    for (int i = 1; i <= number; i++) {
      hosts.add(lab.host("hv" + i, "192.0.2." + i, "--encap", encapsulation));
    }
  }

  /** The VM of port pN in network sN. */
  private Vm vm(int number, Host host) {
    var addresses = ip(number) + "/24," + ipv6(number) + "/64";
    return vm(number, host, addresses, gateway(number), "fd00:" + number + "::1");
  }

  private static String ip(int number) {
    return "10.0.%d.1%d".formatted(number, number);
  }

  private static String ipv6(int number) {
    return "fd00:%d::1%d".formatted(number, number);
  }

  private static String gateway(int number) {
    return "10.0." + number + ".1";
  }

  private static void assertLossless(Vm from, String address) {
    // The first packet of a tunnel waits for nobody while the underlay's address is found out.
    from.awaitReaches(address, PATIENCE);
    var ping = from.pingAnswered(address, 20, FAST);
    assertTrue(ping.lossless(), ping::output);
  }

  @ParameterizedTest
  @ValueSource(strings = {"geneve", "vxlan"})
  void networksReachEachOther(String encapsulation) {
    hosts(3, encapsulation);
    northbound.commit(THREE_ROUTERS);
    var vm1 = vm(1, hosts.get(0));
    var vm2 = vm(2, hosts.get(1));
    var vm3 = vm(3, hosts.get(2));
    northbound.awaitUp("p1", "p2", "p3");

    assertLossless(vm1, ip(2));
    assertLossless(vm2, ip(3));
    assertLossless(vm3, ip(1));
    assertLossless(vm1, ipv6(2));
    assertLossless(vm3, ipv6(1));
    for (var own : List.of(gateway(1), gateway(2), "100.64.0.1", "100.64.0.2", "10.99.0.3")) {
      assertLossless(vm1, own);
    }
    for (var own : List.of("fd00:1::1", "fd00:2::1", "fd98::2", "fd99::3")) {
      assertLossless(vm1, own);
    }
    assertTrue(vm1.throughput(vm2, ip(2), Duration.ofSeconds(2)) > 1e6, "between two networks");
    assertTrue(vm1.throughput(vm3, ipv6(3), Duration.ofSeconds(2)) > 1e6, "over three routers");

    assertEquals(and(HOPS, ip(3)), traceroute(vm1, "-4", ip(3)));
    assertEquals(and(HOPS_IPV6, ipv6(3)), traceroute(vm1, "-6", ipv6(3)));

    // Packets that were on their way to the old place may be lost, and no others.
    moveUnderPing(vm1, vm3, hosts.get(0));
    moveUnderPing(vm1, vm3, hosts.get(1));
    assertLossless(vm3, ip(2));
  }

  private void moveUnderPing(Vm from, Vm moved, Host to) {
    try (var ping = from.startPing(ip(3), FAST)) {
      moved.moveTo(to);
      northbound.awaitUp("p3");
      from.awaitReaches(ip(3), PATIENCE);
      assertTrue(from.pingAnswered(ip(3), 20, FAST).lossless(), "after it moved to " + to.name());
      assertTrue(ping.stop().received() > 0);
    }
  }

  private static List<String> and(List<String> hops, String last) {
    var all = new ArrayList<>(hops);
    all.add(last);
    return all;
  }

  private static List<String> traceroute(Vm from, String version, String address) {
    var text = from.tryRun("traceroute", version, "-n", "-q", "1", "-w", "10", address);
    return HOP.matcher(text).results().map(r -> r.group(1)).toList();
  }

  @Test
  void theRouterAnswersForPortsNobodyListensTo() {
    hosts(2, "geneve");
    northbound.commit(THREE_ROUTERS);
    var vm1 = vm(1, hosts.get(0));
    vm(3, hosts.get(1));
    northbound.awaitUp("p1", "p3");
    vm1.awaitReaches(gateway(1), PATIENCE);
    for (var own : List.of(gateway(1), "10.99.0.3", "fd00:1::1", "fd99::3")) {
      assertRefused(vm1.tryRun("bash", "-c", UDP.formatted(own)), "UDP to " + own);
      assertRefused(vm1.tryRun("bash", "-c", TCP.formatted(own)), "TCP to " + own);
    }
    var nowhere = vm1.ping("10.9.9.9", 1, FAST);
    assertTrue(nowhere.output().contains("From "), nowhere::output);
  }

  /** Linux tells of port unreachable whoever reads from the socket. */
  private static final String UDP = "exec 3<>/dev/udp/%s/9; echo >&3; timeout 20 cat <&3";

  private static final String TCP = "timeout 20 bash -c 'exec 3<>/dev/tcp/%s/9'";

  private static void assertRefused(String output, String what) {
    assertTrue(output.contains("Connection refused"), () -> what + ": " + output);
  }

  private static final int CONNECTIONS = 10_000;
  private static final int FIRST_PORT = 20_000;
  private static final double UNEVEN = 0.1;

  /** Packets that may get lost where a busy machine's buffers are full. */
  private static final int LOST = CONNECTIONS / 20;

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void routesOfOnePrefixShareItsConnections(int paths) {
    hosts(2, "geneve");
    northbound.commit(parallel(paths));
    var vm1 = vm(1, hosts.get(0));
    vm(3, hosts.get(1));
    northbound.awaitUp("p1", "p3");
    vm1.awaitReaches(ip(3), PATIENCE);

    var before = settled(hosts.get(0), 0);
    vm1.connect(ip(3), 9, FIRST_PORT, CONNECTIONS, 1);
    var after = settled(hosts.get(0), sum(before) + CONNECTIONS - LOST);
    assertEquals(paths, after.size());
    double even = (sum(after) - sum(before)) / (double) paths;
    after.forEach(
        (path, packets) ->
            assertEquals(even, packets - before.get(path), UNEVEN * even, after::toString));

    // One connection stays on its path.
    vm1.connect(ip(3), 9, FIRST_PORT, 1, LOST);
    var last = settled(hosts.get(0), sum(after) + LOST / 2);
    assertEquals(1, last.keySet().stream().filter(p -> last.get(p) > after.get(p)).count());
  }

  private static String parallel(int paths) {
    var rows =
        new StringBuilder(
            """
            - {kind: LogicalSwitch, name: s1}
            - {kind: LogicalSwitch, name: join}
            - {kind: LogicalSwitch, name: s3}
            - {kind: LogicalRouter, name: r1}
            - {kind: LogicalSwitchPort, name: p1, logical_switch: s1, addresses: ["02:00:00:00:00:01 10.0.1.11 fd00:1::11"]}
            - {kind: LogicalSwitchPort, name: p3, logical_switch: s3, addresses: ["02:00:00:00:00:03 10.0.3.13 fd00:3::13"]}
            - {kind: LogicalRouterPort, name: r1-s1, logical_router: r1, mac: "0e:00:00:00:00:11", networks: [10.0.1.1/24]}
            - {kind: LogicalRouterPort, name: r1-join, logical_router: r1, mac: "0e:00:00:00:00:1f", networks: [100.64.0.1/16]}
            - {kind: LogicalSwitchPort, name: s1-r1, logical_switch: s1, type: router, addresses: [router], options: {router-port: r1-s1}}
            - {kind: LogicalSwitchPort, name: join-r1, logical_switch: join, type: router, addresses: [router], options: {router-port: r1-join}}
            """);
    for (int i = 1; i <= paths; i++) {
      rows.append(
          """
          - {kind: LogicalRouter, name: m#}
          - {kind: LogicalRouterPort, name: m#-join, logical_router: m#, mac: "0e:00:00:00:01:0#", networks: [100.64.1.#/16]}
          - {kind: LogicalRouterPort, name: m#-s3, logical_router: m#, mac: "0e:00:00:00:02:0#", networks: [10.0.3.#/24]}
          - {kind: LogicalSwitchPort, name: join-m#, logical_switch: join, type: router, addresses: [router], options: {router-port: m#-join}}
          - {kind: LogicalSwitchPort, name: s3-m#, logical_switch: s3, type: router, addresses: [router], options: {router-port: m#-s3}}
          - {kind: StaticRoute, logical_router: r1, ip_prefix: 10.0.3.0/24, nexthop: 100.64.1.#}
          - {kind: StaticRoute, logical_router: m#, ip_prefix: 10.0.1.0/24, nexthop: 100.64.0.1}
          """
              .replace("#", "" + i));
    }
    return rows.toString();
  }

  private static long sum(Map<String, Long> packets) {
    return packets.values().stream().mapToLong(n -> n).sum();
  }

  private static final Pattern PACKETS = Pattern.compile("n_packets=(\\d+).*priority=\\d+,(\\S+)");

  /** Packets by path, once there are so many and no more come. */
  private static Map<String, Long> settled(Host host, long least) {
    var last = new ArrayList<Map<String, Long>>(List.of(packets(host)));
    Northbound.await(
        least + " packets on all paths, counted twice, of " + last,
        PATIENCE,
        () -> {
          pauseForCounters();
          var now = packets(host);
          boolean settled = sum(now) >= least && now.equals(last.get(0));
          last.set(0, now);
          return settled;
        });
    return last.get(0);
  }

  private static Map<String, Long> packets(Host host) {
    var packets = new TreeMap<String, Long>();
    for (var line : host.ofctl("dump-flows", "br-int", "table=" + ecmp()).lines().toList()) {
      Matcher counted = PACKETS.matcher(line);
      if (counted.find()) {
        packets.put(counted.group(2), Long.parseLong(counted.group(1)));
      }
    }
    return packets;
  }

  private static int ecmp() {
    return Table.ROUTER_IN_ECMP.number();
  }

  /** Open vSwitch adds up its datapath's counters every half second. */
  private static void pauseForCounters() {
    try {
      Thread.sleep(1000);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
