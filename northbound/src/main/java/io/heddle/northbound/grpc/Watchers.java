package io.heddle.northbound.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.heddle.model.Kind;
import io.heddle.model.Schema;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.northbound.History;
import io.heddle.northbound.access.Visitor;
import io.heddle.v1.api.WatchEvent;
import io.heddle.v1.api.WatchRequest;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/** All watches of one server. */
final class Watchers implements AutoCloseable {
  private final Store store;
  private final History history;
  private final ApiLimits limits;
  private final Refusals refusals;
  private final Executor executor;
  private final Semaphore places;
  private final Set<Watcher> watchers = ConcurrentHashMap.newKeySet();
  private final History.Listening listening;

  Watchers(Store store, History history, ApiLimits limits, Refusals refusals, Executor executor) {
    this.store = store;
    this.history = history;
    this.limits = limits;
    this.refusals = refusals;
    this.executor = executor;
    this.places = new Semaphore(limits.watchers());
    this.listening = history.listen(() -> watchers.forEach(Watcher::signal));
  }

  void watch(WatchRequest request, Visitor visitor, ServerCallStreamObserver<WatchEvent> client) {
    var kinds = kinds(request);
    if (!places.tryAcquire()) {
      throw Refusals.exhausted("watchers", limits.watchers());
    }
    long from = request.getFromRevision();
    var events = new Events(kinds, limits);
    var watcher =
        new Watcher(client, visitor, history, events, executor, this::left, from, here(from));
    watchers.add(watcher);
    watcher.start();
  }

  /** Another member may have told of a revision that has not come here yet. */
  private CompletableFuture<Snapshot> here(long from) {
    var newest = store.snapshot();
    return Long.compareUnsigned(from, newest.revision()) <= 0
        ? CompletableFuture.completedFuture(newest)
        : store.fresh();
  }

  private void left(Watcher watcher) {
    if (watchers.remove(watcher)) {
      places.release();
    }
  }

  private Set<Kind> kinds(WatchRequest request) {
    if (request.getKindsCount() == 0) {
      return Set.copyOf(Schema.rows().kinds());
    }
    var kinds = new HashSet<Kind>();
    for (int i = 0; i < request.getKindsCount(); i++) {
      kinds.add(Selection.kind("kinds[" + i + "]", request.getKinds(i), refusals));
    }
    return Set.copyOf(kinds);
  }

  /** How many are watching. */
  int count() {
    return watchers.size();
  }

  @Override
  public void close() {
    listening.close();
    watchers.forEach(Watcher::shutDown);
  }
}
