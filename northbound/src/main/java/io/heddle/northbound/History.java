package io.heddle.northbound;

import io.heddle.model.Change;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The newest commits, so that whoever knows a revision can learn what came after it. Readers keep
 * no more than the revision they have reached; this one ring is the buffer of them all.
 */
public final class History implements AutoCloseable {
  /** Commits remembered where nothing else is said. */
  public static final int DEFAULT_CAPACITY = 10_000;

  /** One revision: the state it made and what it changed. */
  public record Commit(Snapshot after, List<Change> changes) {
    public long revision() {
      return after.revision();
    }
  }

  private final Commit[] ring;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Store.Subscription subscription;
  private long first = -1;
  private long newest;

  public History(Store store, int capacity) {
    this.ring = new Commit[capacity];
    this.subscription = store.subscribe((after, changes) -> append(new Commit(after, changes)));
    synchronized (this) {
      newest = Math.max(newest, subscription.from().revision());
    }
  }

  private void append(Commit commit) {
    synchronized (this) {
      if (first < 0 || commit.revision() != newest + 1) {
        first = commit.revision();
      }
      newest = commit.revision();
      ring[place(newest)] = commit;
    }
    listeners.forEach(Runnable::run);
  }

  private int place(long revision) {
    return (int) (revision % ring.length);
  }

  /** The newest revision that {@link #after} reaches. */
  public synchronized long newest() {
    return newest;
  }

  /** Whether all that came after the revision is remembered. */
  public synchronized boolean reaches(long revision) {
    return first < 0
        ? revision >= newest
        : revision + 1 >= Math.max(first, newest - ring.length + 1);
  }

  /** The commit that followed the revision, if there is one and it is remembered. */
  public synchronized Optional<Commit> after(long revision) {
    return revision < newest && reaches(revision)
        ? Optional.of(ring[place(revision + 1)])
        : Optional.empty();
  }

  /** Runs the listener after each commit until the returned handle is closed; it must be quick. */
  public Listening listen(Runnable listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Ends a listener's calls when closed. */
  @FunctionalInterface
  public interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  @Override
  public void close() {
    subscription.close();
  }
}
