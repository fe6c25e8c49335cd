package io.heddle.model;

import com.google.protobuf.Message;
import java.util.UUID;

/**
 * One row as it stands at a revision.
 *
 * @param created the revision that first wrote it
 * @param version the revision that last changed it
 */
public record Row(UUID uuid, Message value, long created, long version) {
  public Kind kind() {
    return Schema.rows().kind(value);
  }

  public <T extends Message> T as(Class<T> type) {
    return type.cast(value);
  }

  /** Its name, or its UUID where it has none. */
  public String name() {
    return kind().nameOf(value).orElseGet(uuid::toString);
  }
}
