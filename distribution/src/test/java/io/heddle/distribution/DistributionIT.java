package io.heddle.distribution;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.heddle.distribution.Instance.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The distribution as its users run it. */
class DistributionIT {
  private static final Duration STOP = Duration.ofSeconds(15);
  private static final Duration REFUSAL = Duration.ofSeconds(30);

  private static final String ROWS =
      """
      [ { "kind": "LogicalSwitch", "name": "web" },
        { "kind": "LogicalSwitchPort", "name": "vm1", "logical_switch": "web",
          "addresses": [ "0a:00:00:00:00:01 10.0.0.1" ] } ]
      """;

  @TempDir Path folder;

  @Test
  void startsAnswersAndStopsAndLeavesTheDistributionAlone() throws Exception {
    var before = files();
    var data = folder.resolve("data");
    try (var heddle = Instance.start(data, Ports.free())) {
      assertEquals(ServingStatus.SERVING, heddle.awaitHealth(ServingStatus.SERVING));
      assertConsole(heddle);
      assertKeysArePrivate(data);
      assertOthersAreRefused(heddle, data);
      heddle.terminate();
      assertEquals(0, heddle.awaitEnd(STOP), heddle.output());
      assertEquals(2, heddle.output().lines().count(), heddle.output());
    }
    assertEquals(before, files());
  }

  /** Else a bundle that is resolved while it is configured would not start, now and then. */
  @Test
  void theFeaturesServiceStartsAfterAllOthers() throws IOException {
    var bundles = new Properties();
    try (var startup = Files.newBufferedReader(Instance.HOME.resolve("etc/startup.properties"))) {
      bundles.load(startup);
    }
    var levels = new TreeMap<Integer, TreeSet<String>>();
    bundles.forEach(
        (bundle, level) ->
            levels
                .computeIfAbsent(Integer.valueOf(level.toString()), l -> new TreeSet<>())
                .add(Path.of(bundle.toString()).getFileName().toString().replaceAll("-.*", "")));
    assertEquals(Set.of("org.apache.karaf.features.core"), levels.lastEntry().getValue());
  }

  private static void assertConsole(Instance heddle) throws Exception {
    var status = heddle.console("heddle:status", "--json");
    assertEquals(0, status.status(), status.output());
    assertTrue(status.output().contains("\"ready\": true"), status.output());

    var unknown = heddle.console("heddle:show", "nothing");
    assertNotEquals(0, unknown.status());
    assertEquals("There is no logical switch nothing.", unknown.output().strip());

    var stranger =
        heddle.run(
            List.of(
                "ssh",
                "-F",
                "/dev/null",
                "-o",
                "BatchMode=yes",
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                "-p",
                "" + heddle.ports().ssh(),
                "karaf@127.0.0.1",
                "heddle:status"));
    assertNotEquals(0, stranger.status());
    assertTrue(stranger.output().contains("Permission denied (publickey)"), stranger.output());
  }

  private static void assertKeysArePrivate(Path data) throws IOException {
    try (var keys = Files.list(data.resolve("console"))) {
      for (var key : keys.toList()) {
        assertEquals(
            "rw-------",
            PosixFilePermissions.toString(Files.getPosixFilePermissions(key)),
            "" + key);
      }
    }
  }

  /** While one runs, neither its data nor its ports can be had by another. */
  private void assertOthersAreRefused(Instance heddle, Path data) throws Exception {
    assertRefusal(data, Ports.free(), "is in use by process ");
    var fresh = Ports.free();
    var taken =
        new Ports(
            fresh.openflow(),
            fresh.ovsdb(),
            heddle.ports().grpc(),
            fresh.northbound(),
            fresh.ssh());
    assertRefusal(
        folder.resolve("other"), taken, "gRPC cannot listen on 127.0.0.1 port " + taken.grpc());
    var shared =
        new Ports(
            fresh.openflow(), fresh.openflow(), fresh.grpc(), fresh.northbound(), fresh.ssh());
    assertRefusal(
        folder.resolve("other"), shared, "OVSDB cannot listen on 127.0.0.1 port " + shared.ovsdb());
  }

