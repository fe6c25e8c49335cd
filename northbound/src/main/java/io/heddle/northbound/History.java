package io.heddle.northbound;

import io.heddle.model.Change;
import io.heddle.model.LastCommits;
import io.heddle.model.Row;
import io.heddle.model.Store;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The newest commits, so that whoever knows a revision can learn what came after it. Readers keep
 * no more than the revision they have reached; this one ring is the buffer of them all. It begins
 * with what the store remembers from before it started.
 */
public final class History implements AutoCloseable {
  /** Commits remembered where nothing else is said. */
  public static final int DEFAULT_CAPACITY = 10_000;

  /** Bytes of rows, before and after, of all commits remembered where nothing else is said. */
  public static final long DEFAULT_BYTES = 128L << 20;

  /** What a change weighs beside its rows. */
  private static final int CHANGE_BYTES = 200;

  /** One revision and what it changed. */
  public record Commit(long revision, List<Change> changes) {
    private long bytes() {
      long bytes = 0;
      for (var change : changes) {
        bytes += CHANGE_BYTES + bytes(change.before()) + bytes(change.after());
      }
      return bytes;
    }

    private static long bytes(Optional<Row> row) {
      return row.isPresent() ? row.get().value().getSerializedSize() : 0;
    }
  }

  private final Commit[] ring;
  private final long maxBytes;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final Store.Subscription subscription;
  private long first;
  private long newest;
  private long bytes;

  public History(Store store, int capacity) {
    this(store, capacity, DEFAULT_BYTES);
  }

  /**
   * @param capacity commits remembered at most
   * @param maxBytes bytes of their rows at most; the newest commit is remembered whatever its size
   */
  public History(Store store, int capacity, long maxBytes) {
    this.ring = new Commit[capacity];
    this.maxBytes = maxBytes;
    synchronized (this) {
      // What is committed from now on waits until what was before is remembered.
      this.subscription =
          store.subscribe((after, changes) -> append(new Commit(after.revision(), changes)));
      remember(store.lastCommits(), subscription.from().revision());
    }
  }

  /** As far as they lead to that revision. */
  private void remember(LastCommits last, long revision) {
    startAfter(last.oldest());
    for (var commit : last.commits()) {
      if (commit.revision() <= revision) {
        remember(new Commit(commit.revision(), commit.changes()));
      }
    }
    if (newest != revision) {
      startAfter(revision);
    }
  }

  private void startAfter(long revision) {
    Arrays.fill(ring, null);
    bytes = 0;
    newest = revision;
    first = revision + 1;
  }

  private void append(Commit commit) {
    synchronized (this) {
      remember(commit);
    }
    listeners.forEach(Runnable::run);
  }

  private void remember(Commit commit) {
    if (commit.revision() != newest + 1) {
      startAfter(commit.revision() - 1);
    }
    if (newest - first + 1 == ring.length) {
      forgetFirst();
    }
    newest = commit.revision();
    ring[place(newest)] = commit;
    bytes += commit.bytes();
    while (bytes > maxBytes && first < newest) {
      forgetFirst();
    }
  }

  private void forgetFirst() {
    bytes -= ring[place(first)].bytes();
    ring[place(first)] = null;
    first++;
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
    return revision + 1 >= first;
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
