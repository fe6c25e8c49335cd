package io.heddle.northbound.ovsdb;

import io.heddle.model.relation.BaseType;
import io.heddle.model.relation.BaseType.Strength;
import io.heddle.model.relation.ColumnSchema;
import io.heddle.model.relation.DatabaseSchema;
import io.heddle.model.relation.Execution;
import io.heddle.model.relation.Operation;
import io.heddle.model.relation.RowChange;
import java.util.List;
import java.util.stream.Stream;

/**
 * Transactions after which ovsdb-server 3.1 may keep weak references to rows that are gone. It
 * looks at the rows a transaction touches in the order of their hashes, at each once; where a row
 * that loses a weak reference comes before the row that is deleted, the reference stays. That
 * cannot happen to a row that nothing else in the transaction touches.
 */
final class Unlucky {
  private final DatabaseSchema schema;

  Unlucky(DatabaseSchema schema) {
    this.schema = schema;
  }

  boolean is(List<Operation> operations, Execution execution) {
    return execution.changes().stream()
        .filter(change -> change.before().isPresent() && change.after().isPresent())
        .filter(this::losesWeakReference)
        .anyMatch(
            change ->
                isWritten(change.table(), operations) || isReferredToStrongly(change.table()));
  }

  private boolean losesWeakReference(RowChange change) {
    var columns = schema.table(change.table()).orElseThrow().columns();
    return change.columns().stream()
        .anyMatch(
            c -> !c.removed().isEmpty() && refers(columns.get(c.column()).get(), Strength.WEAK));
  }

  private static boolean isWritten(String table, List<Operation> operations) {
    return operations.stream()
        .anyMatch(
            o ->
                o instanceof Operation.Update update && update.table().equals(table)
                    || o instanceof Operation.Mutate mutate && mutate.table().equals(table));
  }

  private boolean isReferredToStrongly(String table) {
    return schema
        .tables()
        .values()
        .exists(
            t ->
                t.columns()
                    .values()
                    .exists(
                        c ->
                            references(c)
                                .anyMatch(
                                    r ->
                                        r.table().equals(table)
                                            && r.strength() == Strength.STRONG)));
  }

  private static boolean refers(ColumnSchema column, Strength strength) {
    return references(column).anyMatch(r -> r.strength() == strength);
  }

  private static Stream<BaseType.Reference> references(ColumnSchema column) {
    var type = column.type();
    return Stream.concat(
        type.key().refersTo().stream(), type.value().flatMap(BaseType::refersTo).stream());
  }
}
