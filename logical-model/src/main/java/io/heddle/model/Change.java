package io.heddle.model;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/** What one commit did to one row; at least one of the two sides is present. */
public record Change(Kind kind, UUID uuid, Optional<Row> before, Optional<Row> after) {
  /**
   * Tells of each place in an index that the row left or entered.
   *
   * @param indexes the names of the kind's indexes that count
   */
  public void forEachMove(Set<String> indexes, Consumer<IndexKey> place) {
    for (var index : kind.everyIndex()) {
      if (indexes.contains(index.name())) {
        index.moved(before, after, place, place);
      }
    }
  }

  /** Both as one; the other is of the same row and comes after this. */
  Change then(Change other) {
    return new Change(kind, uuid, before, other.after);
  }
}
