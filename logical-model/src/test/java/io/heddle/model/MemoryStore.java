package io.heddle.model;

import io.heddle.v1.Transaction;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** The real state machine without a log beneath it, for tests of what stands on a store. */
public final class MemoryStore implements Store {
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private volatile Snapshot snapshot = Snapshot.empty();
  private volatile boolean available = true;

  @Override
  public synchronized CompletableFuture<Outcome> commit(Transaction transaction) {
    if (!available) {
      var cause = new IllegalStateException("told to be out of order");
      return CompletableFuture.failedFuture(new UnavailableException("no leader", cause));
    }
    var applied = Replay.apply(snapshot, transaction);
    snapshot = applied.snapshot();
    if (!applied.changes().isEmpty()) {
      listeners.forEach(l -> l.committed(applied.snapshot(), applied.changes()));
    }
    return CompletableFuture.completedFuture(applied.outcome());
  }

  /** Whether it answers from now on. */
  public synchronized void available(boolean isIt) {
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
