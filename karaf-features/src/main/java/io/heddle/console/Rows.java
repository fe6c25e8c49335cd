package io.heddle.console;

import com.google.protobuf.Message;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rows of a snapshot as people want them: sorted, by name. */
final class Rows {
  private Rows() {}

  static List<Row> sorted(Snapshot snapshot, Class<? extends Message> type) {
    return snapshot.rows(type).values().stream()
        .sorted(Comparator.comparing(Row::name).thenComparing(Row::uuid))
        .toList();
  }

  /** The rows that refer to another by this field. */
  static List<Row> referring(
      Snapshot snapshot, Class<? extends Message> type, String field, String value) {
    return snapshot.index(type, field, value).stream()
        .map(uuid -> snapshot.rows(type).get(uuid))
        .sorted(Comparator.comparing(Row::name).thenComparing(Row::uuid))
        .toList();
  }

  static Optional<Row> find(Snapshot snapshot, Class<? extends Message> type, String uuid) {
    return snapshot.row(type, UUID.fromString(uuid));
  }
}
