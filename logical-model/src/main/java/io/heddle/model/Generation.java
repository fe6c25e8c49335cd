package io.heddle.model;

import io.heddle.v1.Controller;
import java.util.UUID;

/**
 * One start of one controller, numbered by the log: a later start has a higher number whatever the
 * clocks say. It is the generation_id of OpenFlow role requests (OpenFlow 1.3 section 6.3.5), by
 * which a switch refuses a controller that has been replaced.
 */
public final class Generation {
  private Generation() {}

  /**
   * Writes down that the controller starts.
   *
   * @return the revision that says so
   * @throws Store.UnavailableException where the store could not
   */
  public static long begin(Store store, String controller) {
    var row =
        Controller.newBuilder()
            .setName(controller)
            .setIncarnation(UUID.randomUUID().toString())
            .build();
    var outcome = store.commit(Edit.observation(Edit.put(row))).join();
    if (outcome instanceof Outcome.Committed committed) {
      return committed.receipt().getRevision();
    }
    throw new Store.UnavailableException(
        "the store refuses controller " + controller, new IllegalStateException("" + outcome));
  }
}
