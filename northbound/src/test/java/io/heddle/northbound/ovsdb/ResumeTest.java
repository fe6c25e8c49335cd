package io.heddle.northbound.ovsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.heddle.northbound.raft.RaftStore;
import io.heddle.northbound.raft.StoreSettings;
import io.heddle.northbound.raft.TestCluster;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client goes on where it was: after a restart, after a kill, and with another member. */
@Timeout(300)
class ResumeTest {
  private static final String NOTHING = "00000000-0000-0000-0000-000000000000";
  private static final String SINCE =
      "[\"OVN_Northbound\",%s,{\"Logical_Switch\":[{\"columns\":[\"name\"]}]},\"%s\"]";
  private static final String SERVER =
      "[\"_Server\",\"s\",{\"Database\":[{\"where\":[[\"name\",\"==\",\"OVN_Northbound\"]]}]}]";

  @TempDir Path data;
  @TempDir Path copy;

  private static OvsdbServer serve(RaftStore store) throws Exception {
    return OvsdbServer.of(
        store,
        store.membership(),
        new OvsdbServerSettings(new InetSocketAddress("127.0.0.1", 0), OvsdbLimits.DEFAULT));
  }

  private static Peer peer(OvsdbServer door) throws IOException {
    return new Peer(door.address().getPort());
  }

  private static void insert(Peer peer, String table, String row) throws IOException {
    var answer =
        peer.result(
            "transact",
            "[\"OVN_Northbound\",{\"op\":\"insert\",\"table\":\""
                + table
                + "\",\"row\":"
                + row
                + "}]");
    assertTrue(answer.getAsJsonArray().get(0).getAsJsonObject().has("uuid"), answer.toString());
  }

  private static void addSwitch(Peer peer, String name) throws IOException {
    insert(peer, "Logical_Switch", "{\"name\":\"" + name + "\"}");
  }

  private static JsonArray since(Peer peer, String last) throws IOException {
    var answer = peer.ask("monitor_cond_since", SINCE.formatted("\"m\"", last));
    assertTrue(answer.get("error").isJsonNull(), answer.toString());
    return answer.getAsJsonArray("result");
  }

  /** Assumes that the answer tells of just these switches, and that it is a difference. */
  private static String assertResumed(JsonArray answer, String... names) {
    assertTrue(answer.get(0).getAsBoolean(), answer.toString());
    var told = new ArrayList<String>();
    var tables = answer.get(2).getAsJsonObject();
    if (tables.has("Logical_Switch")) {
      for (var row : tables.getAsJsonObject("Logical_Switch").entrySet()) {
        var insert = row.getValue().getAsJsonObject().getAsJsonObject("insert");
        told.add(insert.get("name").getAsString());
      }
    }
    told.sort(null);
    assertEquals(List.of(names), told, answer.toString());
    return answer.get(1).getAsString();
  }

  @Test
  void commitsAreRememberedThroughARestart() throws Exception {
    String first;
    String second;
    try (var store = RaftStore.open(StoreSettings.alone(data));
        var door = serve(store);
        var peer = peer(door)) {
      addSwitch(peer, "a");
      var answer = since(peer, NOTHING);
      assertFalse(answer.get(0).getAsBoolean());
      first = answer.get(1).getAsString();
      addSwitch(peer, "b");
      try (var other = peer(door)) {
        second = assertResumed(since(other, first), "b");
      }
    }
    try (var store = RaftStore.open(StoreSettings.alone(data));
        var door = serve(store);
        var peer = peer(door)) {
      assertEquals(second, assertResumed(since(peer, second)));
      addSwitch(peer, "c");
      try (var other = peer(door)) {
        assertResumed(since(other, first), "b", "c");
      }
      try (var other = peer(door)) {
        assertResumed(since(other, second), "c");
      }
      copy();
    }
    // As kill -9 leaves it: the commit of "c" is in the log alone.
    try (var store = RaftStore.open(StoreSettings.alone(copy));
        var door = serve(store);
        var peer = peer(door)) {
      assertResumed(since(peer, first), "b", "c");
    }
  }

  private void copy() throws IOException {
    try (var files = Files.walk(data)) {
      for (var file : files.toList()) {
        var to = copy.resolve(data.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else if (!file.endsWith("lock")) {
          Files.copy(file, to);
        }
      }
    }
  }

  /** What {@code _Server} tells of the database. */
  private static JsonObject server(Peer peer) throws IOException {
    var tables = peer.result("monitor_cond", SERVER).getAsJsonObject();
    var rows = tables.getAsJsonObject("Database").entrySet();
    return rows.iterator().next().getValue().getAsJsonObject().getAsJsonObject("initial");
  }

  private static boolean leads(JsonObject row) {
    return row.has("leader") && row.get("leader").getAsBoolean();
  }

  /** Reads on until there is a change of the row that is as expected. */
  private static JsonObject await(Peer peer, Predicate<JsonObject> expected) throws IOException {
    while (true) {
      var message = peer.read();
      if (message.has("method") && message.get("method").getAsString().equals("update2")) {
        var table =
            message.getAsJsonArray("params").get(1).getAsJsonObject().getAsJsonObject("Database");
        var row = table.entrySet().iterator().next().getValue().getAsJsonObject();
        if (expected.test(row.getAsJsonObject("modify"))) {
          return row.getAsJsonObject("modify");
        }
      }
    }
  }

  @Test
  void membersTellWhoLeadsAndGoOnForEachOther() throws Exception {
    try (var members = new TestCluster(data)) {
      members.open("m1", "m2", "m3");
      members.await(view -> view.leader().isPresent() && view.live().size() == 3);
      var leader = members.view("m1").leader().orElseThrow();
      var staying = new ArrayList<>(List.of("m1", "m2", "m3"));
      staying.remove(leader);
      var led = serve(members.store(leader));
      try (var one = serve(members.store(staying.get(0)));
          var two = serve(members.store(staying.get(1)));
          var toLeader = peer(led);
          var toOne = peer(one);
          var toTwo = peer(two)) {
        // Whoever follows carries out what it is sent, and shows it before it answers.
        addSwitch(toOne, "a");
        var last = since(toOne, NOTHING).get(1).getAsString();
        addSwitch(toTwo, "b");
        try (var again = peer(led)) {
          assertResumed(since(again, last), "b");
        }
        members.awaitRevision(2);
        var rows = List.of(server(toLeader), server(toOne), server(toTwo));
        assertEquals(List.of(true, false, false), rows.stream().map(ResumeTest::leads).toList());
        for (var row : rows) {
          assertEquals("clustered", row.get("model").getAsString());
          assertTrue(row.get("connected").getAsBoolean());
          assertEquals(rows.get(0).get("cid"), row.get("cid"));
          assertTrue(row.get("index").getAsLong() >= 2, row.toString());
        }
        assertEquals(3, rows.stream().map(row -> row.get("sid")).distinct().count());

        led.close();
        members.close(leader);
        members.await(view -> view.leader().filter(l -> !l.equals(leader)).isPresent());
        var next = members.view(staying.get(0)).leader().orElseThrow();
        boolean first = next.equals(staying.get(0));
        await(first ? toOne : toTwo, change -> leads(change));
        addSwitch(first ? toTwo : toOne, "c");
        try (var again = peer(first ? two : one)) {
          assertResumed(since(again, last), "b", "c");
        }

        // Who is left alone says that it is not connected.
        members.close(staying.get(1));
        await(toOne, change -> change.has("connected") && !change.get("connected").getAsBoolean());
      }
    }
  }
}
