package io.heddle.model.relation;

import io.heddle.model.relation.BaseType.Strength;
import io.heddle.model.relation.References.Link;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a transaction as a whole must fulfil, and what follows from it (RFC 7047 section 3.2):
 * references, rows nobody refers to any more, numbers of rows, indexes. In ovsdb-server's order, as
 * the first fault is the one that is told. All of it looks only at rows that the transaction
 * touched and those that they refer to.
 */
final class Commit {
  /** A row by its table and UUID. */
  private record Id(String table, UUID uuid) {
    // Looked up for each row, and so tells by itself what all records tell by method handles.

    @Override
    public boolean equals(Object other) {
      return other instanceof Id id && uuid.equals(id.uuid) && table.equals(id.table);
    }

    @Override
    public int hashCode() {
      return table.hashCode() * 31 + uuid.hashCode();
    }
  }

  private final DatabaseSchema schema;
  private final References references;
  private final Workspace work;

  /** How many more strong references a row has than before the transaction. */
  private final Map<Id, Long> gained = new HashMap<>();

  Commit(DatabaseSchema schema, References references, Workspace work) {
    this.schema = schema;
    this.references = references;
    this.work = work;
  }

  /** Ordered by table and UUID. */
  List<RowChange> changes() throws Refusal {
    work.dropUnchanged();
    countReferences();
    checkDeleted();
    collectGarbage();
    checkRowCounts();
    new WeakReferences(references, work).prune();
    new Uniqueness(work).check();
    return result();
  }

  private void countReferences() throws Refusal {
    for (var row : work.all()) {
      for (var link : strongFrom(row)) {
        var column = link.column().name();
        if (row.before().isEmpty()) {
          var held = row.get(link.column());
          add(row, link, held, held.keys());
        } else if (!row.alive()) {
          var held = row.before().get().get(column);
          remove(row, link, held, held.keys());
        } else {
          var change = row.change(column);
          if (change.isPresent()) {
            remove(row, link, change.get().before(), change.get().removed());
            add(row, link, change.get().after(), change.get().added());
          }
        }
      }
    }
  }

  private List<Link> strongFrom(PendingRow row) {
    return references.from(row.table().name(), Strength.STRONG);
  }

  private void add(PendingRow row, Link link, Datum held, Iterable<Atom> keys) throws Refusal {
    for (var key : keys) {
      var target = link.target(held, key);
      if (target.equals(row.uuid())) {
        continue;
      }
      if (!work.knows(link.target(), target)) {
        throw integrity(
            "Table %s column %s row %s references nonexistent row %s in table %s."
                .formatted(link.table(), link.column().name(), row.uuid(), target, link.target()));
      }
      gained.merge(new Id(link.target(), target), 1L, Long::sum);
    }
  }

  private void remove(PendingRow row, Link link, Datum held, Iterable<Atom> keys) {
    for (var key : keys) {
      var target = link.target(held, key);
      if (!target.equals(row.uuid())) {
        gained.merge(new Id(link.target(), target), -1L, Long::sum);
      }
    }
  }

  private void checkDeleted() throws Refusal {
    for (var row : work.all()) {
      if (!row.alive()) {
        long left = references(new Id(row.table().name(), row.uuid()), Long.MAX_VALUE);
        if (left > 0) {
          throw integrity(
              "cannot delete %s row %s because of %d remaining reference(s)"
                  .formatted(row.table().name(), row.uuid(), left));
        }
      }
    }
  }

  /** The strong references that a row has now; does not count further than needed. */
  private long references(Id row, long enough) {
    long count = gained.getOrDefault(row, 0L);
    for (var link : references.to(row.table(), Strength.STRONG)) {
      if (count >= enough) {
        return count;
      }
      var column = link.column().name();
      for (var uuid : work.before().referrers(link.table(), column, row.uuid())) {
        if (count >= enough) {
          return count;
        }
        if (!uuid.equals(row.uuid())) {
          var referrer = work.before().row(link.table(), uuid).orElseThrow();
          count += link.referring(referrer.get(column), row.uuid()).size();
        }
      }
    }
    return count;
  }

  private void collectGarbage() {
    var suspects = new ArrayDeque<Id>();
    for (var row : work.all()) {
      if (row.before().isEmpty() && !row.table().root()) {
        suspects.add(new Id(row.table().name(), row.uuid()));
      }
    }
    var losers = new ArrayList<Id>();
    gained.forEach(
        (row, more) -> {
          if (more < 0) {
            losers.add(row);
          }
        });
    losers.sort(Comparator.comparing(Id::table).thenComparing(Id::uuid));
    suspects.addAll(losers);
    while (!suspects.isEmpty()) {
      var suspect = suspects.remove();
      var table = schema.table(suspect.table()).orElseThrow();
      var row = work.row(suspect.table(), suspect.uuid());
      if (!table.root() && row.isPresent() && references(suspect, 1) <= 0) {
        var dead = work.edit(table, row.get());
        work.delete(table, dead);
        for (var link : strongFrom(dead)) {
          var held = dead.get(link.column().name());
          remove(dead, link, held, held.keys());
          for (var key : held.keys()) {
            suspects.add(new Id(link.target(), link.target(held, key)));
          }
        }
      }
    }
  }

  private void checkRowCounts() throws Refusal {
    for (var name : work.touchedTables()) {
      var table = schema.table(name).orElseThrow();
      if (table.maxRows() < ColumnType.UNLIMITED) {
        long rows = work.count(table.name());
        if (rows > table.maxRows() && rows > work.before().count(table.name())) {
          throw Refusal.constraint(
              "transaction causes \"%s\" table to contain %d rows, greater than the schema-defined"
                      .formatted(table.name(), rows)
                  + " limit of "
                  + table.maxRows()
                  + " row(s)");
        }
      }
    }
  }

  private List<RowChange> result() {
    var changes = new ArrayList<RowChange>();
    for (var row : work.all()) {
      boolean edited = row.alive() && row.before().isPresent();
      var columns = edited ? row.changes() : List.<RowChange.ColumnChange>of();
      if (!edited || !columns.isEmpty()) {
        changes.add(
            new RowChange(
                row.table().name(),
                row.uuid(),
                row.before(),
                row.alive() ? Optional.of(row) : Optional.empty(),
                columns));
      }
    }
    changes.sort(Comparator.comparing(RowChange::table).thenComparing(RowChange::uuid));
    return changes;
  }

  private static Refusal integrity(String details) {
    return new Refusal(OvsdbError.of(OvsdbError.REFERENTIAL_INTEGRITY_VIOLATION, details));
  }
}
