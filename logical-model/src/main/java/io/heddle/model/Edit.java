package io.heddle.model;

import com.google.protobuf.Any;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import io.heddle.v1.Operation;
import io.heddle.v1.Put;
import io.heddle.v1.RowRef;
import io.heddle.v1.Transaction;
import java.util.List;
import java.util.UUID;

/** Short ways to write transactions. */
public final class Edit {
  private Edit() {}

  /** Writes a row by its name, or a new one where its kind has no name. */
  public static Operation put(Message row) {
    return Operation.newBuilder().setPut(Put.newBuilder().setRow(Any.pack(row))).build();
  }

  public static Operation put(UUID uuid, Message row) {
    return Operation.newBuilder()
        .setPut(Put.newBuilder().setUuid(uuid.toString()).setRow(Any.pack(row)))
        .build();
  }

  /** Writes only the named fields of a row that exists. */
  public static Operation update(UUID uuid, Message row, String... fields) {
    return Operation.newBuilder()
        .setPut(
            Put.newBuilder()
                .setUuid(uuid.toString())
                .setRow(Any.pack(row))
                .setUpdateMask(FieldMask.newBuilder().addAllPaths(List.of(fields))))
        .build();
  }

  public static Operation delete(Class<? extends Message> type, String name) {
    return Operation.newBuilder()
        .setDelete(RowRef.newBuilder().setKind(Schema.rows().kind(type).name()).setName(name))
        .build();
  }

  public static Operation delete(Class<? extends Message> type, UUID uuid) {
    return Operation.newBuilder()
        .setDelete(
            RowRef.newBuilder().setKind(Schema.rows().kind(type).name()).setUuid(uuid.toString()))
        .build();
  }

  public static Transaction transaction(List<Operation> operations) {
    return Transaction.newBuilder().addAllOperations(operations).build();
  }

  public static Transaction transaction(Operation... operations) {
    return transaction(List.of(operations));
  }

  /** A transaction of what Heddle itself observed. */
  public static Transaction observation(List<Operation> operations) {
    return transaction(operations).toBuilder().setObservation(true).build();
  }

  public static Transaction observation(Operation... operations) {
    return observation(List.of(operations));
  }
}
