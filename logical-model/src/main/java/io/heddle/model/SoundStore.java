package io.heddle.model;

import io.heddle.v1.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A store of which only what is sound is seen: see {@link Snapshot#sound}. */
final class SoundStore implements Store {
  private final Store store;

  SoundStore(Store store) {
    this.store = store;
  }

  @Override
  public CompletableFuture<Outcome> commit(Transaction transaction) {
    return store.commit(transaction);
  }

  @Override
  public CompletableFuture<Outcome> commit(Transaction transaction, Executor answering) {
    return store.commit(transaction, answering);
  }

  @Override
  public Snapshot snapshot() {
    return store.snapshot().sound();
  }

  @Override
  public CompletableFuture<Snapshot> fresh() {
    return store.fresh().thenApply(Snapshot::sound);
  }

  @Override
  public Store sound() {
    return this;
  }

  @Override
  public Subscription subscribe(Listener listener) {
    return new Listening(store, listener);
  }

  /** Nothing: whoever opened the store closes it. */
  @Override
  public void close() {}

  /**
   * The same changes as they are seen by who sees only what is sound.
   *
   * @param changes all that differs between the two snapshots, in any number of steps
   */
  static List<Change> changes(Snapshot before, Snapshot after, List<Change> changes) {
    if (before.unsound.isEmpty() && after.unsound.isEmpty()) {
      return changes;
    }
    var seen = new ArrayList<Change>(changes.size());
    for (var change : changes) {
      var kind = change.kind();
      var uuid = change.uuid();
      boolean sound =
          before.unsound.part(kind, uuid).isEmpty() && after.unsound.part(kind, uuid).isEmpty();
      if (sound) {
        seen.add(change);
        continue;
      }
      Optional<Row> was = before.sound().row(kind, uuid);
      Optional<Row> is = after.sound().row(kind, uuid);
      if (!was.equals(is)) {
        seen.add(new Change(kind, uuid, was, is));
      }
    }
    return seen;
  }

  private static final class Listening implements Subscription {
    private final Listener listener;
    private final Subscription subscription;
    private final Snapshot from;
    private Snapshot newest;

    /** No commit is told of before it is known what it follows. */
    Listening(Store store, Listener listener) {
      this.listener = listener;
      synchronized (this) {
        this.subscription = store.subscribe(this::committed);
        this.from = subscription.from();
        this.newest = from;
      }
    }

    private void committed(Snapshot after, List<Change> changes) {
      List<Change> seen;
      synchronized (this) {
        seen = changes(newest, after, changes);
        newest = after;
      }
      listener.committed(after.sound(), seen);
    }

    @Override
    public Snapshot from() {
      return from.sound();
    }

    @Override
    public void close() {
      subscription.close();
    }
  }
}
