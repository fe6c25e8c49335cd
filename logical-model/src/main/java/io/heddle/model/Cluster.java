package io.heddle.model;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** What an operator sees of the cluster, and changes in it. */
public interface Cluster {
  /** Drawn when the cluster was founded; each member's data folder remembers it. */
  UUID id();

  /** The member that answers. */
  String self();

  /** The newest term of which this member knows. */
  long term();

  /** All who belong to the cluster, by name, as this member sees them. */
  List<Member> members();

  /**
   * Removes a member that is gone for good, so that it counts no longer for a majority. Should it
   * come back, it is refused unless its data folder is empty.
   *
   * <p>Fails with an {@link IllegalArgumentException} where there is no such member or it is live,
   * with {@link Store.UnavailableException} where the others do not agree now.
   */
  CompletableFuture<Void> remove(String name);

  /**
   * @param address where it is reached, "host:port"; empty where that is unknown, or it is alone
   * @param votes false for one that fetches what it has missed
   * @param live whether it answers
   * @param told what it said last, if it is live
   */
  record Member(
      String name,
      Optional<String> address,
      boolean votes,
      boolean live,
      boolean leads,
      Optional<Reached> told) {}

  /**
   * How far a member is.
   *
   * @param revision the newest that it has applied
   * @param entry the last entry of the log that it has applied
   * @param version the newest that it understands (see {@link Edition})
   */
  record Reached(long revision, long entry, int version) {}
}
