package io.heddle.model;

import com.google.protobuf.InvalidProtocolBufferException;
import io.heddle.model.relation.UuidBytes;
import io.heddle.v1.AllocationCursor;
import io.heddle.v1.ChangedRow;
import io.heddle.v1.Effect;
import io.heddle.v1.Transaction;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What transactions did, to be told to those who have the same revision: it leads them to the same
 * snapshot as {@link StateMachine#apply} does, at a third of the work.
 */
public final class Effects {
  private Effects() {}

  /**
   * What a transaction did; empty where it changed nothing, and where it changed more than rows and
   * numbers, so that it is as well carried out again.
   */
  public static Optional<Effect> of(Snapshot before, Transaction transaction, Applied applied) {
    var after = applied.snapshot();
    boolean more =
        !transaction.getBackup().isEmpty()
            || after.addresses != before.addresses
            || after.unsound != before.unsound;
    if (more || applied.changes().isEmpty()) {
      return Optional.empty();
    }
    var effect = Effect.newBuilder().setAsked(asked(transaction));
    for (var change : applied.changes()) {
      effect.addRows(changed(change));
    }
    cursors(before, after, applied.changes())
        .forEach(
            (pool, last) ->
                effect.addCursors(AllocationCursor.newBuilder().setPool(pool).setLast(last)));
    if (!transaction.getRequestId().isEmpty()
        && applied.outcome() instanceof Outcome.Committed committed) {
      effect.setReceipt(committed.receipt());
    }
    return Optional.of(effect.build());
  }

  private static Transaction asked(Transaction transaction) {
    var asked =
        Transaction.newBuilder()
            .setRequestId(transaction.getRequestId())
            .setObservation(transaction.getObservation());
    if (transaction.hasOrigin()) {
      asked.setOrigin(transaction.getOrigin());
    }
    return asked.build();
  }

  private static ChangedRow changed(Change change) {
    var row =
        ChangedRow.newBuilder().setKind(change.kind().name()).setUuid(UuidBytes.of(change.uuid()));
    change.after().ifPresent(after -> row.setValue(after.value().toByteString()));
    return row.build();
  }

  private static Map<String, Integer> cursors(
      Snapshot before, Snapshot after, List<Change> changes) {
    var cursors = new LinkedHashMap<String, Integer>();
    for (var change : changes) {
      for (var column : change.kind().allocated()) {
        if (change.after().isPresent()) {
          var allocation = column.allocated().orElseThrow();
          var pool = Numbers.pool(change.kind(), allocation, change.after().get().value());
          int last = after.pools.getOrDefault(pool, Pool.EMPTY).last();
          if (last != before.pools.getOrDefault(pool, Pool.EMPTY).last()) {
            cursors.put(pool, last);
          }
        }
      }
    }
    return cursors;
  }

  /**
   * Does to a snapshot what a transaction did to one with the same rows.
   *
   * @return without the answer that whoever asked for it gets; empty where the request is
   *     remembered by now, so that the transaction is to be carried out, which it will not be twice
   * @throws InvalidProtocolBufferException where nobody can have told that
   * @throws IllegalArgumentException likewise
   */
  public static Optional<Applied> apply(Snapshot before, Effect effect)
      throws InvalidProtocolBufferException {
    var request = effect.getAsked().getRequestId();
    if (before.receipts.of(request).isPresent()) {
      return Optional.empty();
    }
    var draft = new Draft(before, Draft.Writer.OBSERVER);
    for (var row : effect.getRowsList()) {
      var kind =
          Schema.rows()
              .kind(row.getKind())
              .orElseThrow(
                  () -> new InvalidProtocolBufferException("no kind of row " + row.getKind()));
      var uuid = UuidBytes.uuid(row.getUuid());
      if (row.hasValue()) {
        draft.replay(kind, uuid, kind.prototype().getParserForType().parseFrom(row.getValue()));
      } else {
        draft.delete(0, kind, uuid);
      }
    }
    var cursors = new LinkedHashMap<String, Integer>();
    effect.getCursorsList().forEach(cursor -> cursors.put(cursor.getPool(), cursor.getLast()));
    return Optional.of(draft.replayed(cursors, request, effect.getReceipt()));
  }
}
