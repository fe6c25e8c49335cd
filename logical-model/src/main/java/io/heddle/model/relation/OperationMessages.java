package io.heddle.model.relation;

import io.heddle.v1.OvsdbAssert;
import io.heddle.v1.OvsdbClause;
import io.heddle.v1.OvsdbColumns;
import io.heddle.v1.OvsdbComparison;
import io.heddle.v1.OvsdbDelete;
import io.heddle.v1.OvsdbInsert;
import io.heddle.v1.OvsdbMutate;
import io.heddle.v1.OvsdbMutation;
import io.heddle.v1.OvsdbOperation;
import io.heddle.v1.OvsdbRow;
import io.heddle.v1.OvsdbSelect;
import io.heddle.v1.OvsdbTransaction;
import io.heddle.v1.OvsdbUpdate;
import io.heddle.v1.OvsdbWait;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Operations as messages of ovsdb.proto and back. Reading throws {@link IllegalArgumentException}
 * where nobody can have written that.
 */
public final class OperationMessages {
  private OperationMessages() {}

  public static OvsdbTransaction write(List<Operation> operations) {
    return OvsdbTransaction.newBuilder()
        .addAllOperations(operations.stream().map(OperationMessages::write).toList())
        .build();
  }

  public static List<Operation> read(OvsdbTransaction transaction) {
    return read(transaction.getOperationsList(), OperationMessages::read);
  }

  private static <T, R> List<R> read(List<T> messages, Function<T, R> read) {
    var all = new ArrayList<R>(messages.size());
    for (var message : messages) {
      all.add(read.apply(message));
    }
    return all;
  }

  private static OvsdbOperation write(Operation operation) {
    var message = OvsdbOperation.newBuilder();
    if (operation instanceof Operation.Insert insert) {
      message.setInsert(
          OvsdbInsert.newBuilder()
              .setTable(insert.table())
              .setUuid(UuidBytes.of(insert.uuid()))
              .putAllRow(DatumMessages.write(insert.row())));
    } else if (operation instanceof Operation.Select select) {
      var to =
          OvsdbSelect.newBuilder()
              .setTable(select.table())
              .addAllWhere(writeClauses(select.where()));
      select.columns().ifPresent(c -> to.setColumns(columns(c)));
      message.setSelect(to);
    } else if (operation instanceof Operation.Update update) {
      message.setUpdate(
          OvsdbUpdate.newBuilder()
              .setTable(update.table())
              .addAllWhere(writeClauses(update.where()))
              .putAllRow(DatumMessages.write(update.row())));
    } else if (operation instanceof Operation.Mutate mutate) {
      message.setMutate(
          OvsdbMutate.newBuilder()
              .setTable(mutate.table())
              .addAllWhere(writeClauses(mutate.where()))
              .addAllMutations(mutate.mutations().stream().map(OperationMessages::write).toList()));
    } else if (operation instanceof Operation.Delete delete) {
      message.setDelete(
          OvsdbDelete.newBuilder()
              .setTable(delete.table())
              .addAllWhere(writeClauses(delete.where())));
    } else if (operation instanceof Operation.Wait wait) {
      message.setWait(write(wait));
    } else if (operation instanceof Operation.Commit commit) {
      message.setCommit(commit.durable());
    } else if (operation instanceof Operation.Abort) {
      message.setAbort(true);
    } else if (operation instanceof Operation.Comment comment) {
      message.setComment(comment.text());
    } else if (operation instanceof Operation.Assert lock) {
      message.setAssert(OvsdbAssert.newBuilder().setLock(lock.lock()).setHeld(lock.held()));
    } else {
      var faulty = (Operation.Faulty) operation;
      message.setFaulty(ResultMessages.write(faulty.error()));
      faulty
          .inserted()
          .ifPresent(
              wish ->
                  message.setInserted(
                      OvsdbInsert.newBuilder()
                          .setTable(wish.table())
                          .setUuid(UuidBytes.of(wish.uuid()))));
    }
    return message.build();
  }

