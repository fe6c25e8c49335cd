package io.heddle.model;

import io.heddle.v1.Transaction;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** The replicated store of all rows, as everything but its implementation knows it. */
public interface Store extends AutoCloseable {
  /**
   * Commits a transaction. The future completes when the outcome is durable and {@link #snapshot}
   * shows it; it fails with {@link UnavailableException} where the store cannot say what became of
   * it.
   */
  CompletableFuture<Outcome> commit(Transaction transaction);

  /**
   * The same for who has a thread of its own to go on with: the future completes there, and no
   * other has to be woken in between.
   */
  default CompletableFuture<Outcome> commit(Transaction transaction, Executor answering) {
    return commit(transaction).whenCompleteAsync((outcome, failure) -> {}, answering);
  }

  /** The newest state that this member has applied. */
  Snapshot snapshot();

  /**
   * A state of this member that shows every commit that was acknowledged before the call, by
   * whichever member; fails with {@link UnavailableException} where that cannot be known.
   */
  default CompletableFuture<Snapshot> fresh() {
    return CompletableFuture.completedFuture(snapshot());
  }

  /**
   * Calls the listener for every commit that changes something, in order and without gaps, from the
   * returned subscription's {@link Subscription#from} on. The listener must return quickly.
   */
  Subscription subscribe(Listener listener);

  /** What led to {@link #snapshot}, or to a newer one, as far as this member remembers. */
  default LastCommits lastCommits() {
    return LastCommits.none(snapshot().revision());
  }

  /** Who asked for the newest commits, up to {@link #snapshot} or a newer one. */
  default AuditLog audit() {
    return AuditLog.EMPTY;
  }

  /**
   * The same store as whoever carries rows out is to see it: only what is sound of them, see {@link
   * Snapshot#sound}.
   */
  default Store sound() {
    return new SoundStore(this);
  }

  @Override
  void close();

  /** Told of every commit, one at a time. */
  @FunctionalInterface
  interface Listener {
    void committed(Snapshot after, List<Change> changes);
  }

  /** Ends the listener's calls when closed. */
  interface Subscription extends AutoCloseable {
    /** The state before the first commit the listener is told of. */
    Snapshot from();

    @Override
    void close();
  }

  /** The store could not answer; the transaction may or may not have been committed. */
  final class UnavailableException extends RuntimeException {
    private final boolean untouched;

    public UnavailableException(String message, Throwable cause) {
      this(message, cause, false);
    }

    private UnavailableException(String message, Throwable cause, boolean untouched) {
      super(message, cause);
      this.untouched = untouched;
    }

    /** The store did not even try. */
    public static UnavailableException untouched(String why) {
      return new UnavailableException(why + "; nothing was committed", null, true);
    }

    /** Whether it is certain that nothing was committed. */
    public boolean untouched() {
      return untouched;
    }
  }
}
