package io.heddle.model.relation;

import io.vavr.collection.Map;
import java.util.UUID;

/**
 * A row of one table. An interface, so that a view may convert a column only when somebody reads
 * it: a search looks at one column of many rows.
 */
public interface OvsdbRow {
  UUID uuid();

  /** Changes whenever the row does. */
  UUID version();

  /**
   * What the column holds, {@code _uuid} and {@code _version} included. The column must be one of
   * the table's.
   */
  Datum get(String column);

  /** The same of a column whose schema is at hand. */
  default Datum get(ColumnSchema column) {
    return get(column.name());
  }

  /** One that has all its columns at hand: {@code columns} without _uuid and _version. */
  static OvsdbRow of(UUID uuid, UUID version, Map<String, Datum> columns) {
    return new Held(uuid, version, columns);
  }

  /** See {@link #of}. */
  record Held(UUID uuid, UUID version, Map<String, Datum> columns) implements OvsdbRow {
    @Override
    public Datum get(String column) {
      return switch (column) {
        case TableSchema.UUID -> Datum.of(Atom.of(uuid));
        case TableSchema.VERSION -> Datum.of(Atom.of(version));
        default ->
            columns
                .get(column)
                .getOrElseThrow(() -> new IllegalArgumentException("no column " + column));
      };
    }
  }
}
