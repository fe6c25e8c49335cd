package io.heddle.model;

import com.google.protobuf.Any;
import io.heddle.v1.StoredRow;
import java.io.IOException;

/** Rows in the form in which they rest on disk. */
final class StoredRows {
  private StoredRows() {}

  static StoredRow of(Row row) {
    return StoredRow.newBuilder()
        .setUuid(row.uuid().toString())
        .setValue(Any.pack(row.value()))
        .setCreated(row.created())
        .setVersion(row.version())
        .build();
  }

  /**
   * @throws IOException where it is no row of a kind known here
   */
  static Row read(StoredRow stored) throws IOException {
    var kind =
        Schema.rows()
            .kind(stored.getValue())
            .orElseThrow(
                () -> new IOException("unknown kind of row " + stored.getValue().getTypeUrl()));
    var uuid =
        StateMachine.parseUuid(stored.getUuid())
            .orElseThrow(() -> new IOException("a row without a UUID: " + stored.getUuid()));
    return new Row(uuid, kind.parse(stored.getValue()), stored.getCreated(), stored.getVersion());
  }
}
