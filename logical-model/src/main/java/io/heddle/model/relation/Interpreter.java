package io.heddle.model.relation;

import io.vavr.collection.LinkedHashMap;
import io.vavr.collection.Map;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Carries out transactions (RFC 7047 section 4.1.3) on rows of one schema. What the RFC leaves open
 * is as ovsdb-server has it. The same operations on the same rows have the same outcome everywhere
 * and always.
 */
public final class Interpreter {
  private final DatabaseSchema schema;
  private final References references;

  /** The columns of each table that an insert must give. */
  private final java.util.Map<String, List<ColumnSchema>> needed = new HashMap<>();

  public Interpreter(DatabaseSchema schema) {
    this.schema = schema;
    this.references = References.of(schema);
    for (var table : schema.tables().values()) {
      needed.put(table.name(), table.columns().values().filter(Interpreter::isNeeded).toJavaList());
    }
  }

  /** What the schema gives where nobody gave anything may be what it forbids, too. */
  private static boolean isNeeded(ColumnSchema column) {
    try {
      TypeCheck.constraints(column.type(), column.type().initial());
      return false;
    } catch (Refusal refusal) {
      return true;
    }
  }

  /** All of the operations or none of them; the tables stay as they are. */
  public Execution execute(Tables tables, List<Operation> operations) {
    var results = new ArrayList<Result>(operations.size() + 1);
    var work = new Workspace(tables);
    try {
      for (var operation : operations) {
        var result = execute(work, operation);
        results.add(result);
        if (result instanceof Result.Unmet) {
          return ended(operations, results);
        }
      }
    } catch (Refusal refusal) {
      results.add(new Result.Failed(refusal.error()));
      return ended(operations, results);
    }
    try {
      return new Execution(results, new Commit(schema, references, work).changes());
    } catch (Refusal refusal) {
      results.add(new Result.Failed(refusal.error()));
      return new Execution(results, List.of());
    }
  }

  private static Execution ended(List<Operation> operations, List<Result> results) {
    while (results.size() < operations.size()) {
      results.add(new Result.Skipped());
    }
    return new Execution(results, List.of());
  }

  private Result execute(Workspace work, Operation operation) throws Refusal {
    if (operation instanceof Operation.Insert insert) {
      return insert(work, insert);
    } else if (operation instanceof Operation.Select select) {
      return select(work, select);
    } else if (operation instanceof Operation.Update update) {
      return update(work, update);
    } else if (operation instanceof Operation.Mutate mutate) {
      return mutate(work, mutate);
    } else if (operation instanceof Operation.Delete delete) {
      return delete(work, delete);
    } else if (operation instanceof Operation.Wait wait) {
      return wait(work, wait);
    } else if (operation instanceof Operation.Abort) {
      throw new Refusal(OvsdbError.of(OvsdbError.ABORTED, "aborted by request"));
    } else if (operation instanceof Operation.Assert lock && !lock.held()) {
      throw new Refusal(
          OvsdbError.of(OvsdbError.NOT_OWNER, "Asserted lock " + lock.lock() + " not held."));
    } else if (operation instanceof Operation.Faulty faulty) {
      if (faulty.inserted().isPresent()) {
        checkNew(work, faulty.inserted().get().table(), faulty.inserted().get().uuid());
      }
      throw new Refusal(faulty.error());
    }
    return new Result.Done();
  }

  private Result insert(Workspace work, Operation.Insert insert) throws Refusal {
    var table = table(insert.table());
    var uuid = insert.uuid();
    checkNew(work, table.name(), uuid);
    check(table, insert.row());
    for (var column : needed.get(table.name())) {
      if (!insert.row().containsKey(column.name())) {
        TypeCheck.constraints(column.type(), column.type().initial());
      }
    }
    var row = work.insert(table, uuid);
    for (var column : insert.row()) {
      // A client may name these, and ovsdb-server does not mind.
      if (!column._1.equals(TableSchema.UUID) && !column._1.equals(TableSchema.VERSION)) {
        row.write(column._1, column._2, List.of());
      }
    }
    return new Result.Inserted(uuid);
  }

  private static void checkNew(Workspace work, String table, UUID uuid) throws Refusal {
    if (work.knows(table, uuid)) {
      throw new Refusal(
          new OvsdbError(
              OvsdbError.DUPLICATE_UUID,
              "This UUID would duplicate a UUID already present within the table or deleted within"
                  + " the same transaction.",
              Optional.of('"' + uuid.toString() + '"')));
    }
  }

  private Result select(Workspace work, Operation.Select select) throws Refusal {
    var where = where(select.table(), select.where());
    var columns = columns(where.table(), select.columns());
    Collection<Map<String, Datum>> rows =
        columns.contains(TableSchema.UUID) ? new ArrayList<>() : new LinkedHashSet<>();
    for (var row : work.matching(where)) {
      rows.add(seen(row, columns));
    }
    return new Result.Selected(List.copyOf(rows));
  }

  private Result update(Workspace work, Operation.Update update) throws Refusal {
    var where = where(update.table(), update.where());
    var table = where.table();
    check(table, update.row());
    for (var column : update.row().keySet()) {
      checkMutable(table, column, "update");
    }
    var rows = work.matching(where);
    for (var row : rows) {
      for (var column : update.row()) {
        if (!row.get(column._1).equals(column._2)) {
          work.edit(table, row).replace(column._1, column._2);
        }
      }
    }
    return new Result.Counted(rows.size());
  }

