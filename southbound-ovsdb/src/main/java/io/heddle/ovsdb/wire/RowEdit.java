package io.heddle.ovsdb.wire;

import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * One operation of an OVSDB transaction (RFC 7047 section 5.2). Values are as {@link RowValues} has
 * them; a UUID's place may be taken by a {@link NewRow}. Columns that the host's schema lacks are
 * left out.
 */
public sealed interface RowEdit {
  /** Refers to the row that an {@link Insert} of the same transaction makes. */
  record NewRow(String id) {}

  record Insert(String table, NewRow id, RowValues values) implements RowEdit {}

  record Update(String table, UUID row, RowValues values) implements RowEdit {}

  /** Adds elements to a set column. */
  record Include(String table, UUID row, String column, Set<?> elements) implements RowEdit {}

  /** Adds entries to a map column; keys that are there keep their values. */
  record Put(String table, UUID row, String column, Map<String, String> entries)
      implements RowEdit {}

  /** Takes elements out of a set column, or entries by their keys out of a map column. */
  record Exclude(String table, UUID row, String column, Set<?> elements) implements RowEdit {}

  /** Words for the host's database log. */
  record Remark(String text) implements RowEdit {}
}
