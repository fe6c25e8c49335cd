package io.heddle.northbound.ovsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.LastCommits;
import io.heddle.model.Membership.View;
import io.heddle.model.MemoryStore;
import io.heddle.model.Outcome;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.northbound.SettableMembership;
import io.heddle.v1.Transaction;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Transactions that are not answered at once: they can be canceled, and refused without harm. */
class PendingTest {
  private static final String WAIT =
      "[\"OVN_Northbound\",{\"op\":\"wait\",\"table\":\"Logical_Switch\",\"timeout\":60000,"
          + "\"where\":[[\"name\",\"==\",\"s\"]],\"columns\":[\"name\"],\"until\":\"==\","
          + "\"rows\":[{\"name\":\"s\"}]},"
          + "{\"op\":\"insert\",\"table\":\"Logical_Router\",\"row\":{\"name\":\"r\"}}]";
  private static final String INSERT =
      "[\"OVN_Northbound\",{\"op\":\"insert\",\"table\":\"Logical_Switch\","
          + "\"row\":{\"name\":\"s\"}}]";
  private static final String ROUTERS =
      "[\"OVN_Northbound\",{\"op\":\"select\",\"table\":\"Logical_Router\",\"where\":[],"
          + "\"columns\":[\"name\"]}]";

  @Test
  void aWaitThatIsCanceledIsAnsweredAndNeverMet() throws Exception {
    try (var door = Doors.open(0, OvsdbLimits.DEFAULT);
        var peer = new Peer(door.address().getPort())) {
      int waiting = peer.send("transact", WAIT);
      int other = peer.send("transact", WAIT);
      peer.ask("echo", "[]");
      peer.write("{\"id\":null,\"method\":\"cancel\",\"params\":[" + waiting + "]}");
      var canceled = peer.read();
      assertEquals(waiting, canceled.get("id").getAsInt());
      assertEquals("canceled", canceled.get("error").getAsString());
      assertTrue(canceled.get("result").isJsonNull());
      // What is not there any more, or never was, is passed over.
      peer.write("{\"id\":null,\"method\":\"cancel\",\"params\":[" + waiting + "]}");
      peer.write("{\"id\":null,\"method\":\"cancel\",\"params\":[\"nosuch\"]}");
      peer.write("{\"id\":null,\"method\":\"cancel\",\"params\":[]}");
      int insert = peer.send("transact", INSERT);
      assertEquals(insert, peer.read().get("id").getAsInt());
      var met = peer.read();
      assertEquals(other, met.get("id").getAsInt());
      assertEquals(2, met.getAsJsonArray("result").size(), met.toString());
      assertEquals("[{\"rows\":[{\"name\":\"r\"}]}]", peer.result("transact", ROUTERS).toString());
    }
  }

  /** A store that can be full. */
  private static final class Full implements Store {
    private final MemoryStore store = new MemoryStore();
    private volatile boolean busy;

    @Override
    public CompletableFuture<Outcome> commit(Transaction transaction) {
      return busy
          ? CompletableFuture.failedFuture(UnavailableException.untouched("too much to do"))
          : store.commit(transaction);
    }

    @Override
    public Snapshot snapshot() {
      return store.snapshot();
    }

    @Override
    public LastCommits lastCommits() {
      return store.lastCommits();
    }

    @Override
    public Subscription subscribe(Listener listener) {
      return store.subscribe(listener);
    }

    @Override
    public void close() {}
  }

  @Test
  void whoFindsTheStoreTooBusyIsToldAndMayTryAgain() throws Exception {
    var settings =
        new OvsdbServerSettings(new InetSocketAddress("127.0.0.1", 0), OvsdbLimits.DEFAULT);
    try (var store = new Full();
        var door =
            OvsdbServer.of(store, new SettableMembership(View.alone("heddle", 1)), settings);
        var peer = new Peer(door.address().getPort())) {
      store.busy = true;
      var refused = peer.ask("transact", INSERT);
      assertEquals(
          "[{\"details\":\"too much to do; nothing was committed\",\"error\":\"resources"
              + " exhausted\"}]",
          Json.sorted(refused.get("result")));
      store.busy = false;
      var inserted = peer.result("transact", INSERT).getAsJsonArray().get(0).getAsJsonObject();
      assertTrue(inserted.has("uuid"), inserted.toString());
    }
  }
}
