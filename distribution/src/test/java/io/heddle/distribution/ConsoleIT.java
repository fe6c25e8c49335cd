package io.heddle.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.heddle.distribution.Instance.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The console as an operator sees it, with real hosts: {@code hv1} with {@code vm1} and {@code hv2}
 * with {@code vm2}, one network. The container starts once for all, so the last test is the one
 * that deletes.
 */
@TestMethodOrder(OrderAnnotation.class)
class ConsoleIT {
  private static final String ROWS =
      """
      [ { "kind": "LogicalSwitch", "name": "web" },
        { "kind": "LogicalSwitchPort", "name": "vm1", "logical_switch": "web",
          "addresses": [ "0a:00:00:00:00:01 10.0.0.1" ] },
        { "kind": "LogicalSwitchPort", "name": "vm2", "logical_switch": "web",
          "addresses": [ "0a:00:00:00:00:02 10.0.0.2" ] },
        { "kind": "LogicalSwitchPort", "name": "spare", "logical_switch": "web" } ]
      """;

  private static final String PACKET = "eth 0a:00:00:00:00:01 > 0a:00:00:00:00:02";

  @TempDir static Path folder;

  private static LabHosts lab;
  private static Instance heddle;

  @BeforeAll
  static void start() throws Exception {
    var ports = Ports.free();
    lab = LabHosts.up(ports.ovsdb());
    heddle = Instance.start(folder.resolve("data"), ports, "0.0.0.0");
    for (int i = 1; i <= 2; i++) {
      lab.call("host", "hv" + i, "192.0.2." + i);
      var mac = "0a:00:00:00:00:0" + i;
      lab.call("vm", "vm" + i, "hv" + i, "vm" + i, mac, "10.0.0." + i + "/24");
    }
    var rows = Files.writeString(folder.resolve("rows.json"), ROWS);
    assertTrue(done("heddle:apply", rows.toString()).startsWith("Wrote 4 rows; revision "));
    // Nothing is written any more then: revisions are compared below.
    eventually("heddle:show", a -> up(a, "vm1") && up(a, "vm2") && saysWhetherUp(a, "spare"));
  }

  @AfterAll
  static void stop() throws Exception {
    if (heddle != null) {
      heddle.close();
    }
    if (lab != null) {
      lab.close();
    }
  }

  private static boolean up(JsonElement answer, String port) {
    return ports(answer)
        .filter(p -> text(p, "name").equals(port))
        .anyMatch(p -> p.has("up") && p.get("up").getAsBoolean());
  }

  private static boolean saysWhetherUp(JsonElement answer, String port) {
    return ports(answer).anyMatch(p -> text(p, "name").equals(port) && p.has("up"));
  }

  private static Stream<JsonObject> ports(JsonElement answer) {
    return objects(answer.getAsJsonObject().getAsJsonArray("switches"))
        .flatMap(s -> objects(s.getAsJsonArray("ports")));
  }

  @Test
  @Order(1)
  void showTellsWhereThePortsAre() throws Exception {
    var shown = json("heddle:show", "web").getAsJsonObject();
    var vm2 = ports(shown).filter(p -> text(p, "name").equals("vm2")).findFirst().orElseThrow();
    var binding = vm2.getAsJsonArray("bindings").get(0);
    assertEquals("hv2", text(binding, "chassis"));
    assertFalse(up(shown, "spare"));
    var lines = done("heddle:show").lines().toList();
    assertTrue(lines.get(0).matches("SWITCH +KEY +MTU +PORT +ADDRESSES +CHASSIS +INTERFACE +UP"));
    assertTrue(
        lines.stream()
            .anyMatch(
                l ->
                    l.matches(
                        "web +1 +\\d+ +vm1 +0a:00:00:00:00:01 10\\.0\\.0\\.1 +hv1 +\\S+ +up")),
        lines.toString());
    assertTrue(lines.stream().anyMatch(l -> l.matches("web +1 +\\d+ +spare .* down")), "" + lines);
  }

