package io.heddle.readiness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Edit;
import io.heddle.model.Store;
import io.heddle.northbound.raft.RaftStore;
import io.heddle.northbound.raft.StoreSettings;
import io.heddle.v1.LogicalSwitch;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On real stores. */
class StoreCheckTest {
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  @TempDir Path folder;

  private final StoreCheck check = new StoreCheck(Duration.ofMillis(50), Duration.ofSeconds(2));
  private final List<Store> open = new ArrayList<>();

  @AfterEach
  void close() {
    open.forEach(Store::close);
  }

  @Test
  void aStoreThatIsClosedAndOpenedAgain() {
    assertEquals(List.of("there is no store"), check.look(Optional.empty()));
    var settings = StoreSettings.alone(folder);
    var store = open(settings);
    await(store, List::isEmpty);
    store.close();
    await(store, List.of("the store takes no commits: the store is closed")::equals);
    assertEquals(List.of("there is no store"), check.look(Optional.empty()));
    await(open(settings), List::isEmpty);
  }

  /** Looking is not changing. */
  @Test
  void theRevisionStays() {
    var store = open(StoreSettings.alone(folder));
    var row = LogicalSwitch.newBuilder().setName("s").build();
    store.commit(Edit.transaction(Edit.put(row))).join();
    for (int i = 0; i < 20; i++) {
      await(store, List::isEmpty);
    }
    assertEquals(1, store.snapshot().revision());
  }

  @Test
  void aMemberWithoutAMajority() throws Exception {
    var settings = three();
    var stores = open(settings);
    await(stores.get(0), List::isEmpty);
    stores.get(1).close();
    await(stores.get(0), List::isEmpty);
    stores.get(2).close();
    var found = await(stores.get(0), lacking -> !lacking.isEmpty());
    // It depends on whether one was under way.
    assertTrue(
        found.get(0).matches("the store (takes no commits: |has not answered for ).*"),
        found.toString());
    open(settings.get(2));
    await(stores.get(0), List::isEmpty);
  }

  private RaftStore open(StoreSettings settings) {
    var store = RaftStore.open(settings);
    open.add(store);
    return store;
  }

  /** All at once, for one alone waits for a majority. */
  private List<RaftStore> open(List<StoreSettings> settings) {
    var opening =
        settings.stream()
            .map(each -> CompletableFuture.supplyAsync(() -> RaftStore.open(each)))
            .toList();
    var stores = opening.stream().map(CompletableFuture::join).toList();
    open.addAll(stores);
    return stores;
  }

  private List<StoreSettings> three() throws IOException {
    Map<String, InetSocketAddress> members = new HashMap<>();
    for (var name : List.of("a", "b", "c")) {
      try (var socket = new ServerSocket(0)) {
        members.put(name, new InetSocketAddress("127.0.0.1", socket.getLocalPort()));
      }
    }
    var settings = new ArrayList<StoreSettings>();
    for (var name : List.of("a", "b", "c")) {
      var peers = new HashMap<>(members);
      var own = peers.remove(name);
      settings.add(
          StoreSettings.alone(folder.resolve(name))
              .clustered(name, own, peers)
              .with(
                  s ->
                      s.sessionTimeout(DEADLINE)
                          .commitTimeout(DEADLINE.dividedBy(12))
                          .openTimeout(DEADLINE)));
    }
    return settings;
  }

  private List<String> await(Store store, Predicate<List<String>> wanted) {
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    var found = check.look(Optional.of(store));
    while (!wanted.test(found)) {
      assertTrue(System.nanoTime() < deadline, "still " + found);
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      found = check.look(Optional.of(store));
    }
    return found;
  }
}
