package io.heddle.model.relation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** The rows as the transaction at hand sees them: those it found, and what it did to them. */
final class Workspace {
  private final Tables tables;
  private final Map<String, Map<UUID, PendingRow>> pending = new TreeMap<>();

  Workspace(Tables tables) {
    this.tables = tables;
  }

  Tables before() {
    return tables;
  }

  /** Alive or not; without those that were both inserted and deleted. */
  private Map<UUID, PendingRow> pending(String table) {
    return pending.getOrDefault(table, Map.of());
  }

  /** The same to add to. */
  private Map<UUID, PendingRow> opened(String table) {
    return pending.computeIfAbsent(table, t -> new LinkedHashMap<>());
  }

  /** All of them, as a copy: more may come while one looks at them. */
  List<PendingRow> all() {
    var rows = new ArrayList<PendingRow>();
    pending.values().forEach(table -> rows.addAll(table.values()));
    return rows;
  }

  /** In the order of their names. */
  List<String> touchedTables() {
    return List.copyOf(pending.keySet());
  }

  Optional<PendingRow> touched(String table, UUID uuid) {
    return Optional.ofNullable(pending(table).get(uuid));
  }

  Optional<OvsdbRow> row(String table, UUID uuid) {
    var touched = pending(table).get(uuid);
    if (touched != null) {
      return touched.alive() ? Optional.of(touched) : Optional.empty();
    }
    return tables.row(table, uuid);
  }

  boolean exists(String table, UUID uuid) {
    return row(table, uuid).isPresent();
  }

  long count(String table) {
    long count = tables.count(table);
    for (var row : pending(table).values()) {
      count += (row.alive() ? 1 : 0) - (row.before().isPresent() ? 1 : 0);
    }
    return count;
  }

  /** Whether there is such a row, or was before the transaction deleted it. */
  boolean knows(String table, UUID uuid) {
    return pending(table).containsKey(uuid) || tables.row(table, uuid).isPresent();
  }

  PendingRow insert(TableSchema table, UUID uuid) {
    var row = new PendingRow(table, uuid, Optional.empty());
    opened(table.name()).put(uuid, row);
    return row;
  }

  /** For writing. */
  PendingRow edit(TableSchema table, OvsdbRow row) {
    return row instanceof PendingRow edited
        ? edited
        : opened(table.name())
            .computeIfAbsent(row.uuid(), uuid -> new PendingRow(table, uuid, Optional.of(row)));
  }

  void delete(TableSchema table, OvsdbRow row) {
    var edited = edit(table, row);
    edited.delete();
    if (edited.before().isEmpty()) {
      pending(table.name()).remove(row.uuid());
    }
  }

  /** Forgets what turned out to be as it was before. */
  void dropUnchanged() {
    for (var rows : pending.values()) {
      rows.values()
          .removeIf(row -> row.alive() && row.before().isPresent() && row.changes().isEmpty());
    }
  }

  /** The rows that are meant, as they stand. Those found may be written and deleted. */
  List<OvsdbRow> matching(Where where) {
    var table = where.table().name();
    var found = new ArrayList<OvsdbRow>();
    var exact = exactly(where);
    if (exact.isPresent()) {
      row(table, exact.get()).filter(where::all).ifPresent(found::add);
      return found;
    }
    var touched = pending(table);
    for (var row : candidates(where)) {
      if (!touched.containsKey(row.uuid()) && where.all(row)) {
        found.add(row);
      }
    }
    for (var row : touched.values()) {
      if (row.alive() && where.all(row)) {
        found.add(row);
      }
    }
    return found;
  }

  private static Optional<UUID> exactly(Where where) {
    for (var clause : where.clauses()) {
      if (clause instanceof Clause.Comparison comparison
          && comparison.column().equals(TableSchema.UUID)
          && comparison.function() == Clause.Function.EQUAL) {
        return comparison.argument().only().map(atom -> ((Atom.Id) atom).value());
      }
    }
    return Optional.empty();
  }

  private Iterable<? extends OvsdbRow> candidates(Where where) {
    var table = where.table().name();
    for (var clause : where.clauses()) {
      if (clause instanceof Clause.Comparison comparison
          && (comparison.function() == Clause.Function.EQUAL
              || comparison.function() == Clause.Function.INCLUDES)) {
        var found = holding(table, comparison.column(), comparison.argument());
        if (found.isPresent()) {
          return found.get();
        }
      }
    }
    return tables.rows(table);
  }

  /** Rows before the transaction of which those that hold all of it are some, if an index helps. */
  Optional<? extends Iterable<? extends OvsdbRow>> holding(
      String table, String column, Datum keys) {
    return keys.size() == 1
        ? tables.find(table, column, keys.only().orElseThrow())
        : Optional.empty();
  }
}
