package io.heddle.northbound.ovsdb;

import io.heddle.model.Outcome;
import io.heddle.model.Snapshot;
import io.heddle.model.StateMachine;
import io.heddle.model.ovn.OvnTables;
import io.heddle.model.relation.DatabaseSchema;
import io.heddle.model.relation.Execution;
import io.heddle.model.relation.MemoryTables;
import io.heddle.model.relation.Operation;
import io.heddle.model.relation.OperationMessages;
import io.heddle.model.relation.Result;
import io.heddle.model.relation.Tables;
import io.heddle.v1.Transaction;
import java.util.List;

/** The database that ovsdb-server's is compared with. */
interface Ours {
  Tables tables();

  /** Carries the transaction out, of which {@code foreseen} is what the interpreter alone says. */
  List<Result> execute(List<Operation> operations, Execution foreseen);

  /** Any schema's rows. */
  static Ours inMemory(DatabaseSchema schema) {
    return new Ours() {
      private MemoryTables tables = MemoryTables.empty(schema);

      @Override
      public Tables tables() {
        return tables;
      }

      @Override
      public List<Result> execute(List<Operation> operations, Execution foreseen) {
        if (foreseen.committed()) {
          tables = tables.after(foreseen.changes());
        }
        return foreseen.results();
      }
    };
  }

  /** OVN's rows as a view of Heddle's, changed as the log changes them. */
  static Ours inSnapshots() {
    return new Ours() {
      private Snapshot snapshot = Snapshot.empty();

      @Override
      public Tables tables() {
        return new OvnTables(snapshot);
      }

      @Override
      public List<Result> execute(List<Operation> operations, Execution foreseen) {
        var transaction =
            Transaction.newBuilder().setOvsdb(OperationMessages.write(operations)).build();
        var applied = StateMachine.apply(snapshot, transaction);
        snapshot = applied.snapshot();
        return ((Outcome.Executed) applied.outcome()).results();
      }
    };
  }
}
