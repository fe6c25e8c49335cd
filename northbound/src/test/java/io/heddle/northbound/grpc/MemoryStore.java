package io.heddle.northbound.grpc;

import io.heddle.model.Applied;
import io.heddle.model.Outcome;
import io.heddle.model.Snapshot;
import io.heddle.model.StateMachine;
import io.heddle.model.Store;
import io.heddle.v1.Transaction;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** The real state machine without a log; can be told to be out of order. */
public final class MemoryStore implements Store {
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private volatile Snapshot snapshot = Snapshot.empty();
  private volatile boolean available = true;

  public MemoryStore() {}

  @Override
  public synchronized CompletableFuture<Outcome> commit(Transaction transaction) {
    if (!available) {
      return CompletableFuture.failedFuture(
          new UnavailableException("no leader", new IllegalStateException()));
    }
    Applied applied = StateMachine.apply(snapshot, transaction);
    snapshot = applied.snapshot();
    if (!applied.changes().isEmpty()) {
      listeners.forEach(l -> l.committed(applied.snapshot(), applied.changes()));
    }
    return CompletableFuture.completedFuture(applied.outcome());
  }

  synchronized void available(boolean isIt) {
    available = isIt;
  }

  @Override
  public Snapshot snapshot() {
    return snapshot;
  }

  @Override
  public synchronized Subscription subscribe(Listener listener) {
    var from = snapshot;
    listeners.add(listener);
    return new Subscription() {
      @Override
      public Snapshot from() {
        return from;
      }

      @Override
      public void close() {
        listeners.remove(listener);
      }
    };
  }

  @Override
  public void close() {}
}
