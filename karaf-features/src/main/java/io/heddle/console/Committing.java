package io.heddle.console;

import io.heddle.model.Outcome;
import io.heddle.model.Store;
import io.heddle.v1.Transaction;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/** Commits and says what became of it. */
final class Committing {
  private static final long SECONDS = 30;

  private Committing() {}

  /**
   * @return the revision that holds it
   * @throws IllegalArgumentException where the transaction was refused; the message says why
   */
  static long commit(Store store, Transaction transaction)
      throws InterruptedException, ExecutionException, TimeoutException {
    var outcome = store.commit(transaction).get(SECONDS, TimeUnit.SECONDS);
    if (outcome instanceof Outcome.Refused refused) {
      throw new IllegalArgumentException(
          "Refused; nothing was changed:\n"
              + refused.violations().stream().map(v -> "  " + v).collect(Collectors.joining("\n")));
    }
    return ((Outcome.Committed) outcome).receipt().getRevision();
  }
}