  private static Operation read(OvsdbOperation message) {
    return switch (message.getOperationCase()) {
      case INSERT -> {
        var insert = message.getInsert();
        yield new Operation.Insert(
            insert.getTable(),
            UuidBytes.uuid(insert.getUuid()),
            DatumMessages.read(insert.getRowMap()));
      }
      case SELECT -> {
        var select = message.getSelect();
        yield new Operation.Select(
            select.getTable(),
            readClauses(select.getWhereList()),
            columns(select.hasColumns(), select.getColumns()));
      }
      case UPDATE -> {
        var update = message.getUpdate();
        yield new Operation.Update(
            update.getTable(),
            readClauses(update.getWhereList()),
            DatumMessages.read(update.getRowMap()));
      }
      case MUTATE -> {
        var mutate = message.getMutate();
        yield new Operation.Mutate(
            mutate.getTable(),
            readClauses(mutate.getWhereList()),
            read(mutate.getMutationsList(), OperationMessages::read));
      }
      case DELETE ->
          new Operation.Delete(
              message.getDelete().getTable(), readClauses(message.getDelete().getWhereList()));
      case WAIT -> read(message.getWait());
      case COMMIT -> new Operation.Commit(message.getCommit());
      case ABORT -> new Operation.Abort();
      case COMMENT -> new Operation.Comment(message.getComment());
      case ASSERT ->
          new Operation.Assert(message.getAssert().getLock(), message.getAssert().getHeld());
      case FAULTY ->
          new Operation.Faulty(
              ResultMessages.read(message.getFaulty()),
              Optional.of(message.getInserted())
                  .filter(wish -> message.hasInserted())
                  .map(w -> new Operation.Wish(w.getTable(), UuidBytes.uuid(w.getUuid()))));
      case OPERATION_NOT_SET -> throw new IllegalArgumentException("an operation of no kind");
    };
  }

  private static OvsdbWait write(Operation.Wait wait) {
    var message =
        OvsdbWait.newBuilder()
            .setTable(wait.table())
            .addAllWhere(writeClauses(wait.where()))
            .setEqual(wait.equal());
    wait.timeout().ifPresent(message::setTimeout);
    wait.columns().ifPresent(c -> message.setColumns(columns(c)));
    for (var row : wait.rows()) {
      message.addRows(OvsdbRow.newBuilder().putAllColumns(DatumMessages.write(row)));
    }
    return message.build();
  }

  private static Operation read(OvsdbWait wait) {
    return new Operation.Wait(
        wait.getTable(),
        wait.hasTimeout() ? OptionalLong.of(wait.getTimeout()) : OptionalLong.empty(),
        readClauses(wait.getWhereList()),
        columns(wait.hasColumns(), wait.getColumns()),
        wait.getEqual(),
        read(wait.getRowsList(), row -> DatumMessages.read(row.getColumnsMap())));
  }

  private static OvsdbColumns columns(List<String> names) {
    return OvsdbColumns.newBuilder().addAllNames(names).build();
  }

  private static Optional<List<String>> columns(boolean given, OvsdbColumns columns) {
    return given ? Optional.of(List.copyOf(columns.getNamesList())) : Optional.empty();
  }

  private static List<OvsdbClause> writeClauses(List<Clause> clauses) {
    return clauses.stream().map(OperationMessages::write).toList();
  }

  private static OvsdbClause write(Clause clause) {
    if (clause instanceof Clause.Comparison comparison) {
      return OvsdbClause.newBuilder()
          .setComparison(
              OvsdbComparison.newBuilder()
                  .setColumn(comparison.column())
                  .setFunction(comparison.function().text())
                  .setArgument(DatumMessages.write(comparison.argument())))
          .build();
    }
    return OvsdbClause.newBuilder().setConstant(((Clause.Constant) clause).met()).build();
  }

  private static List<Clause> readClauses(List<OvsdbClause> clauses) {
    return read(clauses, OperationMessages::read);
  }

  private static Clause read(OvsdbClause clause) {
    if (!clause.hasComparison()) {
      return new Clause.Constant(clause.getConstant());
    }
    var comparison = clause.getComparison();
    var function =
        Clause.Function.named(comparison.getFunction())
            .orElseThrow(() -> new IllegalArgumentException(comparison.getFunction()));
    return new Clause.Comparison(
        comparison.getColumn(), function, DatumMessages.read(comparison.getArgument()));
  }

  private static OvsdbMutation write(Mutation mutation) {
    return OvsdbMutation.newBuilder()
        .setColumn(mutation.column())
        .setMutator(mutation.mutator().text())
        .setArgument(DatumMessages.write(mutation.argument()))
        .build();
  }

  private static Mutation read(OvsdbMutation mutation) {
    var mutator =
        Mutation.Mutator.named(mutation.getMutator())
            .orElseThrow(() -> new IllegalArgumentException(mutation.getMutator()));
    return new Mutation(mutation.getColumn(), mutator, DatumMessages.read(mutation.getArgument()));
  }
}
