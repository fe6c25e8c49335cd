package io.heddle.model.relation;

import io.heddle.model.relation.BaseType.Strength;
import io.heddle.model.relation.References.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Takes references to rows that there are not out of the columns where they are weak. */
final class WeakReferences {
  private static final Atom NOBODY = AtomType.UUID.zero();

  private final References references;
  private final Workspace work;

  WeakReferences(References references, Workspace work) {
    this.references = references;
    this.work = work;
  }

  void prune() throws Refusal {
    for (var row : work.all()) {
      if (!row.alive()) {
        for (var link : references.to(row.table().name(), Strength.WEAK)) {
          touchReferrers(link, row.uuid());
        }
      }
    }
    for (var row : work.all()) {
      if (row.alive()) {
        prune(row);
      }
    }
  }

  /** So that {@link #prune(PendingRow)} comes by. */
  private void touchReferrers(Link link, UUID deleted) {
    var column = link.column().name();
    for (var uuid : work.before().referrers(link.table(), column, deleted)) {
      work.row(link.table(), uuid)
          .ifPresent(
              row -> {
                var referrer = work.edit(link.source(), row);
                var held = referrer.get(column);
                referrer.write(column, held, link.referring(held, deleted));
              });
    }
  }

  private void prune(PendingRow row) throws Refusal {
    for (var entry : references.weakFrom(row.table().name()).entrySet()) {
      prune(row, entry.getKey(), entry.getValue());
    }
  }

  private void prune(PendingRow row, String column, List<Link> links) throws Refusal {
    var held = row.get(links.get(0).column());
    if (held.isEmpty()) {
      return;
    }
    var gone = new ArrayList<Atom>();
    for (var key : row.touched(column)) {
      if (held.containsKey(key)
          && links.stream().anyMatch(l -> !work.exists(l.target(), l.target(held, key)))) {
        gone.add(key);
      }
    }
    if (gone.isEmpty()) {
      return;
    }
    var left = held;
    for (var key : gone) {
      left = left.without(key);
    }
    var schema = links.get(0).column();
    if (left.size() < schema.type().min()) {
      boolean inserted = row.before().isEmpty();
      boolean zero =
          gone.stream()
              .anyMatch(k -> k.equals(NOBODY) || held.value(k).filter(NOBODY::equals).isPresent());
      throw Refusal.constraint(
          inserted && zero ? zeros(row, schema) : emptied(row, schema, gone.size(), inserted));
    }
    row.write(column, left, gone);
  }

  private static String zeros(PendingRow row, ColumnSchema column) {
    return ("Weak reference column \"%s\" in \"%s\" row %s (inserted within this transaction)"
            + " contained all-zeros UUID (probably as the default value for this column) but"
            + " deleting this value caused a constraint volation because this column is not allowed"
            + " to be empty.")
        .formatted(column.name(), row.table().name(), row.uuid());
  }

  private static String emptied(PendingRow row, ColumnSchema column, int count, boolean inserted) {
    return ("Deletion of %d weak reference(s) to deleted (or never-existing) rows from column"
            + " \"%s\" in \"%s\" row %s %scaused this column to become empty, but constraints on"
            + " this column disallow an empty column.")
        .formatted(
            count,
            column.name(),
            row.table().name(),
            row.uuid(),
            inserted ? "(inserted within this transaction) " : "");
  }
}
