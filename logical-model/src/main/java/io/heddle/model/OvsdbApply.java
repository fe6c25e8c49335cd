package io.heddle.model;

import io.heddle.model.ovn.OvnSchema;
import io.heddle.model.ovn.OvnTables;
import io.heddle.model.ovn.OvnWrites;
import io.heddle.model.relation.Interpreter;
import io.heddle.model.relation.OperationMessages;
import io.heddle.model.relation.OvsdbError;
import io.heddle.model.relation.Result;
import io.heddle.v1.OvsdbTransaction;
import io.heddle.v1.Receipt;
import java.util.ArrayList;
import java.util.List;

/**
 * Applies a transaction of a client that speaks OVSDB: it runs on the rows as OVN sees them, and
 * what it changed there is written into the rows as they are. Pure, as all of the state machine.
 */
final class OvsdbApply {
  private static final Interpreter INTERPRETER = new Interpreter(OvnSchema.database());

  private OvsdbApply() {}

  static Applied apply(Snapshot before, OvsdbTransaction transaction) {
    if (transaction.getOperationsCount() > Limits.OVSDB_OPERATIONS_PER_TRANSACTION) {
      return refused(
          before,
          List.of(),
          OvsdbError.RESOURCES_EXHAUSTED,
          "more than " + Limits.OVSDB_OPERATIONS_PER_TRANSACTION + " operations");
    }
    var execution = INTERPRETER.execute(new OvnTables(before), OperationMessages.read(transaction));
    if (execution.changes().isEmpty()) {
      return unchanged(before, execution.results());
    }
    var draft = new Draft(before, Draft.Writer.OVN);
    for (var write : OvnWrites.of(before, execution.changes())) {
      if (write.row().isPresent()) {
        draft.put(0, write.kind(), write.uuid(), write.row().get());
      } else {
        draft.delete(0, write.kind(), write.uuid());
      }
    }
    var violations = draft.settle();
    if (!violations.isEmpty()) {
      var why = violations.get(0).toString();
      return refused(before, execution.results(), OvsdbError.CONSTRAINT_VIOLATION, why);
    }
    var changes = draft.changes();
    long revision = changes.isEmpty() ? before.revision() : before.revision() + 1;
    var after = draft.seal(revision, "", Receipt.getDefaultInstance());
    return new Applied(after, changes, new Outcome.Executed(revision, execution.results()));
  }

  private static Applied unchanged(Snapshot before, List<Result> results) {
    return new Applied(before, List.of(), new Outcome.Executed(before.revision(), results));
  }

  /** Heddle's own limits: keys that are used up, for instance. */
  private static Applied refused(
      Snapshot before, List<Result> results, String error, String details) {
    var told = new ArrayList<>(results);
    told.add(new Result.Failed(OvsdbError.of(error, details)));
    return unchanged(before, told);
  }
}