  @Test
  @Order(2)
  void chassisTellsOfConnectionsRevisionFlowsAndTunnels() throws Exception {
    var answer = eventually("heddle:chassis", ConsoleIT::allInstalled).getAsJsonObject();
    var rows = objects(answer.getAsJsonArray("chassis")).toList();
    assertEquals(List.of("hv1", "hv2"), rows.stream().map(r -> text(r, "name")).toList());
    for (var row : rows) {
      var management = lab.call("address", text(row, "name")).strip();
      var openflow = row.getAsJsonObject("openflow");
      assertTrue(text(row.getAsJsonObject("ovsdb"), "peer").startsWith(management + ":"), "" + row);
      assertTrue(text(openflow, "peer").contains(management + ":"), "" + row);
      assertTrue(openflow.get("connected").getAsBoolean(), "" + row);
      assertEquals(flows(text(row, "name")), openflow.get("flows").getAsInt());
      assertEquals(1, row.getAsJsonObject("ovsdb").get("tunnels").getAsInt(), "" + row);
      assertEquals("{}", openflow.get("packets_handed_over").toString());
      for (var count : List.of("packets_dropped", "packets_strange", "packets_lost")) {
        assertEquals(0, openflow.get(count).getAsInt(), "" + row);
      }
    }
    var encaps = rows.get(0).getAsJsonArray("encaps");
    assertEquals("geneve:192.0.2.1", encaps.get(0).getAsString());

    var lines = done("heddle:chassis").lines().toList();
    var revision = text(answer, "revision");
    var hv2 =
        Pattern.compile(
            "hv2 .* geneve:192\\.0\\.2\\.2 +\\d+ +\\S+:\\d+ +\\S+:\\d+ +" + revision + " +\\d+ +1");
    assertTrue(lines.stream().anyMatch(hv2.asMatchPredicate()), lines.toString());
    assertEquals("The newest revision is " + revision + ".", lines.get(lines.size() - 1));
  }

  private static boolean allInstalled(JsonElement answer) {
    var revision = text(answer, "revision");
    var rows = objects(answer.getAsJsonObject().getAsJsonArray("chassis")).toList();
    return rows.size() == 2
        && rows.stream().allMatch(r -> revision.equals(text(r, "installed_revision")));
  }

  /** As the host itself counts them. */
  private static int flows(String host) throws Exception {
    var flows = lab.call("exec", host, "ovs-ofctl", "-OOpenFlow13", "dump-flows", "br-int");
    return (int) flows.lines().filter(l -> l.contains("cookie=")).count();
  }

  @Test
  @Order(3)
  void traceFollowsAPacketToTheOtherHost() throws Exception {
    var answer = json("heddle:trace", "vm1", "'" + PACKET + "'").getAsJsonObject();
    var delivered = objects(answer.getAsJsonArray("delivered")).toList();
    assertEquals(1, delivered.size(), answer.toString());
    assertEquals("hv2", text(delivered.get(0), "chassis"));
    assertEquals("vm2", text(delivered.get(0), "port"));
    assertTrue(done("heddle:trace", "vm1", "'" + PACKET + "'").contains("hv2 vm2"));

    var unknown = heddle.console("heddle:trace", "nobody", "'" + PACKET + "'");
    assertNotEquals(0, unknown.status());
    assertEquals("There is no logical port nobody.", unknown.output().strip());
  }

  @Test
  @Order(4)
  void problemsComeAndGo() throws Exception {
    assertEquals("There are no problems.", done("heddle:problems").strip());
    encapAddress("192.0.2.1");
    var problems = eventually("heddle:problems", answer -> !answer.getAsJsonArray().isEmpty());
    var problem = problems.getAsJsonArray().get(0);
    assertEquals("Chassis", text(problem, "kind"));
    assertEquals("hv2", text(problem, "name"));
    assertTrue(text(problem, "message").contains("192.0.2.1 is that of chassis"), "" + problem);
    assertTrue(done("heddle:problems").lines().anyMatch(l -> l.startsWith("Chassis  hv2   ")));
    encapAddress("192.0.2.2");
    eventually("heddle:problems", answer -> answer.getAsJsonArray().isEmpty());
  }

  private static void encapAddress(String address) throws Exception {
    lab.call(
        "exec",
        "hv2",
        "ovs-vsctl",
        "set",
        "Open_vSwitch",
        ".",
        "external_ids:ovn-encap-ip=" + address);
  }

