package io.heddle.model;

import java.util.UUID;

/** Where a row is or was. */
public record Place(Kind kind, UUID uuid) {
  // As often looked up as an index's keys.

  @Override
  public boolean equals(Object other) {
    return other instanceof Place place && uuid.equals(place.uuid) && kind.equals(place.kind);
  }

  @Override
  public int hashCode() {
    return kind.hashCode() * 31 + uuid.hashCode();
  }
}
