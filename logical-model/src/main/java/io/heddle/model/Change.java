package io.heddle.model;

import java.util.Optional;
import java.util.UUID;

/** What one commit did to one row; at least one of the two sides is present. */
public record Change(Kind kind, UUID uuid, Optional<Row> before, Optional<Row> after) {
  /** Both as one; the other is of the same row and comes after this. */
  Change then(Change other) {
    return new Change(kind, uuid, before, other.after);
  }
}
