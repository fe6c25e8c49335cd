package io.heddle.engine;

import com.google.protobuf.Message;
import io.heddle.model.Kind;
import io.heddle.model.Schema;
import java.util.UUID;

/** What there is one root, or one fact, of each for. */
public sealed interface Domain<K> {
  /** Each row of a kind, by its UUID. */
  record Rows(Kind kind) implements Domain<UUID> {}

  /** Each key that a relation has values for. */
  record Keys<K>(Relation<K, ?> relation) implements Domain<K> {}

  /** One root, always there. */
  record Once() implements Domain<Once> {}

  static Domain<UUID> rows(Class<? extends Message> type) {
    return new Rows(Schema.rows().kind(type));
  }

  static <K> Domain<K> keys(Relation<K, ?> relation) {
    return new Keys<>(relation);
  }
}
