package io.heddle.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.heddle.it.lab.Host;
import io.heddle.it.lab.Vm;
import io.heddle.model.Ownership;
import io.heddle.v1.Division;
import io.heddle.v1.api.GetMembersResponse;
import io.heddle.v1.api.MemberStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The data plane does not notice which member owns a chassis, nor that one of them, some or all are
 * gone. They speak TLS, with each other and with hosts.
 */
class TakeoverIT {
  private static final Pattern ROLE = Pattern.compile(":([0-9]+)\"*,(master|slave)");
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Duration PAUSE = Duration.ofMillis(10);
  private static final Duration HOUR = Duration.ofHours(1);

  /** Shorter than what Open vSwitch remembers of the wires between hosts while packets flow. */
  private static final Duration LEAP = Duration.ofMinutes(5);

  @TempDir Path folder;
  private ThreeControllers cluster;
  private List<Host> hosts;
  private Vm vm;
  private Map<Host, Map<String, Double>> before;
  private long since;
  private int ports = 2;

  @Test
  @Timeout(900)
  void nothingThatHappensToMembersCostsAPacketOrAFlow() {
    try (var three = new ThreeControllers(folder)) {
      cluster = three;
      begin();
      try (var ping = vm.startPing(FirstLightIT.ip(2), PAUSE)) {
        killed("leader", leader(members("m1")));
        killed("owner", owner("m1"));
        eachStopsAndStartsAgain();
        aMinorityIsCutOff();
        allAreGoneForAnHour();
        var result = ping.stop();
        assertTrue(result.lossless(), result::toString);
        System.out.println("ping: " + result);
      }
    }
  }

  private void begin() {
    cluster.start(ThreeControllers.NAMES);
    hosts = List.of(cluster.host("hv1", "192.0.2.1"), cluster.host("hv2", "192.0.2.2"));
    vm = vm(1);
    vm(2);
    cluster.northbound("m1").commit(FirstLightIT.network(2));
    cluster.northbound("m2").awaitUp("p1", "p2");
    vm.awaitReaches(FirstLightIT.ip(2), Duration.ofSeconds(20));
    for (var host : hosts) {
      Northbound.await(
          host.name() + " to find all members",
          PATIENCE,
          () -> host.vsctl("get-manager").lines().count() == 3);
    }
    awaitRoles("m1", 3);
    before = hosts.stream().collect(Collectors.toMap(h -> h, RestartIT::durations));
    since = System.nanoTime();
    before.values().forEach(f -> assertTrue(f.size() > 15, "hardly any flows: " + f));
  }

  private Vm vm(int number) {
    return cluster.lab.vm(
        "vm" + number,
        hosts.get(number - 1),
        "p" + number,
        FirstLightIT.mac(number),
        FirstLightIT.ip(number) + "/24");
  }

  /** Who is left carries on at once, and takes it back. */
  private void killed(String what, String dying) {
    var asked = another(dying);
    cluster.member(dying).kill();
    long died = System.nanoTime();
    change(asked);
    System.out.printf(
        "%s %s killed: a change is installed everywhere after %d ms%n",
        what, dying, (System.nanoTime() - died) / 1_000_000);
    awaitRoles(asked, 2);
    cluster.member(dying).start();
    awaitAll(asked);
  }

  /** As an upgrade does it. */
  private void eachStopsAndStartsAgain() {
    for (var member : ThreeControllers.NAMES) {
      var asked = another(member);
      cluster.member(member).stop();
      long stopped = System.nanoTime();
      change(asked);
      System.out.printf(
          "%s stopped: a change is installed everywhere %d ms later%n",
          member, (System.nanoTime() - stopped) / 1_000_000);
      cluster.member(member).start();
      awaitAll(asked);
    }
    awaitRoles("m1", 3);
  }

  /** Cut off from the other members, not from the hosts, of which it owns one. */
  private void aMinorityIsCutOff() {
    var alone = owner("m1");
    var asked = another(alone);
    long began = cluster.northbound(asked).status().getRevision();
    var divisions = new ArrayList<>(again(() -> cluster.northbound(asked).rows(Division.class)));
    cluster.cutOff(alone);
    Northbound.await(
        "the others to take over",
        PATIENCE,
        () -> live(members(asked)) == 2 && !shares(asked).containsKey(alone));
    Northbound.await(
        alone + " to know that it is alone", PATIENCE, () -> live(members(alone)) == 1);
    long lonely = members(alone).getTerm();
    change(asked);
    awaitRoles(asked, 3);
    var refused =
        assertThrows(
            StatusRuntimeException.class,
            () -> cluster.northbound(alone).commit(FirstLightIT.port("q", FirstLightIT.mac(99))));
    assertEquals(Code.UNAVAILABLE, refused.getStatus().getCode());
    assertEquals(lonely, members(alone).getTerm(), "who is cut off stands for no election");
    long led = members(asked).getTerm();
    cluster.mend(alone);
    awaitAll(alone);
    awaitWholeShares(alone);
    awaitRoles(alone, 3);
    // A busy machine may take one for dead, but terms must not rise as long as one is away.
    long term = members(alone).getTerm();
    assertTrue(term <= led + 1, () -> alone + " has come back in term " + term + ", not " + led);
    divisions.addAll(cluster.northbound(asked).since(began, Division.class));
    hosts.forEach(host -> assertLeftAndTakenBackOnce(alone, host, divisions));
  }