  private Result mutate(Workspace work, Operation.Mutate mutate) throws Refusal {
    var where = where(mutate.table(), mutate.where());
    var table = where.table();
    for (var mutation : mutate.mutations()) {
      check(table, mutation);
    }
    if (mutate.mutations().isEmpty() && where.clauses().isEmpty()) {
      return new Result.Counted(work.count(table.name()));
    }
    var rows = work.matching(where);
    for (var row : rows) {
      for (var mutation : mutate.mutations()) {
        var column = column(table, mutation.column());
        var edited = work.edit(table, row);
        var held = edited.get(column.name());
        var result = Calculation.mutate(column.type(), held, mutation);
        if (mutation.mutator().calculates()) {
          edited.replace(column.name(), result);
        } else {
          edited.write(column.name(), result, mutation.argument().keys());
        }
      }
    }
    return new Result.Counted(rows.size());
  }

  private Result delete(Workspace work, Operation.Delete delete) throws Refusal {
    var where = where(delete.table(), delete.where());
    var rows = work.matching(where);
    for (var row : rows) {
      work.delete(where.table(), row);
    }
    return new Result.Counted(rows.size());
  }

  private Result wait(Workspace work, Operation.Wait wait) throws Refusal {
    var where = where(wait.table(), wait.where());
    var table = where.table();
    var columns = columns(table, wait.columns());
    var expected = new HashSet<Map<String, Datum>>();
    for (var row : wait.rows()) {
      check(table, row);
      expected.add(expected(table, row, columns));
    }
    var actual = new HashSet<Map<String, Datum>>();
    for (var row : work.matching(where)) {
      actual.add(seen(row, columns));
    }
    return actual.equals(expected) == wait.equal()
        ? new Result.Done()
        : new Result.Unmet(wait.timeout());
  }

  private static Map<String, Datum> seen(OvsdbRow row, List<String> columns) {
    Map<String, Datum> seen = LinkedHashMap.empty();
    for (var column : columns) {
      seen = seen.put(column, row.get(column));
    }
    return seen;
  }

  private static Map<String, Datum> expected(
      TableSchema table, Map<String, Datum> row, List<String> columns) throws Refusal {
    Map<String, Datum> expected = LinkedHashMap.empty();
    for (var name : columns) {
      var type = column(table, name).type();
      expected = expected.put(name, row.getOrElse(name, type.initial()));
    }
    return expected;
  }

  private TableSchema table(String name) throws Refusal {
    return schema.table(name).orElseThrow(() -> Refusal.syntax("No table named " + name + "."));
  }

  private static ColumnSchema column(TableSchema table, String name) throws Refusal {
    return table
        .column(name)
        .orElseThrow(
            () ->
                new Refusal(
                    OvsdbError.of(
                        OvsdbError.UNKNOWN_COLUMN,
                        "No column " + name + " in table " + table.name() + ".")));
  }

  private static List<String> columns(TableSchema table, Optional<List<String>> asked)
      throws Refusal {
    if (asked.isEmpty()) {
      var all = new ArrayList<>(List.of(TableSchema.UUID, TableSchema.VERSION));
      all.addAll(table.columns().keySet().toJavaList());
      return all;
    }
    for (var name : asked.get()) {
      column(table, name);
    }
    return asked.get();
  }

  private static void check(TableSchema table, Map<String, Datum> row) throws Refusal {
    for (var given : row) {
      TypeCheck.check(column(table, given._1).type(), given._2);
    }
  }

  private static void checkMutable(TableSchema table, String column, String verb) throws Refusal {
    if (!column(table, column).mutable()) {
      throw Refusal.constraint(
          "Cannot %s immutable column %s in table %s.".formatted(verb, column, table.name()));
    }
  }

  private static void check(TableSchema table, Mutation mutation) throws Refusal {
    var column = column(table, mutation.column());
    checkMutable(table, column.name(), "mutate");
    var mutator = mutation.mutator();
    var type = mutator.argument(column.type()).orElseThrow(() -> mismatch(mutator.text(), column));
    if (column.type().isMap() && !(mutation.argument() instanceof Datum.Pairs)) {
      type = Mutation.keys(type);
      if (mutator != Mutation.Mutator.DELETE) {
        throw mismatch(mutator.text(), column);
      }
    }
    try {
      TypeCheck.check(type, mutation.argument());
    } catch (Refusal refusal) {
      if (mutator == Mutation.Mutator.DELETE && mutation.argument() instanceof Datum.Pairs) {
        // What are no pairs of this map ovsdb-server takes for its keys.
        var key = type.key().type();
        throw Refusal.syntax(
            "expected " + (key == AtomType.UUID ? "[\"uuid\", <string>]" : key.text()));
      }
      throw refusal;
    }
  }

  private Where where(String name, List<Clause> clauses) throws Refusal {
    var table = table(name);
    for (var clause : clauses) {
      if (clause instanceof Clause.Comparison comparison) {
        var column = column(table, comparison.column());
        var function = comparison.function();
        var type =
            function.argument(column.type()).orElseThrow(() -> mismatch(function.text(), column));
        TypeCheck.check(type, comparison.argument());
      }
    }
    return new Where(table, clauses);
  }

  private static Refusal mismatch(String operator, ColumnSchema column) {
    return Refusal.syntax(
        "Type mismatch: \"%s\" operator may not be applied to column %s of type %s."
            .formatted(operator, column.name(), Wording.of(column.type())));
  }
}
