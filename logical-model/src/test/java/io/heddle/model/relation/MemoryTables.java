package io.heddle.model.relation;

import io.vavr.collection.HashMap;
import io.vavr.collection.HashSet;
import io.vavr.collection.Map;
import io.vavr.collection.Set;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rows in memory, immutable: what a transaction did gives the next. */
public final class MemoryTables implements Tables {
  /** Rows that have this key, or value, in this column. */
  private record Key(String table, String column, Atom atom) {}

  private final DatabaseSchema schema;
  private final Map<String, Map<UUID, OvsdbRow.Held>> rows;
  private final Map<Key, Set<UUID>> indexes;
  private final long revision;

  private MemoryTables(
      DatabaseSchema schema,
      Map<String, Map<UUID, OvsdbRow.Held>> rows,
      Map<Key, Set<UUID>> indexes,
      long revision) {
    this.schema = schema;
    this.rows = rows;
    this.indexes = indexes;
    this.revision = revision;
  }

  public static MemoryTables empty(DatabaseSchema schema) {
    return new MemoryTables(schema, HashMap.empty(), HashMap.empty(), 0);
  }

  public MemoryTables after(List<RowChange> changes) {
    var nextRows = rows;
    var nextIndexes = indexes;
    for (var change : changes) {
      var table = schema.table(change.table()).orElseThrow();
      var old = held(nextRows, change);
      var now = change.after().map(row -> held(table, old, change, row));
      var tableRows = nextRows.getOrElse(table.name(), HashMap.empty());
      tableRows =
          now.isPresent()
              ? tableRows.put(change.uuid(), now.get())
              : tableRows.remove(change.uuid());
      nextRows = nextRows.put(table.name(), tableRows);
      for (var key : keys(table, change, false)) {
        nextIndexes =
            nextIndexes.put(key, nextIndexes.getOrElse(key, HashSet.empty()).remove(change.uuid()));
      }
      for (var key : keys(table, change, true)) {
        nextIndexes =
            nextIndexes.put(key, nextIndexes.getOrElse(key, HashSet.empty()).add(change.uuid()));
      }
    }
    return new MemoryTables(schema, nextRows, nextIndexes, revision + 1);
  }

  private static Optional<OvsdbRow.Held> held(
      Map<String, Map<UUID, OvsdbRow.Held>> rows, RowChange change) {
    return rows.get(change.table()).flatMap(t -> t.get(change.uuid())).toJavaOptional();
  }

  private OvsdbRow.Held held(
      TableSchema table, Optional<OvsdbRow.Held> old, RowChange change, OvsdbRow row) {
    Map<String, Datum> columns = HashMap.empty();
    if (old.isPresent()) {
      columns = old.get().columns();
      for (var column : change.columns()) {
        columns = columns.put(column.column(), column.after());
      }
    } else {
      for (var column : table.columns().keySet()) {
        columns = columns.put(column, row.get(column));
      }
    }
    return new OvsdbRow.Held(row.uuid(), new UUID(revision + 1, 1), columns);
  }

  /** What the row is no longer, or is now, to be found by. */
  private static List<Key> keys(TableSchema table, RowChange change, boolean now) {
    var keys = new ArrayList<Key>();
    var row = now ? change.after() : change.before();
    if (row.isPresent() && !change.columns().isEmpty()) {
      for (var c : change.columns()) {
        for (var atom : now ? c.added() : c.removed()) {
          var column = table.columns().get(c.column()).get();
          add(keys, table, column, atom, now ? c.after() : c.before());
        }
        // A value that a key lost may be that of another key still.
        if (now) {
          for (var atom : c.after() instanceof Datum.Pairs ? c.after().keys() : List.<Atom>of()) {
            add(keys, table, table.columns().get(c.column()).get(), atom, c.after());
          }
        }
      }
    } else if (row.isPresent()) {
      for (var column : table.columns().values()) {
        var datum = row.get().get(column.name());
        for (var atom : isIndexed(table, column) ? datum.keys() : List.<Atom>of()) {
          add(keys, table, column, atom, datum);
        }
      }
    }
    return keys;
  }

  private static void add(
      List<Key> keys, TableSchema table, ColumnSchema column, Atom atom, Datum datum) {
    if (isIndexed(table, column)) {
      keys.add(new Key(table.name(), column.name(), atom));
      datum.value(atom).ifPresent(v -> keys.add(new Key(table.name(), column.name(), v)));
    }
  }

  private static boolean isIndexed(TableSchema table, ColumnSchema column) {
    var type = column.type();
    return type.key().refersTo().isPresent()
        || type.value().flatMap(BaseType::refersTo).isPresent()
        || table.indexes().stream().anyMatch(index -> index.contains(column.name()));
  }

  @Override
  public Optional<OvsdbRow> row(String table, UUID uuid) {
    return rows.get(table).flatMap(t -> t.get(uuid)).<OvsdbRow>map(r -> r).toJavaOptional();
  }

  @Override
  public Iterable<OvsdbRow.Held> rows(String table) {
    return rows.get(table).map(Map::values).getOrElse(io.vavr.collection.List.empty());
  }

  @Override
  public long count(String table) {
    return rows.get(table).map(Map::size).getOrElse(0);
  }

  @Override
  public Optional<Iterable<OvsdbRow>> find(String table, String column, Atom key) {
    var schema = this.schema.table(table).orElseThrow();
    return schema
        .column(column)
        .filter(c -> isIndexed(schema, c))
        .map(
            c ->
                indexes
                    .getOrElse(new Key(table, column, key), HashSet.empty())
                    .toList()
                    .map(uuid -> row(table, uuid).orElseThrow())
                    .filter(row -> row.get(column).containsKey(key)));
  }

  @Override
  public Iterable<UUID> referrers(String table, String column, UUID row) {
    return indexes.getOrElse(new Key(table, column, Atom.of(row)), HashSet.empty());
  }
}
