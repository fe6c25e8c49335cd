package io.heddle.model;

import io.heddle.v1.Controller;
import java.util.UUID;

/**
 * One start of one controller, numbered by the log: a later start has a higher number whatever the
 * clocks say.
 */
public final class Generation {
  private Generation() {}

  /**
   * Writes down that the controller starts, and where hosts reach it.
   *
   * @param controller all but the incarnation
   * @return the revision that says so
   * @throws Store.UnavailableException where the store could not
   */
  public static long begin(Store store, Controller controller) {
    var row = controller.toBuilder().setIncarnation(UUID.randomUUID().toString()).build();
    var outcome = store.commit(Edit.observation(Edit.put(row))).join();
    if (outcome instanceof Outcome.Committed committed) {
      return committed.receipt().getRevision();
    }
    throw new Store.UnavailableException(
        "the store refuses controller " + controller.getName(),
        new IllegalStateException("" + outcome));
  }
}
