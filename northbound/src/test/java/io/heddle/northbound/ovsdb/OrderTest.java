package io.heddle.northbound.ovsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** In which order a client is told things. */
class OrderTest {
  private static final String MONITOR =
      "[\"OVN_Northbound\",1,{\"Logical_Switch\":{\"columns\":[\"name\"]}}]";

  private static String insert(String name) {
    return "[\"OVN_Northbound\",{\"op\":\"insert\",\"table\":\"Logical_Switch\",\"row\":{\"name\":\""
        + name
        + "\"}}]";
  }

  @Test
  void whatAClientDidItIsToldBeforeItIsAnswered() throws Exception {
    var late = CompletableFuture.delayedExecutor(200, TimeUnit.MILLISECONDS);
    var limits = OvsdbLimits.DEFAULT;
    var schema = SchemaFile.read(SchemaFile.OVN_NORTHBOUND);
    var database = new MemoryDatabase(schema, limits.commits(), late);
    try (var door = Doors.open(0, limits, database);
        var peer = new Peer(door.address().getPort())) {
      peer.ask("monitor", MONITOR);
      var messages = peer.readTo(peer.send("transact", insert("s")));
      assertEquals(2, messages.size(), messages::toString);
      assertEquals("update", messages.get(0).get("method").getAsString());
    }
  }

  @Test
  void requestsThatAreSentWithoutWaitingAreCarriedOutInOrder() throws Exception {
    int requests = 500;
    try (var door = Doors.open(0, OvsdbLimits.DEFAULT);
        var peer = new Peer(door.address().getPort())) {
      for (int i = 0; i < requests; i++) {
        peer.send("transact", insert("s" + i));
      }
      for (int i = 0; i < requests; i++) {
        assertEquals(i, peer.read().get("id").getAsInt());
      }
      var names = new ArrayList<String>();
      var rows = peer.result("monitor", MONITOR).getAsJsonObject().get("Logical_Switch");
      rows.getAsJsonObject().entrySet().forEach(row -> names.add(row.getValue().toString()));
      assertEquals(requests, names.size());
    }
  }

  @Test
  void whoResumesIsToldWhatItMissedAndNoMore() throws Exception {
    var since = "[\"OVN_Northbound\",1,{\"Logical_Switch\":[{\"columns\":[\"name\"]}]},\"%s\"]";
    try (var door = Doors.open(0, OvsdbLimits.DEFAULT)) {
      String last;
      try (var peer = new Peer(door.address().getPort())) {
        peer.ask("transact", insert("before"));
        var nothing = "00000000-0000-0000-0000-000000000000";
        var first = peer.result("monitor_cond_since", since.formatted(nothing)).getAsJsonArray();
        assertEquals("false", first.get(0).toString());
        last = first.get(1).getAsString();
      }
      try (var peer = new Peer(door.address().getPort())) {
        peer.ask("transact", insert("missed"));
        peer.ask(
            "transact",
            "[\"OVN_Northbound\",{\"op\":\"delete\",\"table\":\"Logical_Switch\","
                + "\"where\":[[\"name\",\"==\",\"before\"]]}]");
        peer.ask("transact", insert("short"));
        peer.ask(
            "transact",
            "[\"OVN_Northbound\",{\"op\":\"delete\",\"table\":\"Logical_Switch\","
                + "\"where\":[[\"name\",\"==\",\"short\"]]}]");
        var again = peer.result("monitor_cond_since", since.formatted(last)).getAsJsonArray();
        assertEquals("true", again.get(0).toString());
        var told = again.get(2).toString();
        assertTrue(told.contains("{\"insert\":{\"name\":\"missed\"}}"), told);
        assertTrue(told.contains("{\"delete\":null}"), told);
        assertTrue(!told.contains("before") && !told.contains("short"), told);
        var now = again.get(1).getAsString();
        var rest = peer.readTo(peer.send("monitor_cancel", "[1]"));
        assertEquals(1, rest.size());
        var none = peer.result("monitor_cond_since", since.formatted(now)).getAsJsonArray();
        assertEquals("[true,\"" + now + "\",{}]", none.toString());
      }
    }
  }
}
