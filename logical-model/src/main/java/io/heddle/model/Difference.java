package io.heddle.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What leads from one snapshot to another, for a member that skipped the commits in between. */
public final class Difference {
  private Difference() {}

  public static List<Change> between(Snapshot before, Snapshot after) {
    var changes = new ArrayList<Change>();
    for (var kind : Schema.rows().kinds()) {
      gone(kind, before, after, changes);
      written(kind, before, after, changes);
    }
    return changes;
  }

  private static void gone(Kind kind, Snapshot before, Snapshot after, List<Change> changes) {
    for (var row : before.rows(kind).values()) {
      if (after.row(kind, row.uuid()).isEmpty()) {
        changes.add(new Change(kind, row.uuid(), Optional.of(row), Optional.empty()));
      }
    }
  }

  private static void written(Kind kind, Snapshot before, Snapshot after, List<Change> changes) {
    for (var row : after.rows(kind).values()) {
      Optional<Row> old = before.row(kind, row.uuid());
      if (!old.equals(Optional.of(row))) {
        changes.add(new Change(kind, row.uuid(), old, Optional.of(row)));
      }
    }
  }
}
