package io.heddle.model;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The members of the cluster that keep the {@link Store} together, as this one sees them. Others
 * may see something else at the same time: what all must agree on goes through the store.
 */
public interface Membership {
  /** What tells this cluster from every other: the same on all members, for as long as it is. */
  UUID cluster();

  /** What this member sees now. */
  View view();

  /**
   * Calls the listener with every view that differs from the one before, in order, from the
   * returned subscription's {@link Subscription#from} on. The listener must return quickly.
   */
  Subscription subscribe(Consumer<View> listener);

  /**
   * What one member sees.
   *
   * @param self the name of the member that sees it
   * @param members the names of all who have a vote, {@code self} among them unless it was removed
   * @param live those of the members that answer, {@code self} among them
   * @param leader who leads, as far as this member knows; empty while there is an election, or
   *     where this member hears of no leader
   * @param term the newest term of which this member knows; it grows with each election
   */
  record View(
      String self,
      SortedSet<String> members,
      SortedSet<String> live,
      Optional<String> leader,
      long term) {
    public View {
      members = Collections.unmodifiableSortedSet(new TreeSet<>(members));
      live = Collections.unmodifiableSortedSet(new TreeSet<>(live));
    }

    /** A single member, which leads. */
    public static View alone(String self, long term) {
      var only = new TreeSet<>(List.of(self));
      return new View(self, only, only, Optional.of(self), term);
    }

    /** Whether this member leads. */
    public boolean leads() {
      return leader.filter(self::equals).isPresent();
    }

    /** Whether so many members answer that they could commit. */
    public boolean majority() {
      return 2 * live.size() > members.size();
    }
  }

  /** Ends the listener's calls when closed. */
  interface Subscription extends AutoCloseable {
    /** The view before the first one that the listener is told. */
    View from();

    @Override
    void close();
  }
}
