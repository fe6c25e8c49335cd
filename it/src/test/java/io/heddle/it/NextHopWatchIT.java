package io.heddle.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.it.lab.Command;
import io.heddle.it.lab.Vm;
import io.heddle.v1.Bfd;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A router watches a next hop that runs BIRD; ovn-nbctl wants it to. */
@Timeout(300)
class NextHopWatchIT extends LabTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String NETWORK =
      """
      - {kind: LogicalSwitch, name: s1}
      - {kind: LogicalSwitch, name: join}
      - {kind: LogicalRouter, name: r1}
      - {kind: LogicalSwitchPort, name: p1, logical_switch: s1, addresses: ["02:00:00:00:00:01 10.0.1.11"]}
      - {kind: LogicalSwitchPort, name: p2, logical_switch: join, addresses: ["02:00:00:00:00:02 100.64.0.12"]}
      - {kind: LogicalRouterPort, name: r1-s1, logical_router: r1, mac: "0e:00:00:00:00:11", networks: [10.0.1.1/24]}
      - {kind: LogicalRouterPort, name: r1-join, logical_router: r1, mac: "0e:00:00:00:00:1f", networks: [100.64.0.1/16]}
      - {kind: LogicalSwitchPort, name: s1-r1, logical_switch: s1, type: router, addresses: [router], options: {router-port: r1-s1}}
      - {kind: LogicalSwitchPort, name: join-r1, logical_switch: join, type: router, addresses: [router], options: {router-port: r1-join}}
      """;

  /** Is missed after two seconds. */
  private static final String BIRD =
      """
      router id 100.64.0.12;
      protocol device {}
      protocol bfd {
        interface "eth0" { min rx interval 200 ms; min tx interval 200 ms; multiplier 10; };
        neighbor 100.64.0.1 dev "eth0" local 100.64.0.12;
      }
      """;

  /** Address, interface and state, then since when. */
  private static final Pattern SESSION =
      Pattern.compile("100\\.64\\.0\\.1\\s+eth0\\s+(\\S+)\\s+(\\S+)");

  private static final String BEHIND = "10.9.0.1";

  private Vm vm2;

  private void startBird() throws IOException {
    Files.writeString(folder.resolve("bird.conf"), BIRD);
    vm2.run("bird", "-c", file("conf"), "-s", file("ctl"), "-P", file("pid"));
  }

  private String file(String kind) {
    return folder.resolve("bird." + kind).toString();
  }

  /** As the power goes: nobody is told. */
  private void killBird() throws IOException {
    Command.run(
        List.of("kill", "-9", Files.readString(folder.resolve("bird.pid")).strip()),
        Map.of(),
        PATIENCE);
    Files.delete(folder.resolve("bird.pid"));
  }

  @AfterEach
  void endBird() throws IOException {
    if (Files.exists(folder.resolve("bird.pid"))) {
      killBird();
    }
  }

  /** Since when the peer's session is up; BIRD works it out anew each time, to the millisecond. */
  private LocalTime birdUpSince() {
    var said = vm2.run("birdc", "-s", file("ctl"), "show", "bfd", "sessions");
    var session = SESSION.matcher(said);
    assertTrue(session.find(), said);
    assertEquals("Up", session.group(1), said);
    return LocalTime.parse(session.group(2));
  }

  private static boolean isSame(LocalTime one, LocalTime other) {
    return Duration.between(one, other).abs().compareTo(Duration.ofSeconds(1)) < 0;
  }

  private String nbctl(String... words) {
    var database = "--db=tcp:127.0.0.1:" + controller.ports().northbound();
    var line = Stream.concat(Stream.of("ovn-nbctl", database), Stream.of(words)).toList();
    return Command.run(line, Map.of(), PATIENCE).strip();
  }

  private String status() {
    return northbound.rows(Bfd.class).get(0).getStatus();
  }

  private void awaitStatus(String status) {
    Northbound.await("the session to be " + status, PATIENCE, () -> status().equals(status));
  }

  @Test
  void routesFollowTheSession() throws IOException {
    controller.start();
    var hv1 = lab.host("hv1", "192.0.2.1");
    var hv2 = lab.host("hv2", "192.0.2.2");
    northbound.commit(NETWORK);
    var vm1 = vm(1, hv1, "10.0.1.11/24", "10.0.1.1");
    vm2 = vm(2, hv2, "100.64.0.12/16", "100.64.0.1");
    vm2.run("ip", "address", "add", BEHIND + "/32", "dev", "lo");
    northbound.awaitUp("p1", "p2");
    vm1.awaitReaches("100.64.0.12", PATIENCE);

    nbctl("--bfd", "lr-route-add", "r1", "10.9.0.0/16", "100.64.0.12", "r1-join");
    var session = nbctl("--bare", "--columns=_uuid", "list", "BFD");
    nbctl("set", "BFD", session, "min_tx=400", "min_rx=200", "detect_mult=250");
    awaitStatus("down");
    assertFalse(vm1.reaches(BEHIND));

    startBird();
    awaitStatus("up");
    vm1.awaitReaches(BEHIND, PATIENCE);

    // The next controller goes on with it, and nobody notices.
    var since = birdUpSince();
    controller.kill();
    controller.start();
    Northbound.await("the host to be back", PATIENCE, () -> northbound.connected() >= 2);
    assertTrue(vm1.reaches(BEHIND));
    assertEquals("up", status());
    assertTrue(isSame(since, birdUpSince()));

    killBird();
    awaitStatus("down");
    Northbound.await("the route to be gone", PATIENCE, () -> !vm1.reaches(BEHIND));

    startBird();
    awaitStatus("up");
    vm1.awaitReaches(BEHIND, PATIENCE);
    assertFalse(isSame(since, birdUpSince()));

    var route = nbctl("--bare", "--columns=_uuid", "list", "Logical_Router_Static_Route");
    nbctl("clear", "Logical_Router_Static_Route", route, "bfd");
    awaitStatus("admin_down");
    assertTrue(vm1.reaches(BEHIND));
  }
}
