package io.heddle.northbound.grpc;

import com.google.rpc.Code;
import io.grpc.stub.ServerCallStreamObserver;
import io.heddle.model.Kind;
import io.heddle.model.Schema;
import io.heddle.model.Store;
import io.heddle.northbound.History;
import io.heddle.northbound.access.Visitor;
import io.heddle.v1.api.WatchEvent;
import io.heddle.v1.api.WatchRequest;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
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
    var newest = store.snapshot();
    if (Long.compareUnsigned(request.getFromRevision(), newest.revision()) > 0) {
      throw Refusals.withInfo(
          Code.OUT_OF_RANGE,
          "from_revision "
              + Long.toUnsignedString(request.getFromRevision())
              + " is newer than revision "
              + newest.revision()
              + ", the newest here",
          "REVISION_UNKNOWN",
          Map.of("newest", Long.toString(newest.revision())));
    }
    if (!places.tryAcquire()) {
      throw Refusals.exhausted("watchers", limits.watchers());
    }
    var watcher =
        new Watcher(client, visitor, history, new Events(kinds, limits), executor, this::left);
    watcher.start(request.getFromRevision(), store::snapshot);
    watchers.add(watcher);
    watcher.signal();
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
