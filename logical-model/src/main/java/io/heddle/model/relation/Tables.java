package io.heddle.model.relation;

import java.util.Optional;
import java.util.UUID;

/** The rows that a transaction finds. They do not change while somebody reads them. */
public interface Tables {
  Optional<OvsdbRow> row(String table, UUID uuid);

  /** All rows, in the same order on every member. */
  Iterable<? extends OvsdbRow> rows(String table);

  long count(String table);

  /**
   * The rows whose column has that key, where an index knows them; empty where only looking at all
   * rows would tell.
   */
  Optional<? extends Iterable<? extends OvsdbRow>> find(String table, String column, Atom key);

  /**
   * The rows of {@code table} whose {@code column} refers to {@code row}, as a key or as a value:
   * each once, without looking at the others. Read only as far as needed.
   */
  Iterable<UUID> referrers(String table, String column, UUID row);
}
