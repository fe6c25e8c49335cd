package io.heddle.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.it.lab.Host;
import io.heddle.model.Ownership;
import io.heddle.v1.Division;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The data plane does not notice which member owns a chassis, nor that one dies. */
class TakeoverIT {
  private static final Pattern ROLE = Pattern.compile(":([0-9]+)\"*,(master|slave)");

  @TempDir Path folder;

  /** By member, what the host's bridge takes it for; that it tells every five seconds. */
  private static Map<String, String> roles(ThreeControllers cluster, Host host) {
    var roles = new TreeMap<String, String>();
    host.vsctl("--format=csv", "--no-headings", "--columns=target,role", "list", "controller")
        .lines()
        .map(ROLE::matcher)
        .filter(found -> found.find())
        .forEach(f -> roles.put(cluster.ofOpenflow(Integer.parseInt(f.group(1))), f.group(2)));
    return roles;
  }

  private static Map<String, Integer> shares(Northbound northbound) {
    return northbound.rows(Division.class).stream()
        .findFirst()
        .map(Division::getSharesMap)
        .orElse(Map.of());
  }

  private static String owner(Northbound northbound, Host host) {
    return Ownership.divided("", 0, shares(northbound)).owner(host.name()).orElse("");
  }

  private static void awaitRoles(
      ThreeControllers cluster, String asks, List<Host> hosts, int live) {
    for (var host : hosts) {
      Northbound.await(
          host.name() + " to obey its owner alone",
          Duration.ofSeconds(60),
          () -> {
            var roles = roles(cluster, host);
            var owner = owner(cluster.northbound(asks), host);
            return roles.size() == live
                && roles.entrySet().stream()
                    .allMatch(r -> r.getValue().equals("master") == r.getKey().equals(owner));
          });
    }
  }

  /** The two that do not own the first host die: its owner, alone, stays its master. */
  private static void aMinorityKeepsWhatItHas(ThreeControllers cluster, List<Host> hosts) {
    var host = hosts.get(0);
    var alone = owner(cluster.northbound("m1"), host);
    var dying = Stream.of("m1", "m2", "m3").filter(m -> !m.equals(alone)).toList();
    var before = roles(cluster, host);
    dying.forEach(member -> cluster.member(member).kill());
    for (int i = 0; i < 12; i++) {
      pause();
      assertEquals("master", roles(cluster, host).get(alone));
    }
    assertEquals("master", before.get(alone));
    dying.parallelStream().forEach(member -> cluster.member(member).start());
    awaitRoles(cluster, alone, hosts, 3);
  }

  private static void pause() {
    try {
      TimeUnit.SECONDS.sleep(1);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  @Timeout(600)
  void ownersThatDieCostNoPacketAndNoFlow() {
    try (var cluster = new ThreeControllers(folder)) {
      cluster.start();
      var hv1 = cluster.lab.host("hv1", "192.0.2.1");
      var hv2 = cluster.lab.host("hv2", "192.0.2.2");
      var hosts = List.of(hv1, hv2);
      var vm1 = cluster.lab.vm("vm1", hv1, "p1", FirstLightIT.mac(1), FirstLightIT.ip(1) + "/24");
      cluster.lab.vm("vm2", hv2, "p2", FirstLightIT.mac(2), FirstLightIT.ip(2) + "/24");
      cluster.northbound("m1").commit(FirstLightIT.network(2));
      cluster.northbound("m2").awaitUp("p1", "p2");
      vm1.awaitReaches(FirstLightIT.ip(2), Duration.ofSeconds(20));
      for (var host : hosts) {
        Northbound.await(
            host.name() + " to find all members",
            Duration.ofSeconds(30),
            () -> host.vsctl("get-manager").lines().count() == 3);
      }
      awaitRoles(cluster, "m1", hosts, 3);

      var before = Map.of(hv1, RestartIT.durations(hv1), hv2, RestartIT.durations(hv2));
      before.values().forEach(f -> assertTrue(f.size() > 15, "hardly any flows: " + f));
      long started = System.nanoTime();
      try (var ping = vm1.startPing(FirstLightIT.ip(2), Duration.ofMillis(10))) {
        for (int round = 0; round < 2; round++) {
          var dying = owner(cluster.northbound("m1"), hosts.get(round));
          var asks =
              Set.of("m1", "m2", "m3").stream()
                  .filter(m -> !m.equals(dying))
                  .sorted()
                  .findFirst()
                  .orElseThrow();
          cluster.member(dying).kill();
          long died = System.nanoTime();
          var port = "q" + round;
          cluster.northbound(asks).install(FirstLightIT.port(port, FirstLightIT.mac(5 + round)));
          long installed = System.nanoTime();
          for (var host : hosts) {
            int more = round;
            assertTrue(
                RestartIT.durations(host).size() > before.get(host).size() + more,
                () -> "not all flows are on " + host.name());
          }
          System.out.printf(
              "owner %s killed: a change is installed everywhere after %d ms%n",
              dying, (installed - died) / 1_000_000);
          awaitRoles(cluster, asks, hosts, 2);
          cluster.member(dying).start();
          Northbound.await(
              dying + " to have its share again",
              Duration.ofSeconds(60),
              () ->
                  shares(cluster.northbound(asks)).equals(Map.of("m1", 100, "m2", 100, "m3", 100)));
          awaitRoles(cluster, asks, hosts, 3);
        }
        aMinorityKeepsWhatItHas(cluster, hosts);
        var result = ping.stop();
        assertTrue(result.lossless(), result::toString);
      }
      double elapsed = (System.nanoTime() - started) / 1e9;
      before.forEach((host, flows) -> RestartIT.assertStayed(host, flows, elapsed));
    }
  }
}