  /** A division is an epoch, in which its owner claims the host and all others let go of it. */
  private static void assertLeftAndTakenBackOnce(
      String member, Host host, List<Division> divisions) {
    var owned = divisions.stream().map(division -> owns(member, host, division)).toList();
    long changes =
        IntStream.range(1, owned.size())
            .filter(i -> !owned.get(i).equals(owned.get(i - 1)))
            .count();
    assertTrue(changes <= 2, () -> host.name() + " is passed to and fro: " + divisions);
  }

  private static boolean owns(String member, Host host, Division division) {
    var owner = Ownership.divided("", 0, division.getSharesMap()).owner(host.name());
    return owner.equals(Optional.of(member));
  }

  /** First the two go that do not own the first host: its owner, alone, stays its master. */
  private void allAreGoneForAnHour() {
    var last = owner("m1");
    ThreeControllers.NAMES.stream()
        .filter(m -> !m.equals(last))
        .forEach(m -> cluster.member(m).kill());
    for (int i = 0; i < 6; i++) {
      pause(Duration.ofSeconds(1));
      assertEquals("master", roles(hosts.get(0)).get(last));
    }
    cluster.member(last).kill();
    assertStayed(Duration.ZERO);
    for (var passed = Duration.ZERO; passed.compareTo(HOUR) < 0; passed = passed.plus(LEAP)) {
      hosts.forEach(host -> host.appctl("time/warp", "" + LEAP.toMillis()));
      pause(PAUSE.multipliedBy(20));
    }
    // What a VM knows of its neighbours ages, too.
    vm.run("ip", "neigh", "flush", "dev", "eth0");
    pause(PAUSE.multipliedBy(50));
    assertStayed(HOUR);
    cluster.start(ThreeControllers.NAMES);
    // Nobody remembers which hosts there were, and none may have come yet.
    change("m2");
    awaitAll("m1");
    awaitRoles("m1", 3);
    assertStayed(HOUR);
  }

  private void assertStayed(Duration more) {
    double elapsed = (System.nanoTime() - since) / 1e9 + more.toSeconds();
    before.forEach((host, flows) -> RestartIT.assertStayed(host, flows, elapsed));
  }

  /** One more port, whose flows both hosts have as soon as it is told that they do. */
  private void change(String asked) {
    ports++;
    var fewest = before.values().stream().mapToInt(Map::size).min().orElseThrow();
    var port = FirstLightIT.port("q" + ports, FirstLightIT.mac(ports));
    // Once more it changes nothing.
    var receipt = again(() -> cluster.northbound(asked).commit(port));
    cluster.northbound(asked).awaitInstalled(receipt);
    for (var host : hosts) {
      int flows = RestartIT.durations(host).size();
      assertTrue(flows >= fewest + ports - 2, () -> host.name() + " has only " + flows);
    }
  }

  private GetMembersResponse members(String asked) {
    return cluster.northbound(asked).members();
  }

  private static long live(GetMembersResponse seen) {
    return seen.getMembersList().stream().filter(m -> m.getLive() && m.getVotes()).count();
  }

  private static String leader(GetMembersResponse seen) {
    return seen.getMembersList().stream()
        .filter(MemberStatus::getLeads)
        .map(MemberStatus::getName)
        .findFirst()
        .orElse("");
  }

  private static String another(String member) {
    return ThreeControllers.NAMES.stream().filter(m -> !m.equals(member)).findFirst().orElseThrow();
  }

  private void awaitAll(String asked) {
    Northbound.await(
        "all members to be there",
        PATIENCE,
        () -> live(members(asked)) == 3 && !leader(members(asked)).isEmpty());
  }

  /**
   * Who has come back gets its share in steps; before the last of them hosts still change hands.
   */
  private void awaitWholeShares(String asked) {
    Northbound.await(
        "all members to have the same share",
        PATIENCE,
        () -> {
          var shares = shares(asked).values();
          return shares.size() == 3 && Set.copyOf(shares).size() == 1;
        });
  }

  private Map<String, Integer> shares(String asked) {
    return again(() -> cluster.northbound(asked).rows(Division.class)).stream()
        .findFirst()
        .map(Division::getSharesMap)
        .orElse(Map.of());
  }

  /** As clients do, who need not know that there is an election. */
  private static <T> T again(Supplier<T> call) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return call.get();
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Code.UNAVAILABLE || System.nanoTime() > end) {
          throw e;
        }
        pause(PAUSE.multipliedBy(5));
      }
    }
  }

  private String owner(String asked) {
    return owner(asked, hosts.get(0));
  }

  private String owner(String asked, Host host) {
    return Ownership.divided("", 0, shares(asked)).owner(host.name()).orElse("");
  }

  /** By member, what the host's bridge takes it for; that it tells every five seconds. */
  private Map<String, String> roles(Host host) {
    var roles = new TreeMap<String, String>();
    host.vsctl("--format=csv", "--no-headings", "--columns=target,role", "list", "controller")
        .lines()
        .map(ROLE::matcher)
        .filter(found -> found.find())
        .forEach(f -> roles.put(cluster.ofOpenflow(Integer.parseInt(f.group(1))), f.group(2)));
    return roles;
  }

  private void awaitRoles(String asked, int live) {
    for (var host : hosts) {
      Northbound.await(
          host.name() + " to obey its owner alone",
          PATIENCE,
          () -> {
            var roles = roles(host);
            var owner = owner(asked, host);
            return roles.size() == live
                && roles.entrySet().stream()
                    .allMatch(r -> r.getValue().equals("master") == r.getKey().equals(owner));
          });
    }
  }

  private static void pause(Duration time) {
    try {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
