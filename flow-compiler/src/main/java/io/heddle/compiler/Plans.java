package io.heddle.compiler;

import java.util.List;
import java.util.UUID;

/** What each chassis should have, as those who carry it out know it. */
public interface Plans {
  /**
   * Tells the follower the chassis' whole plan, as soon as there is one, then every change to it,
   * in order, and every revision that changes nothing of it, since that too is to be confirmed. The
   * follower must return quickly.
   */
  Following follow(UUID chassis, Follower follower);

  /** Told of a plan and its changes, one at a time. */
  @FunctionalInterface
  interface Follower {
    void planned(PlanChange change);
  }

  /** Ends the follower's calls when closed. */
  interface Following extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * The step to the plan of a revision.
   *
   * @param whole there is nothing in the plan but {@code set}
   * @param set units that are new or have other flows than before
   * @param gone units that are no longer part of the plan
   */
  record PlanChange(long revision, boolean whole, List<Unit> set, List<UnitKey> gone) {}
}
