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
   * @return a sentence for people
   * @throws IllegalArgumentException where the transaction was refused; the message says why
   */
  static String commit(Store store, Transaction transaction)
      throws InterruptedException, ExecutionException, TimeoutException {
    var outcome = store.commit(transaction).get(SECONDS, TimeUnit.SECONDS);
    if (outcome instanceof Outcome.Refused refused) {
      throw new IllegalArgumentException(
          "refused, nothing was changed:\n"
              + refused.violations().stream()
                  .map(v -> "  " + Sheet.printable(v.toString()))
                  .collect(Collectors.joining("\n")));
    }
    var receipt = ((Outcome.Committed) outcome).receipt();
    return "%d rows at revision %d".formatted(receipt.getRowsCount(), receipt.getRevision());
  }
}
