package io.heddle.northbound.ovsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever a client does, what the server holds for it is bounded and others are served. */
class HostileClientTest {
  private static final long PATIENCE_SECONDS = 120;
  private static final Duration LONG = Duration.ofSeconds(PATIENCE_SECONDS);
  private static final Duration SHORT = Duration.ofMillis(300);

  private OvsdbServer door;
  private Peer innocent;

  private static OvsdbLimits limits(Duration requestTime, Duration probe) {
    return new OvsdbLimits(
        4,
        64 << 10,
        100 << 10,
        requestTime,
        20,
        1_000,
        8,
        3,
        3,
        5,
        2,
        16 << 10,
        50,
        1 << 20,
        100 << 10,
        probe);
  }

  @BeforeEach
  void open() throws Exception {
    open(limits(LONG, LONG));
  }

  private void open(OvsdbLimits limits) throws Exception {
    door = Doors.open(0, limits);
    innocent = peer();
    innocent.ask("echo", "[]");
  }

  private Peer peer() throws IOException {
    return new Peer(door.address().getPort());
  }

  private void openAgain(OvsdbLimits limits) throws Exception {
    close();
    open(limits);
  }

  @AfterEach
  void close() throws IOException {
    assertEquals(
        new JsonPrimitive("x"), innocent.result("echo", "[\"x\"]").getAsJsonArray().get(0));
    innocent.close();
    door.close();
  }

  @Test
  void furtherConnectionsAreClosed() throws Exception {
    var peers = new ArrayList<Peer>();
    for (int i = 1; i < 4; i++) {
      peers.add(peer());
      peers.get(i - 1).ask("echo", "[]");
    }
    try (var tooMany = peer()) {
      assertTrue(tooMany.isClosed());
    }
    peers.get(0).close();
    awaitConnections(3);
    try (var next = peer()) {
      next.ask("echo", "[]");
    }
    for (var peer : peers) {
      peer.close();
    }
  }

