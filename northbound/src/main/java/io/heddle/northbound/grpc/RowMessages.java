package io.heddle.northbound.grpc;

import com.google.protobuf.Any;
import io.heddle.model.Change;
import io.heddle.model.Row;
import io.heddle.v1.api.RowChange;
import io.heddle.v1.api.RowMessage;

/** Rows and changes as clients see them. */
final class RowMessages {
  private RowMessages() {}

  static RowMessage of(Row row) {
    return RowMessage.newBuilder()
        .setUuid(row.uuid().toString())
        .setCreated(row.created())
        .setVersion(row.version())
        .setRow(Any.pack(row.value()))
        .build();
  }

  static RowChange of(Change change) {
    var message = RowChange.newBuilder().setKind(change.kind().name());
    change.before().map(RowMessages::of).ifPresent(message::setBefore);
    change.after().map(RowMessages::of).ifPresent(message::setAfter);
    return message.build();
  }

  /** A row of a snapshot. */
  static RowChange present(Row row) {
    return RowChange.newBuilder().setKind(row.kind().name()).setAfter(of(row)).build();
  }
}
