package io.heddle.model;

import io.heddle.v1.Controller;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * One start of one controller, numbered by the log: a later start has a higher number whatever the
 * clocks say.
 */
public final class Generation {
  /** Longer than members that start together take to find each other and a leader. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration PAUSE = Duration.ofMillis(200);

  private Generation() {}

  /**
   * Writes down that the controller starts, and where hosts reach it. While the members elect a
   * leader it waits.
   *
   * @param controller all but the incarnation
   * @return the revision that says so
   * @throws Store.UnavailableException where the store could not for a minute
   */
  public static long begin(Store store, Controller controller) {
    var row = controller.toBuilder().setIncarnation(UUID.randomUUID().toString()).build();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return write(store, row);
      } catch (CompletionException failed) {
        // The same row again changes nothing if it was written after all.
        if (!(failed.getCause() instanceof Store.UnavailableException unavailable)) {
          throw failed;
        }
        if (System.nanoTime() > deadline) {
          throw unavailable;
        }
      }
      pause();
    }
  }

  private static long write(Store store, Controller row) {
    var outcome = store.commit(Edit.observation(Edit.put(row))).join();
    if (outcome instanceof Outcome.Committed committed) {
      return committed.receipt().getRevision();
    }
    throw new Store.UnavailableException(
        "the store refuses controller " + row.getName(), new IllegalStateException("" + outcome));
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Store.UnavailableException("interrupted while the store was not available", e);
    }
  }
}
