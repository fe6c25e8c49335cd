package io.heddle.it.ovn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.heddle.it.Northbound;
import io.heddle.it.lab.Command;
import io.heddle.it.lab.Lab;
import io.heddle.it.ovn.OvsdbMember.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** OVN's own clients with three members, through the kill of those who lead. */
@Timeout(600)
class OvsdbMembersIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String LEADS =
      "[\"_Server\",{\"op\":\"select\",\"table\":\"Database\",\"columns\":[\"leader\"],"
          + "\"where\":[[\"name\",\"==\",\"OVN_Northbound\"]]}]";

  @TempDir Path folder;
  private final Map<String, OvsdbMember> members = new TreeMap<>();

  @BeforeEach
  void start() {
    var ports = new TreeMap<String, Ports>();
    for (var name : List.of("m1", "m2", "m3")) {
      ports.put(name, new Ports(Lab.freePort(), Lab.freePort()));
    }
    for (var name : ports.keySet()) {
      members.put(name, new OvsdbMember(folder, name, ports));
    }
    members.values().forEach(OvsdbMember::start);
    members.values().forEach(OvsdbMember::awaitReady);
  }

  @AfterEach
  void stop() {
    members.values().forEach(OvsdbMember::close);
  }

  private String all() {
    return members.values().stream().map(OvsdbMember::database).collect(Collectors.joining(","));
  }

  private static Command.Result nbctl(String database, String... words) {
    var command = new ArrayList<>(List.of("ovn-nbctl", "--db=" + database, "--timeout=60"));
    command.addAll(List.of(words));
    return Command.runToAnyEnd(command, Map.of(), PATIENCE);
  }

  private static String done(Command.Result result) {
    assertEquals(0, result.status(), result.output());
    return result.output();
  }

  private static boolean leads(OvsdbMember member) {
    var command =
        List.of("ovsdb-client", "-voff", "--timeout=5", "transact", member.database(), LEADS);
    return Command.runToAnyEnd(command, Map.of(), PATIENCE).output().contains("\"leader\":true");
  }

  private OvsdbMember leader() {
    Northbound.await(
        "a leader", PATIENCE, () -> members.values().stream().anyMatch(OvsdbMembersIT::leads));
    return members.values().stream().filter(OvsdbMembersIT::leads).findFirst().orElseThrow();
  }

  @Test
  void ovnNbctlFindsWhoLeadsAndFollowersServeWhoDoesNotAskForIt() {
    done(nbctl(all(), "ls-add", "s1"));
    var leader = leader();
    for (var member : members.values()) {
      var name = "from" + member.database().replaceAll(".*:", "");
      done(nbctl(member.database(), "--no-leader-only", "ls-add", name));
      var seen = done(nbctl(member.database(), "--no-leader-only", "ls-list"));
      assertEquals(true, seen.contains(name), seen);
    }
    var follower = members.values().stream().filter(m -> m != leader).findFirst().orElseThrow();
    done(nbctl(follower.database() + "," + leader.database(), "ls-add", "s2"));
    var refused =
        Command.runToAnyEnd(
            List.of("ovn-nbctl", "--db=" + follower.database(), "--timeout=3", "ls-list"),
            Map.of(),
            PATIENCE);
    assertNotEquals(0, refused.status(), "whoever wants the leader does not take a follower");
    assertEquals(5, done(nbctl(all(), "ls-list")).lines().count());
  }

  @Test
  void theIdlOfPythonStaysInSyncThroughKillsOfTheLeader() throws Exception {
    var script = Path.of("src/test/resources/ovn/idl.py").toAbsolutePath().toString();
    var output = folder.resolve("idl.out");
    done(nbctl(all(), "init"));
    var copy =
        Command.start(
            List.of("/usr/bin/python3", script, all(), "last"),
            Map.of(),
            Redirect.to(output.toFile()));
    try {
      Northbound.await("the first copy", PATIENCE, () -> read(output).contains("synced"));
      for (int i = 0; i < 20; i++) {
        done(nbctl(all(), "ls-add", "s" + i, "--", "lsp-add", "s" + i, "p" + i));
        if (i % 3 == 0) {
          done(nbctl(all(), "ls-del", "s" + i));
        }
        if (i % 8 == 5) {
          var leader = leader();
          leader.kill();
          // A command tries each member once, and none leads during an election.
          leader();
          done(nbctl(all(), "ls-add", "while one of three is gone " + i));
          leader.start();
          leader.awaitReady();
        }
      }
      done(nbctl(all(), "ls-add", "last"));
      Northbound.await("the end of the copying", PATIENCE, () -> !copy.isAlive());
      var anew =
          Command.run(List.of("/usr/bin/python3", script, all(), "last"), Map.of(), PATIENCE);
      assertEquals(anew, read(output));
    } finally {
      copy.destroyForcibly();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