  @Test
  @Order(5)
  void statusIsJsonToo() throws Exception {
    var status = json("heddle:status").getAsJsonObject();
    assertTrue(status.get("ready").getAsBoolean());
    assertTrue(status.getAsJsonArray("lacking").isEmpty());
    assertTrue(done("heddle:status").startsWith("Heddle works."));
  }

  @Test
  @Order(6)
  void whatCannotBeAppliedIsSaid() throws Exception {
    var bad =
        Files.writeString(
            folder.resolve("bad.json"),
            """
            [ { "kind": "LogicalSwitch", "name": "lost" },
              { "kind": "LogicalSwitchPort", "name": "p", "logical_switch": "nowhere" } ]
            """);
    var refused = heddle.console("heddle:apply", bad.toString());
    assertNotEquals(0, refused.status());
    assertTrue(refused.output().contains("there is no LogicalSwitch nowhere"), refused.output());
    assertFalse(done("heddle:show").contains("lost"));
    assertNotEquals(0, heddle.console("heddle:apply", folder + "/none.json").status());
    assertNotEquals(0, heddle.console("heddle:delete", "LogicalSwitch", "lost").status());
  }

  /** Keys that a person would press, and what they do. */
  @Test
  @Order(7)
  void tabCompletesCommandsKindsAndNames() throws Exception {
    try (var terminal = Terminal.open(heddle)) {
      var commands = terminal.type("heddle:\t").await("heddle:trace");
      for (var command : List.of("apply", "chassis", "delete", "problems", "show", "status")) {
        assertTrue(commands.contains("heddle:" + command), commands);
      }
      terminal.line("\u0015");

      var kinds = terminal.type("heddle:delete Lo\t").await("LogicalSwitchPort");
      assertFalse(kinds.contains("PortBinding"), kinds);
      terminal.line("\u0015");

      var names = terminal.type("heddle:trace v\t").await("vm2");
      assertFalse(names.contains("spare"), names);
      terminal.line("\u0015");

      terminal.type("heddle:tr\t").await("trace ");
      terminal.type("sp\t").await("are ");
      assertTrue(terminal.line("'" + PACKET + "'").contains("Port spare is bound to no chassis."));

      terminal.type("heddle:sh\t").await("show ");
      terminal.type("w\t").await("eb ");
      assertTrue(terminal.line("").contains("0a:00:00:00:00:02 10.0.0.2"));
    }
  }

  @Test
  @Order(8)
  void deleteDeletes() throws Exception {
    try (var terminal = Terminal.open(heddle)) {
      terminal.type("heddle:del\t").await("delete ");
      terminal.type("LogicalSwitchP\t").await("ort ");
      terminal.type("sp\t").await("are ");
      assertTrue(terminal.line("").contains("Deleted; revision "));
    }
    assertFalse(done("heddle:show").contains("spare"));
    assertTrue(done("heddle:delete", "LogicalSwitch", "web").startsWith("Deleted; revision "));
    assertEquals("There are no switches.", done("heddle:show").strip());
  }

  /** What a command prints; it must succeed. */
  private static String done(String... command) throws Exception {
    var answer = heddle.console(command);
    assertEquals(0, answer.status(), answer.output());
    return answer.output();
  }

  private static JsonElement json(String... command) throws Exception {
    var words = new ArrayList<>(List.of(command));
    words.add(1, "--json");
    return JsonParser.parseString(done(words.toArray(String[]::new)));
  }

  private static JsonElement eventually(String command, Predicate<JsonElement> wanted)
      throws Exception {
    long deadline = System.nanoTime() + Instance.PATIENCE.toNanos();
    var answer = json(command);
    while (!wanted.test(answer)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(command + " still says " + answer);
      }
      Thread.sleep(200);
      answer = json(command);
    }
    return answer;
  }

  private static Stream<JsonObject> objects(JsonArray array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonElement::getAsJsonObject);
  }

  private static String text(JsonElement object, String member) {
    var value = object.getAsJsonObject().get(member);
    return value == null ? "" : value.getAsString();
  }
}
