package io.heddle.model.relation;

import io.vavr.collection.Map;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * One step of a transaction (RFC 7047 section 5.2). Names of new rows ("named-uuid") are UUIDs
 * already: whoever reads a transaction draws them. A row that is meant must meet all clauses of
 * {@code where}.
 */
public sealed interface Operation {
  /**
   * @param uuid of the new row, drawn or wished for by the client
   * @param row the columns that are given; others get their {@link ColumnType#initial} value
   */
  record Insert(String table, UUID uuid, Map<String, Datum> row) implements Operation {}

  /**
   * @param columns empty means all, {@code _uuid} and {@code _version} included
   */
  record Select(String table, List<Clause> where, Optional<List<String>> columns)
      implements Operation {}

  record Update(String table, List<Clause> where, Map<String, Datum> row) implements Operation {}

  record Mutate(String table, List<Clause> where, List<Mutation> mutations) implements Operation {}

  record Delete(String table, List<Clause> where) implements Operation {}

  /**
   * Waits until the rows that are meant, seen through {@code columns}, are ({@code equal}) or are
   * not {@code rows}.
   *
   * @param timeout in milliseconds; without one it waits for ever
   */
  record Wait(
      String table,
      OptionalLong timeout,
      List<Clause> where,
      Optional<List<String>> columns,
      boolean equal,
      List<Map<String, Datum>> rows)
      implements Operation {}

  /** All is durable anyway. */
  record Commit(boolean durable) implements Operation {}

  record Abort() implements Operation {}

  record Comment(String text) implements Operation {}

  /**
   * @param held whether the client held the lock when it asked: locks are no rows
   */
  record Assert(String lock, boolean held) implements Operation {}

  /**
   * What could not be read: fails with that error when it is its turn.
   *
   * @param inserted the row that was to be made, if the client named it: that there is one already
   *     counts more
   */
  record Faulty(OvsdbError error, Optional<Wish> inserted) implements Operation {
    public static Faulty of(OvsdbError error) {
      return new Faulty(error, Optional.empty());
    }
  }

  /** A row as a client wants it to be known. */
  record Wish(String table, UUID uuid) {}
}