  @Test
  void refusesDataThatIsNotItsOwn() throws Exception {
    var older = Files.createDirectory(folder.resolve("older"));
    Files.writeString(older.resolve("version"), "heddle-data 0\n");
    var strange = Files.createDirectory(folder.resolve("strange"));
    Files.writeString(strange.resolve("thesis.txt"), "irreplaceable");
    assertAll(
        () -> assertRefusal(older, Ports.free(), "is of another version"),
        () -> assertRefusal(strange, Ports.free(), "it holds thesis.txt"));
    assertEquals("irreplaceable", Files.readString(strange.resolve("thesis.txt")));
  }

  /** What the launcher cannot foresee ends the start too, with the part's own words. */
  @Test
  void endsWhereAPartFails() throws Exception {
    var data = Files.createDirectory(folder.resolve("data"));
    Files.writeString(data.resolve("version"), "heddle-data 1\n");
    Files.writeString(data.resolve("store"), "where there should be a folder");
    try (var failed = Instance.launch(data, Ports.free())) {
      assertNotEquals(0, failed.awaitEnd(Instance.PATIENCE));
      var lines = failed.output().lines().toList();
      assertEquals(2, lines.size(), failed.output());
      assertTrue(lines.get(1).startsWith("Heddle does not start: The data folder "), lines.get(1));
    }
  }

  /** One line, a status that says failure, and soon. */
  private static void assertRefusal(Path data, Ports ports, String why) throws Exception {
    try (var refused = Instance.launch(data, ports)) {
      assertNotEquals(0, refused.awaitEnd(REFUSAL));
      assertEquals(1, refused.output().lines().count(), refused.output());
      assertTrue(refused.output().startsWith("Heddle does not start: "), refused.output());
      assertTrue(refused.output().contains(why), refused.output());
    }
  }

  @Test
  void survivesBeingKilledWheneverThatIs() throws Exception {
    var data = folder.resolve("data");
    var ports = Ports.free();
    var rows = Files.writeString(folder.resolve("rows.json"), ROWS);
    try (var heddle = Instance.start(data, ports)) {
      var applied = heddle.console("heddle:apply", rows.toString());
      assertEquals(0, applied.status(), applied.output());
      heddle.kill();
    }
    // In the middle of its start, which is when its own files are half written.
    try (var heddle = Instance.launch(data, ports)) {
      heddle.awaitLine("Heddle starts");
      Thread.sleep(1_500);
      heddle.kill();
    }
    try (var heddle = Instance.start(data, ports)) {
      var shown = heddle.console("heddle:show", "web");
      assertTrue(shown.output().contains("0a:00:00:00:00:01 10.0.0.1"), shown.output());
      heddle.terminate();
      assertEquals(0, heddle.awaitEnd(STOP), heddle.output());
    }
  }

  @Test
  void severalRunFromOneDistribution() throws Exception {
    try (var one = Instance.start(folder.resolve("one"), Ports.free());
        var two = Instance.start(folder.resolve("two"), Ports.free())) {
      var rows = Files.writeString(folder.resolve("rows.json"), ROWS);
      var applied = one.heddlectl("apply", rows.toString());
      assertEquals(0, applied.status(), applied.output());
      assertTrue(one.console("heddle:show").output().contains("vm1"));
      assertFalse(two.console("heddle:show").output().contains("vm1"));
    }
  }

  /** Every file of the distribution with its size and time. */
  private static TreeMap<String, String> files() throws IOException {
    var files = new TreeMap<String, String>();
    try (var tree = Files.walk(Instance.HOME)) {
      for (var file : tree.toList()) {
        files.put(
            file.toString(),
            Files.isDirectory(file)
                ? ""
                : Files.size(file) + " " + Files.getLastModifiedTime(file));
      }
    }
    return files;
  }
}
