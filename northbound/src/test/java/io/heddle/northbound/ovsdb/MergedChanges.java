package io.heddle.northbound.ovsdb;

import io.heddle.model.relation.RowChange;
import io.heddle.model.relation.RowChange.ColumnChange;
import io.heddle.northbound.ovsdb.Database.Commit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What several commits did, as if they had been one. */
final class MergedChanges {
  private record Place(String table, UUID uuid) {}

  private MergedChanges() {}

  /**
   * @param commits one after the other
   */
  static List<RowChange> of(List<Commit> commits) {
    var changes = new LinkedHashMap<Place, List<RowChange>>();
    for (var commit : commits) {
      for (var change : commit.changes()) {
        changes
            .computeIfAbsent(new Place(change.table(), change.uuid()), p -> new ArrayList<>())
            .add(change);
      }
    }
    return changes.values().stream().flatMap(c -> merged(c).stream()).toList();
  }

  private static Optional<RowChange> merged(List<RowChange> changes) {
    var first = changes.get(0);
    var before = first.before();
    var after = changes.get(changes.size() - 1).after();
    if (before.isEmpty() && after.isEmpty()) {
      return Optional.empty();
    }
    var columns = new LinkedHashSet<String>();
    changes.forEach(change -> change.columns().forEach(c -> columns.add(c.column())));
    var both = before.isPresent() && after.isPresent();
    var changed =
        both
            ? columns.stream()
                .flatMap(c -> ColumnChange.of(c, before.get().get(c), after.get().get(c)).stream())
                .toList()
            : List.<ColumnChange>of();
    return both && changed.isEmpty()
        ? Optional.empty()
        : Optional.of(new RowChange(first.table(), first.uuid(), before, after, changed));
  }
}
