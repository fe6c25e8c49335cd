package io.heddle.model;

import com.google.protobuf.FieldMask;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.heddle.model.Outcome.Reason;
import io.heddle.v1.Operation;
import io.heddle.v1.Precondition;
import io.heddle.v1.Put;
import io.heddle.v1.Receipt;
import io.heddle.v1.RowId;
import io.heddle.v1.RowRef;
import io.heddle.v1.RowVersion;
import io.heddle.v1.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The replicated state machine: a snapshot and a transaction make the next snapshot. It is a pure
 * function, the same on every member, so it reads no clock and draws no random number; UUIDs of new
 * rows follow from the revision and the operation's place.
 */
public final class StateMachine {
  private final Snapshot before;
  private final Transaction transaction;
  private final Draft draft;
  private final List<Violation> violations = new ArrayList<>();
  private final List<Optional<Target>> targets = new ArrayList<>();

  /** The row an operation is about. */
  private record Target(Kind kind, UUID uuid) {}

  private StateMachine(Snapshot before, Transaction transaction) {
    this.before = before;
    this.transaction = transaction;
    this.draft =
        new Draft(
            before, transaction.getObservation() ? Draft.Writer.OBSERVER : Draft.Writer.CLIENT);
  }

  public static Applied apply(Snapshot before, Transaction transaction) {
    if (!transaction.getBackup().isEmpty()) {
      return Restoration.apply(before, transaction.getBackup());
    }
    return transaction.hasOvsdb()
        ? OvsdbApply.apply(before, transaction.getOvsdb())
        : new StateMachine(before, transaction).apply();
  }

  private Applied apply() {
    var known = before.receipts.of(transaction.getRequestId());
    if (known.isPresent()) {
      return unchanged(new Outcome.Committed(known.get()));
    }
    var refused = exceeded().or(this::unmet);
    if (refused.isPresent()) {
      return unchanged(refused.get());
    }
    for (int i = 0; i < transaction.getOperationsCount(); i++) {
      targets.add(perform(i, transaction.getOperations(i)));
    }
    draft.settle().forEach(this::tell);
    return violations.isEmpty() ? commit() : unchanged(invalid());
  }

  private Applied unchanged(Outcome outcome) {
    return new Applied(before, List.of(), outcome);
  }

  private Outcome invalid() {
    return new Outcome.Refused(Reason.INVALID, List.copyOf(violations));
  }

  private Optional<Outcome> exceeded() {
    var tooMuch = Limits.exceeded(transaction);
    return tooMuch.isEmpty()
        ? Optional.empty()
        : Optional.of(new Outcome.Refused(Reason.LIMIT, tooMuch));
  }

  private Optional<Outcome> unmet() {
    var unmet = new ArrayList<Violation>();
    for (int i = 0; i < transaction.getPreconditionsCount(); i++) {
      var field = "preconditions[" + i + "]";
      unmet(transaction.getPreconditions(i))
          .ifPresent(why -> unmet.add(new Violation(-1, "", field, why)));
    }
    return unmet.isEmpty()
        ? Optional.empty()
        : Optional.of(new Outcome.Refused(Reason.CONFLICT, unmet));
  }

  private Optional<String> unmet(Precondition precondition) {
    return switch (precondition.getConditionCase()) {
      case REVISION ->
          precondition.getRevision() == before.revision()
              ? Optional.empty()
              : Optional.of("the store is at revision " + before.revision());
      case ROW -> unmet(precondition.getRow());
      case CONDITION_NOT_SET -> Optional.of("it says nothing");
    };
  }

  /** A reference that names no row in particular is not met by "there is no such row". */
  private Optional<String> unmet(RowVersion expected) {
    var ref = expected.getRow();
    var kind = Schema.rows().kind(ref.getKind());
    if (kind.isEmpty()) {
      return Optional.of("no kind of row is called " + ref.getKind());
    }
    if (!ref.getUuid().isEmpty() && parseUuid(ref.getUuid()).isEmpty()) {
      return Optional.of(ref.getUuid() + " is not a UUID");
    }
    if (ref.getUuid().isEmpty() && before.named(kind.get(), ref.getName()).size() > 1) {
      return Optional.of("several rows are called " + describe(ref) + ": say which by UUID");
    }
    long version = Draft.find(before, kind.get(), ref).map(Row::version).orElse(0L);
    return version == expected.getVersion()
        ? Optional.empty()
        : Optional.of(describe(ref) + " has version " + version);
  }

  private static String describe(RowRef ref) {
    return ref.getKind() + " " + (ref.getUuid().isEmpty() ? ref.getName() : ref.getUuid());
  }

  private Optional<Target> perform(int index, Operation operation) {
    return switch (operation.getOperationCase()) {
      case PUT -> put(index, operation.getPut());
      case DELETE -> delete(index, operation.getDelete());
      case OPERATION_NOT_SET -> violation(index, "", "", "the operation is empty");
    };
  }

  private Optional<Target> put(int index, Put put) {
    var kind = Schema.rows().kind(put.getRow());
    if (kind.isEmpty()) {
      return violation(index, "", "row", "no kind of row is called " + put.getRow().getTypeUrl());
    }
    if (kind.get().observed() && !transaction.getObservation()) {
      return violation(index, kind.get().name(), "", "rows of this kind are observed, not written");
    }
    try {
      return put(index, put, kind.get(), kind.get().parse(put.getRow()));
    } catch (InvalidProtocolBufferException e) {
      return violation(index, kind.get().name(), "row", "does not parse: " + e.getMessage());
    }
  }

