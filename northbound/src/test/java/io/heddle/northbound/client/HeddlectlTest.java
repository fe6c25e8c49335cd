package io.heddle.northbound.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Problem;
import io.heddle.northbound.CannotListenException;
import io.heddle.northbound.grpc.Served;
import io.heddle.v1.LogicalSwitchPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line against a real server. */
class HeddlectlTest {
  private static final String ROWS =
      """
      - {kind: LogicalSwitch, name: blue}
      - {kind: LogicalSwitchPort, name: vm1, logical_switch: blue, addresses: ["0a:00:00:00:00:01 10.0.0.1"]}
      - {kind: LogicalSwitchPort, name: vm2, logical_switch: blue, addresses: [unknown]}
      """;

  private record Ran(int exitCode, String out, String err) {
    List<String> lines() {
      return out.lines().toList();
    }
  }

  @TempDir private Path folder;
  private Served served;

  @BeforeEach
  void serve() throws CannotListenException {
    served = new Served();
  }

  @AfterEach
  void close() {
    served.close();
  }

  private Ran run(String... arguments) {
    return runAt("127.0.0.1:" + served.server.port(), arguments);
  }

  private static Ran runAt(String server, String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var all = Stream.concat(Stream.of(arguments), Stream.of("--server", server));
    int code =
        Heddlectl.run(new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
    return new Ran(code, out.toString(), err.toString());
  }

  private Ran ok(String... arguments) {
    var ran = run(arguments);
    assertEquals(0, ran.exitCode(), ran.toString());
    return ran;
  }

  private String file(String text) throws IOException {
    return Files.writeString(folder.resolve("rows.yaml"), text).toString();
  }

  @Test
  void rowsAreAppliedListedAndShown() throws Exception {
    assertEquals("revision 1: 3 rows\n", ok("apply", file(ROWS)).out());
    var list = ok("list", "logical_switch_port").lines();
    assertTrue(
        list.get(0).matches("NAME +LOGICAL_SWITCH +ADDRESSES +TUNNEL_KEY +UUID"), list.get(0));
    assertTrue(list.get(1).matches("vm1 +blue +0a:00:00:00:00:01 10.0.0.1 +1 +[0-9a-f-]{36}"));
    assertEquals(3, list.size());
    var one = ok("list", "LogicalSwitchPort", "--where", "addresses=unknown").lines();
    assertTrue(one.get(1).startsWith("vm2 "), one.get(1));
    var shown = ok("get", "LogicalSwitch", "blue").out();
    assertTrue(shown.matches("(?s)uuid +[0-9a-f-]{36}\nname +blue\ntunnel_key +1\n.*"), shown);
  }

  @Test
  void whatIsListedAsJsonCanBeAppliedAgain() throws Exception {
    ok("apply", file(ROWS));
    var json = ok("list", "LogicalSwitchPort", "--json").out();
    var port = ok("get", "LogicalSwitchPort", "vm1", "--json").out();
    assertTrue(port.contains("\"addresses\": ["), port);
    assertEquals("revision 1: 2 rows\n", ok("apply", file(json)).out(), "nothing changed");
    ok("delete", "LogicalSwitchPort", "vm1", "vm2");
    assertEquals("revision 3: 2 rows\n", ok("apply", file(json)).out());
    assertEquals(
        json.replaceAll("(created|version)\": 1", "$1\": 3"),
        ok("list", "LogicalSwitchPort", "--json").out());
  }

  /** Also where the rows come in another order, as those of a backup do. */
  @Test
  void addressesThatWereGivenAreShownAndComeBackWithABackup() throws Exception {
    var row = "- {kind: LogicalSwitchPort, name: %s, logical_switch: blue, addresses: [dynamic]}\n";
    var network = "- {kind: LogicalSwitch, name: blue, other_config: {subnet: 10.0.0.0/24}}\n";
    ok("apply", file(network + row.formatted("z")));
    ok("apply", file(row.formatted("a")));
    var json = ok("list", "LogicalSwitchPort", "--json").out();
    assertTrue(json.contains("\"dynamic_addresses\": \"0a:00:00:00:00:02 10.0.0.2\""), json);
    var table = ok("list", "LogicalSwitchPort").out();
    assertTrue(table.contains("0a:00:00:00:00:03 10.0.0.3"), table);
    ok("delete", "LogicalSwitchPort", "a", "z");
    ok("apply", file(json));
    assertEquals("0a:00:00:00:00:03 10.0.0.3", given("a"));
    assertEquals("0a:00:00:00:00:02 10.0.0.2", given("z"));
  }

  private String given(String port) {
    var snapshot = served.store.snapshot();
    var uuid = snapshot.index(LogicalSwitchPort.class, "name", port).iterator().next();
    return snapshot.get(LogicalSwitchPort.class, uuid).orElseThrow().getDynamicAddresses();
  }

  @Test
  void everyFaultNamesTheFilesRowAndField() throws Exception {
    var path =
        file(
            """
            - {kind: LogicalSwitch, name: blue}
            - {kind: LogicalSwitchPort, name: vm1, logical_switch: red}
            - {kind: LogicalSwitchPort, name: vm2, logical_switch: blue, addresses: [nonsense]}
            """);
    var ran = run("apply", path);
    assertEquals(1, ran.exitCode());
    var lines = ran.err().lines().toList();
    assertEquals(
        "heddlectl: "
            + path
            + " row 2 (LogicalSwitchPort vm1) logical_switch: there is no LogicalSwitch red",
        lines.get(0));
    assertTrue(
        lines
            .get(1)
            .startsWith("heddlectl: " + path + " row 3 (LogicalSwitchPort vm2) addresses[0]: "),
        lines.get(1));
    assertEquals("heddlectl: (2 errors)", lines.get(2));
    assertEquals(0, served.store.snapshot().revision());
  }

  @Test
  void aMalformedFileNeverReachesTheServer() throws Exception {
    var ran = run("apply", file("{\"kind\": \"LogicalSwitch\", \"nmae\": \"blue\"}"));
    assertEquals(2, ran.exitCode());
    assertTrue(ran.err().contains("row 1 (LogicalSwitch): "), ran.err());
    assertTrue(ran.err().contains("nmae"), ran.err());
    assertEquals(2, run("apply", folder.resolve("absent").toString()).exitCode());
  }

  @Test
  void exitCodesTellWhatFailed() throws Exception {
    var absent = run("get", "LogicalSwitch", "absent");
    assertEquals(4, absent.exitCode());
    assertEquals("heddlectl: there is no LogicalSwitch absent\n", absent.err());
    assertEquals(1, run("delete", "LogicalSwitch", "absent").exitCode());
    var unknown = run("list", "Nothing");
    assertEquals(2, unknown.exitCode());
    assertTrue(unknown.err().contains("there are LogicalSwitch, "), unknown.err());
    assertEquals(2, run("list", "LogicalSwitch", "--where", "name").exitCode());
    assertEquals(1, run("list", "LogicalSwitch", "--where", "colour=red").exitCode());
    assertEquals(2, run().exitCode());
    assertEquals(5, run("wait", "7", "--timeout", "1").exitCode());
    assertEquals(2, run("wait", "soon").exitCode());
  }

  @Test
  void nobodyThereIsToldPlainly() throws Exception {
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    var ran = runAt("127.0.0.1:" + port, "status");
    assertEquals(3, ran.exitCode());
    assertTrue(
        ran.err().startsWith("heddlectl: no answer from 127.0.0.1:" + port + ": "), ran.err());
    assertTrue(ran.err().contains("Connection refused"), ran.err());
    assertEquals(3, runAt("127.0.0.1:" + port, "delete", "LogicalSwitch", "x").exitCode());
  }

  @Test
  void applyCanWait() throws Exception {
    var path = file(ROWS);
    var applied = CompletableFuture.supplyAsync(() -> run("apply", path, "--wait", "compiled"));
    Served.eventually("it waits", () -> served.server.waiting() == 1);
    assertFalse(applied.isDone());
    served.progress.compiled(1);
    assertEquals(0, applied.get(20, TimeUnit.SECONDS).exitCode());
    ok("wait", "latest", "--for", "COMPILED");
    ok("wait", "1");
    served.progress.connected(UUID.randomUUID());
    var late = run("wait", "1", "--for", "installed", "--timeout", "1");
    assertEquals(5, late.exitCode(), late.toString());
  }

  @Test
  void watchTellsTheSnapshotAndThenChanges() throws Exception {
    ok("apply", file(ROWS));
    var watched = CompletableFuture.supplyAsync(() -> run("watch", "--revisions", "3"));
    Served.eventually("it watches", () -> served.server.watching() == 1);
    ok("apply", file("{kind: LogicalSwitchPort, name: vm2, logical_switch: blue}"));
    ok("delete", "LogicalSwitch", "blue");
    var lines = watched.get(20, TimeUnit.SECONDS).lines();
    assertEquals("1 = LogicalSwitch blue", lines.get(0));
    assertTrue(lines.contains("2 ~ LogicalSwitchPort vm2 addresses="), lines.toString());
    assertTrue(lines.contains("3 - LogicalSwitch blue"), lines.toString());
    assertTrue(lines.contains("3 - LogicalSwitchPort vm1"), lines.toString());
    var resumed = ok("watch", "--from", "2", "--revisions", "1", "LogicalSwitch", "--json").lines();
    assertEquals(2, resumed.size(), resumed.toString());
    assertTrue(resumed.get(1).contains("\"revision\":\"3\""), resumed.get(1));
  }

  @Test
  void problemsAndStatus() {
    assertEquals("", ok("problems").out());
    served.problems.replace("x", List.of(new Problem("Chassis", "hv\u001b1", "is odd")));
    var problems = ok("problems").lines();
    assertTrue(problems.get(1).matches("Chassis +hv\uFFFD1 +is odd"), problems.get(1));
    assertTrue(ok("status").out().startsWith("ready     yes\nrevision  0\n"));
    served.ready.set(false);
    var status = run("status");
    assertEquals(6, status.exitCode());
    assertTrue(status.out().startsWith("ready     no\n  a part is missing\n"), status.out());
    assertEquals(6, run("status", "--until-ready", "1").exitCode());
    CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS)
        .execute(() -> served.ready.set(true));
    ok("status", "--until-ready", "20");
  }

  @Test
  void helpNamesEveryCommand() {
    var help = ok("--help").out();
    for (var command :
        List.of("apply", "delete", "get", "list", "watch", "wait", "problems", "status")) {
      assertTrue(help.contains("  " + command + " "), help);
    }
  }
}
