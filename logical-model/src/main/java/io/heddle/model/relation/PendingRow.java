package io.heddle.model.relation;

import io.heddle.model.relation.RowChange.ColumnChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * A row that the transaction at hand inserted, wrote or deleted, as it stands at the moment. It
 * remembers which keys of which columns were written, so that finding what changed in a set costs
 * what was done to it, not what it holds.
 */
final class PendingRow implements OvsdbRow {
  private final TableSchema table;
  private final UUID uuid;
  private final Optional<OvsdbRow> before;
  private final Map<String, Datum> written = new TreeMap<>();

  /** Of a row that was there before, as is the next one. */
  private final Map<String, Set<Atom>> touched;

  private final Map<String, Optional<ColumnChange>> found;
  private boolean alive = true;

  PendingRow(TableSchema table, UUID uuid, Optional<OvsdbRow> before) {
    this.table = table;
    this.uuid = uuid;
    this.before = before;
    this.touched = before.isPresent() ? new HashMap<>() : Map.of();
    this.found = before.isPresent() ? new HashMap<>() : Map.of();
  }

  TableSchema table() {
    return table;
  }

  /** Empty where the transaction inserted it. */
  Optional<OvsdbRow> before() {
    return before;
  }

  boolean alive() {
    return alive;
  }

  void delete() {
    alive = false;
  }

  /** Changes what the column holds in those keys alone. */
  void write(String column, Datum value, Iterable<Atom> keys) {
    written.put(column, value);
    if (before.isPresent()) {
      found.remove(column);
      var all = touched.computeIfAbsent(column, c -> new HashSet<>());
      keys.forEach(all::add);
    }
  }

  void replace(String column, Datum value) {
    var held = get(column);
    if (!held.equals(value)) {
      write(column, value, held.keys());
      write(column, value, value.keys());
    }
  }

  @Override
  public UUID uuid() {
    return uuid;
  }

  /** That of the row before, as whoever keeps the row gives it the next one; some, if it is new. */
  @Override
  public UUID version() {
    return before.map(OvsdbRow::version).orElse(uuid);
  }

  @Override
  public Datum get(String column) {
    var value = written.get(column);
    if (value != null) {
      return value;
    }
    return switch (column) {
      case TableSchema.UUID -> Datum.of(Atom.of(uuid));
      case TableSchema.VERSION -> Datum.of(Atom.of(version()));
      default ->
          before
              .map(row -> row.get(column))
              .orElseGet(() -> table.column(column).orElseThrow().type().initial());
    };
  }

  @Override
  public Datum get(ColumnSchema column) {
    var value = written.get(column.name());
    if (value != null) {
      return value;
    }
    return before.isEmpty() ? column.type().initial() : before.get().get(column);
  }

  /** What is different in a row that was there before. */
  List<ColumnChange> changes() {
    var changes = new ArrayList<ColumnChange>();
    for (var entry : written.entrySet()) {
      change(entry.getKey()).ifPresent(changes::add);
    }
    return changes;
  }

  /** The keys of that column that were written, or all of a new row. */
  Set<Atom> touched(String column) {
    return before.isEmpty()
        ? new TreeSet<>(get(column).keys())
        : new TreeSet<>(touched.getOrDefault(column, Set.of()));
  }

  Optional<ColumnChange> change(String column) {
    return written.containsKey(column)
        ? found.computeIfAbsent(column, c -> change(c, written.get(c)))
        : Optional.empty();
  }

  private Optional<ColumnChange> change(String column, Datum now) {
    var old = before.orElseThrow().get(column);
    var added = new TreeSet<Atom>();
    var removed = new TreeSet<Atom>();
    for (var key : touched.get(column)) {
      if (now.containsKey(key) && !now.agrees(old, key)) {
        added.add(key);
      }
      if (old.containsKey(key) && !old.agrees(now, key)) {
        removed.add(key);
      }
    }
    return added.isEmpty() && removed.isEmpty()
        ? Optional.empty()
        : Optional.of(new ColumnChange(column, old, now, added, removed));
  }
}