  private Optional<Target> put(int index, Put put, Kind kind, Message value) {
    var ref =
        RowRef.newBuilder()
            .setKind(kind.name())
            .setUuid(put.getUuid())
            .setName(kind.nameOf(value).orElse(""))
            .build();
    Optional<UUID> given = Optional.empty();
    if (!put.getUuid().isEmpty()) {
      given = parseUuid(put.getUuid());
      if (given.isEmpty()) {
        return violation(index, describe(ref), "uuid", "is not a UUID");
      }
    } else if (ref.getName().isEmpty() && put.hasUpdateMask()) {
      return violation(index, kind.name(), "uuid", "an update must say which row it is for");
    } else if (!ref.getName().isEmpty() && draft.named(kind, ref.getName()).size() > 1) {
      return violation(
          index, describe(ref), "uuid", "several rows have this name: say which by UUID");
    }
    var current = draft.find(kind, ref);
    if (put.hasUpdateMask()) {
      if (current.isEmpty()) {
        return transaction.getObservation()
            ? Optional.empty()
            : violation(index, describe(ref), "", "there is no such row to update");
      }
      var unknown = unknownPath(kind, put.getUpdateMask());
      if (unknown.isPresent()) {
        return violation(index, describe(ref), "update_mask", "there is no field " + unknown.get());
      }
      value = merge(kind, current.get().value(), value, put.getUpdateMask());
    }
    var uuid = current.map(Row::uuid).or(() -> Optional.empty()).orElse(given.orElse(null));
    if (uuid == null) {
      uuid = newUuid(kind, index);
    }
    draft.put(index, kind, uuid, value);
    return Optional.of(new Target(kind, uuid));
  }

  private Optional<Target> delete(int index, RowRef ref) {
    var kind = Schema.rows().kind(ref.getKind());
    if (kind.isEmpty()) {
      return violation(index, "", "kind", "no kind of row is called " + ref.getKind());
    }
    if (kind.get().observed() && !transaction.getObservation()) {
      return violation(index, kind.get().name(), "", "rows of this kind are observed, not written");
    }
    if (ref.getUuid().isEmpty() && draft.named(kind.get(), ref.getName()).size() > 1) {
      return violation(
          index, describe(ref), "uuid", "several rows have this name: say which by UUID");
    }
    var row = draft.find(kind.get(), ref);
    if (row.isEmpty()) {
      return transaction.getObservation()
          ? Optional.empty()
          : violation(index, describe(ref), "", "there is no such row");
    }
    draft.delete(index, kind.get(), row.get().uuid());
    return Optional.of(new Target(kind.get(), row.get().uuid()));
  }

  private Optional<Target> violation(int index, String row, String field, String message) {
    tell(new Violation(index, row, field, message));
    return Optional.empty();
  }

  private void tell(Violation violation) {
    if (violations.size() < Limits.REPORTED_VIOLATIONS) {
      violations.add(violation);
    }
  }

  private static Optional<String> unknownPath(Kind kind, FieldMask mask) {
    return mask.getPathsList().stream()
        .filter(path -> kind.descriptor().findFieldByName(path) == null)
        .findFirst();
  }

  private static Message merge(Kind kind, Message current, Message update, FieldMask mask) {
    var merged = kind.edit(current);
    for (var path : mask.getPathsList()) {
      var field = current.getDescriptorForType().findFieldByName(path);
      boolean absent = field.hasPresence() && !update.hasField(field);
      if (absent) {
        merged.clearField(field);
      } else {
        merged.setField(field, update.getField(field));
      }
    }
    return merged.build();
  }

  /** Rows that came with a UUID, from another store perhaps, may have the one that would follow. */
  private UUID newUuid(Kind kind, int index) {
    for (int attempt = 0; ; attempt++) {
      var name =
          "heddle row "
              + (before.revision() + 1)
              + "/"
              + index
              + (attempt == 0 ? "" : "/" + attempt);
      var uuid = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
      if (before.row(kind, uuid).isEmpty() && !draft.touches(kind, uuid)) {
        return uuid;
      }
    }
  }

  /** The UUID a text is, in its usual form of 36 characters, letters large or small. */
  static Optional<UUID> parseUuid(String text) {
    try {
      return Optional.of(UUID.fromString(text)).filter(u -> u.toString().equalsIgnoreCase(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Applied commit() {
    var changes = draft.changes();
    long revision = changes.isEmpty() ? before.revision() : before.revision() + 1;
    var receipt = Receipt.newBuilder().setRevision(revision);
    for (var target : targets) {
      receipt.addRows(target.map(this::rowId).orElse(RowId.getDefaultInstance()));
    }
    var after = draft.seal(revision, transaction.getRequestId(), receipt.build());
    return new Applied(after, changes, new Outcome.Committed(receipt.build()));
  }

  private RowId rowId(Target target) {
    var id = RowId.newBuilder().setKind(target.kind().name()).setUuid(target.uuid().toString());
    draft.row(target.kind(), target.uuid()).ifPresent(row -> id.setVersion(row.version()));
    return id.build();
  }
}