  private void awaitConnections(int count) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (door.connections() != count) {
      assertTrue(System.nanoTime() < deadline, () -> door.connections() + " connections");
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  @Test
  void whatIsNoRequestEndsTheConnection() throws Exception {
    for (var text :
        new String[] {
          "no json",
          "[]",
          "5",
          "{}",
          "{\"method\":5,\"params\":[],\"id\":1}",
          "{\"method\":\"echo\",\"params\":{},\"id\":1}",
          "{\"method\":\"echo\",\"id\":1}",
          "{\"method\":\"echo\",\"params\":[],\"id\":1,\"more\":2}",
          "{\"method\":\"echo\",\"params\":[1e999],\"id\":1}",
          "{\"method\":\"echo\",\"params\":[01],\"id\":1}",
          "{\"method\":\"echo\",\"params\":[\"half \\ud83d\"],\"id\":1}",
          "{\"method\":\"echo\",\"params\":[\"\\ud83d\\u0041\"],\"id\":1}",
          "{\"method\":\"echo\",\"params\":[{\"\\ude00 half\":1}],\"id\":1}",
          "{\"method\":\"echo\",\"params\":[" + "[".repeat(30) + "]".repeat(30) + "],\"id\":1}",
          "{\"method\":\"echo\",\"params\":[" + "1,".repeat(2_000) + "1],\"id\":1}",
          "{\"method\":\"echo\",\"params\":[\"" + "x".repeat(100_000) + "\"],\"id\":1}",
        }) {
      assertEnds(text);
    }
  }

  private void assertEnds(String text) throws IOException {
    try (var peer = peer()) {
      peer.ask("echo", "[]");
      try {
        peer.write(text);
      } catch (SocketException e) {
        // It was closed already.
      }
      assertTrue(peer.isClosed(), text);
    }
  }

  @Test
  void bytesThatAreNoTextEndTheConnection() throws Exception {
    try (var peer = peer()) {
      peer.socket().getOutputStream().write('{');
      peer.socket().getOutputStream().write('"');
      peer.socket().getOutputStream().write(0xff);
      peer.write("\":1}");
      assertTrue(peer.isClosed());
    }
  }

  @Test
  void halfARequestIsNotWaitedForLong() throws Exception {
    openAgain(limits(SHORT, LONG));
    assertEnds("{\"method\":\"echo\",");
  }

  @Test
  void halfRequestsAreBoundedTogether() throws Exception {
    var half = "{\"method\":\"" + "x".repeat(60_000);
    try (var first = peer();
        var second = peer()) {
      first.ask("echo", "[]");
      second.ask("echo", "[]");
      first.write(half);
      second.write(half);
      var firstClosed = CompletableFuture.supplyAsync(() -> isClosed(first));
      var secondClosed = CompletableFuture.supplyAsync(() -> isClosed(second));
      assertTrue(
          (boolean)
              CompletableFuture.anyOf(firstClosed, secondClosed)
                  .get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }
  }

  private static boolean isClosed(Peer peer) {
    try {
      return peer.isClosed();
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void whoGivesNoSignOfLifeIsGone() throws Exception {
    openAgain(limits(LONG, SHORT));
    try (var silent = peer()) {
      assertEquals("echo", silent.read().get("method").getAsString());
      assertTrue(silent.isClosed());
    }
    // The one that closes the test was silent as well.
    innocent = peer();
  }

  @Test
  void whoAnswersEchoesStays() throws Exception {
    openAgain(limits(LONG, SHORT));
    try (var quiet = peer()) {
      for (int i = 0; i < 5; i++) {
        assertEquals("echo", quiet.read().get("method").getAsString());
        quiet.write("{\"id\":\"echo\",\"result\":[],\"error\":null}");
      }
      quiet.ask("list_dbs", "[]");
    }
    innocent = peer();
  }

  @Test
  void monitorsLocksWaitsAndConditionsAreBounded() throws Exception {
    try (var peer = peer()) {
      for (int i = 0; i < 3; i++) {
        assertFalse(isExhausted(peer, "monitor", "[\"OVN_Northbound\"," + i + ",{}]"));
      }
      assertTrue(isExhausted(peer, "monitor", "[\"OVN_Northbound\",3,{}]"));
      peer.ask("monitor_cancel", "[0]");
      var clause = "[\"name\",\"==\",\"x\"]";
      var where = clause + ("," + clause).repeat(5);
      var table = "{\"Logical_Switch\":[{\"where\":[" + where + "]}]}";
      assertTrue(isExhausted(peer, "monitor_cond", "[\"OVN_Northbound\",0," + table + "]"));
      for (int i = 0; i < 2; i++) {
        assertFalse(isExhausted(peer, "lock", "[\"l" + i + "\"]"));
      }
      assertTrue(isExhausted(peer, "lock", "[\"l\"]"));
      var wait =
          "[\"OVN_Northbound\",{\"op\":\"wait\",\"table\":\"Logical_Switch\",\"where\":[],"
              + "\"columns\":[\"name\"],\"until\":\"!=\",\"rows\":[]}]";
      for (int i = 0; i < 3; i++) {
        peer.send("transact", wait);
      }
      var answer = peer.ask("transact", wait).get("result").getAsJsonArray().get(0);
      assertEquals("resources exhausted", answer.getAsJsonObject().get("error").getAsString());
    }
  }

  private static boolean isExhausted(Peer peer, String method, String params) throws IOException {
    var error = peer.ask(method, params).get("error");
    return error != null
        && error.isJsonObject()
        && error.getAsJsonObject().get("error").getAsString().equals("resources exhausted");
  }

  @Test
  void whoNeverReadsFallsBehindAndIsGone() throws Exception {
    try (var slow = peer()) {
      slow.ask("monitor", "[\"OVN_Northbound\",1,{\"Logical_Switch\":{}}]");
      assertEquals(2, door.connections());
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      var name = "x".repeat(30_000);
      for (int i = 0; door.connections() == 2; i++) {
        assertTrue(System.nanoTime() < deadline, "it is still there");
        innocent.ask(
            "transact",
            "[\"OVN_Northbound\",{\"op\":\"insert\",\"table\":\"Logical_Switch\",\"row\":{\"name\":\""
                + name
                + i
                + "\"}},{\"op\":\"delete\",\"table\":\"Logical_Switch\",\"where\":[[\"name\",\"!=\",\""
                + name
                + i
                + "\"]]}]");
      }
    }
  }

  @Test
  void requestsOfWhoDoesNotReadTheAnswersAreNotRead() throws Exception {
    int requests = 20_000;
    var payload = "[\"" + "x".repeat(1_000) + "\"]";
    try (var greedy = peer()) {
      var writing =
          CompletableFuture.runAsync(
              () -> {
                try {
                  for (int i = 0; i < requests; i++) {
                    greedy.send("echo", payload);
                  }
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      // What the sockets and the server hold is much less than what is to be sent.
      int before = -1;
      for (int sent = 0; sent > before; sent = greedy.sent()) {
        before = sent;
        TimeUnit.SECONDS.sleep(1);
      }
      assertFalse(writing.isDone());
      for (int i = 0; i < requests; i++) {
        assertEquals(i, greedy.read().get("id").getAsInt());
      }
      writing.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }
}
