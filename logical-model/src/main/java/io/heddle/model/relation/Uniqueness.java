package io.heddle.model.relation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** No two rows may have the same values in the columns of an index. */
final class Uniqueness {
  /** An index of a table. */
  private record Place(String table, List<String> columns) {}

  private final Workspace work;

  /** The rows that were looked at, by what they hold in an index. */
  private final Map<Place, Map<Object, PendingRow>> seen = new HashMap<>();

  Uniqueness(Workspace work) {
    this.work = work;
  }

  void check() throws Refusal {
    for (var row : work.all()) {
      if (row.alive()) {
        for (var index : row.table().indexes()) {
          check(row, index);
        }
      }
    }
  }

  private void check(PendingRow row, List<String> index) throws Refusal {
    var earlier =
        seen.computeIfAbsent(new Place(row.table().name(), index), place -> new HashMap<>())
            .putIfAbsent(values(row, index), row);
    if (earlier != null) {
      throw duplicate(index, earlier, row);
    }
    if (row.before().isEmpty() || !same(row.before().get(), row, index)) {
      for (var other : candidates(row, index)) {
        if (work.touched(row.table().name(), other.uuid()).isEmpty() && same(other, row, index)) {
          throw duplicate(index, other, row);
        }
      }
    }
  }

  private static Object values(PendingRow row, List<String> index) {
    return index.size() == 1
        ? row.get(index.get(0))
        : index.stream().map(column -> row.get(column)).toList();
  }

  private Iterable<? extends OvsdbRow> candidates(PendingRow row, List<String> index) {
    var table = row.table().name();
    for (var column : index) {
      var found = work.holding(table, column, row.get(column));
      if (found.isPresent()) {
        return found.get();
      }
    }
    return work.before().rows(table);
  }

  private static boolean same(OvsdbRow a, OvsdbRow b, List<String> columns) {
    for (var column : columns) {
      if (!a.get(column).equals(b.get(column))) {
        return false;
      }
    }
    return true;
  }

  private static Refusal duplicate(List<String> index, OvsdbRow first, PendingRow second) {
    var table = second.table();
    var names = index.stream().map(column -> '"' + column + '"').toList();
    return Refusal.constraint(
        ("Transaction causes multiple rows in \"%s\" table to have identical values (%s) for index"
                + " on column%s %s.  First row, with UUID %s, %s  Second row, with UUID %s, %s")
            .formatted(
                table.name(),
                values(table, index, second),
                names.size() > 1 ? "s" : "",
                Wording.list(names),
                first.uuid(),
                history(table, index, first),
                second.uuid(),
                history(table, index, second)));
  }

  private static String history(TableSchema table, List<String> index, OvsdbRow row) {
    Optional<OvsdbRow> before =
        row instanceof PendingRow pending ? pending.before() : Optional.of(row);
    if (before.isEmpty()) {
      return "was inserted by this transaction.";
    } else if (row == before.get()) {
      return "existed in the database before this transaction and was not modified by the"
          + " transaction.";
    } else if (same(before.get(), row, index)) {
      return "existed in the database before this transaction, which modified some of the row's"
          + " columns but not any columns in this index.";
    }
    return "had the following index values before the transaction: "
        + values(table, index, before.get())
        + ".";
  }

  private static String values(TableSchema table, List<String> index, OvsdbRow row) {
    return Wording.list(
        index.stream()
            .map(c -> Wording.of(table.column(c).orElseThrow().type(), row.get(c)))
            .toList());
  }
}
