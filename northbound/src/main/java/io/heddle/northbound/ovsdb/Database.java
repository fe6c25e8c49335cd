package io.heddle.northbound.ovsdb;

import com.google.common.base.Suppliers;
import io.heddle.model.relation.DatabaseSchema;
import io.heddle.model.relation.Operation;
import io.heddle.model.relation.Result;
import io.heddle.model.relation.RowChange;
import io.heddle.model.relation.Tables;
import io.heddle.v1.Origin;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One database as those who serve it know it. All methods may be called by any thread. */
interface Database {
  /** All rows at one revision. */
  record View(long revision, Tables tables) {}

  /**
   * What came with one revision.
   *
   * @param changed the tables that may have changed; in all others nothing did
   * @param difference to the revision before; asked for only where somebody wants to know
   */
  record Commit(View after, Set<String> changed, Supplier<List<RowChange>> difference) {
    /** Finds out only once. */
    static Commit of(View after, Set<String> changed, Supplier<List<RowChange>> difference) {
      return new Commit(after, changed, Suppliers.memoize(difference::get));
    }

    long revision() {
      return after.revision();
    }

    List<RowChange> changes() {
      return difference.get();
    }
  }

  /**
   * What became of a transaction.
   *
   * @param revision that shows it
   */
  record Answer(long revision, List<Result> results) {}

  DatabaseSchema schema();

  /** The "cksum" of the schema's file, which cannot be known from the schema. */
  default Optional<String> checksum() {
    return Optional.empty();
  }

  RecentCommits commits();

  /** The newest. */
  default View view() {
    return commits().newest();
  }

  /** Reads all commits from now on. */
  default RecentCommits.Reader follow() {
    return commits().follow();
  }

  /**
   * What changed since a revision, at most once for each row; empty where that is not remembered.
   * Reaches back to before this member started.
   *
   * @param to what {@link #view} or a commit gave
   */
  Optional<List<RowChange>> between(long revision, View to);

  /** What clients know the revision by, on every member and after every restart. */
  UUID id(long revision);

  /** The revision that has this id, unless it is not of this database. */
  OptionalLong revision(UUID id);

  /**
   * Carries out all operations or none. A wait that is not met is an answer; fails only where
   * nobody knows what became of it.
   *
   * @param origin who asks
   * @param answering completes the future, where that is not complete at once
   */
  CompletableFuture<Answer> transact(List<Operation> operations, Origin origin, Executor answering);

  /** What would become of a transaction at this moment. */
  List<Result> attempt(List<Operation> operations);

  /** Runs the listener after each commit until the returned handle is closed; it must be quick. */
  default Listening listen(Consumer<Commit> listener) {
    return commits().listen(listener);
  }

  /** Ends a listener's calls when closed. */
  @FunctionalInterface
  interface Listening extends AutoCloseable {
    @Override
    void close();
  }
}
