package io.heddle.model.relation;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What a transaction did to one row.
 *
 * @param before empty where the row was inserted
 * @param after empty where it was deleted
 * @param columns the columns that hold something else now, where the row was there and still is
 */
public record RowChange(
    String table,
    UUID uuid,
    Optional<OvsdbRow> before,
    Optional<OvsdbRow> after,
    List<ColumnChange> columns) {
  /**
   * @param added the keys that {@code after} has and {@code before} does not, or with another value
   * @param removed the keys that {@code before} has and {@code after} does not, or with another
   *     value
   */
  public record ColumnChange(
      String column, Datum before, Datum after, Set<Atom> added, Set<Atom> removed) {
    /** Empty where both hold the same. */
    public static Optional<ColumnChange> of(String column, Datum before, Datum after) {
      var added = new TreeSet<>(after.keys());
      added.removeIf(key -> before.containsKey(key) && before.value(key).equals(after.value(key)));
      var removed = new TreeSet<>(before.keys());
      removed.removeIf(key -> after.containsKey(key) && before.value(key).equals(after.value(key)));
      return added.isEmpty() && removed.isEmpty()
          ? Optional.empty()
          : Optional.of(new ColumnChange(column, before, after, added, removed));
    }
  }
}
