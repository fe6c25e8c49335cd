package io.heddle.northbound.ovsdb;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.heddle.model.relation.DatabaseSchema;
import io.heddle.model.relation.Datum;
import io.heddle.model.relation.Operation;
import io.heddle.model.relation.OvsdbError;
import io.heddle.model.relation.TableSchema;
import io.vavr.collection.HashMap;
import io.vavr.collection.Map;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The operations of a transaction from JSON (RFC 7047, section 5.2). What cannot be read becomes an
 * {@link Operation.Faulty}, for those before it count: one of them may fail first.
 */
final class OperationReader {
  private final DatabaseSchema schema;
  private final Names names;
  private final DatumReader data;
  private final ClauseReader clauses;
  private final Predicate<String> lockHeld;

  /**
   * @param lockHeld whether the client holds that lock now
   * @param draw UUIDs for new rows
   */
  OperationReader(DatabaseSchema schema, Predicate<String> lockHeld, Supplier<UUID> draw) {
    this.schema = schema;
    this.lockHeld = lockHeld;
    this.names = new Names(draw);
    this.data = DatumReader.with(names);
    this.clauses = new ClauseReader(data);
  }

  /** All after the database's name, up to the first that is faulty and as many as there were. */
  List<Operation> operations(JsonArray params) {
    int count = params.size() - 1;
    var operations = new ArrayList<Operation>(count);
    for (int i = 1; i <= count; i++) {
      operations.add(operation(params.get(i), "ovsdb operation " + i + " of " + count));
    }
    return List.copyOf(operations);
  }

  private Operation operation(JsonElement json, String name) {
    var members = new Members(json, name);
    try {
      Optional<FaultException> fault = Optional.empty();
      Operation operation = new Operation.Abort();
      try {
        operation = operation(members);
      } catch (FaultException e) {
        fault = Optional.of(e);
      }
      // Members that do not belong there count more than what is wrong with the others.
      members.finish();
      if (fault.isPresent()) {
        throw fault.get();
      }
      return operation;
    } catch (FaultException e) {
      return Operation.Faulty.of(e.error());
    }
  }

  private Operation operation(Members members) throws FaultException {
    var op = members.id("op");
    members.check();
    return switch (op.orElseThrow()) {
      case "insert" -> insert(members);
      case "select" -> select(members);
      case "update" -> update(members);
      case "mutate" -> mutate(members);
      case "delete" -> delete(members);
      case "wait" -> waiting(members);
      case "commit" -> new Operation.Commit(members.bool("durable").orElse(false));
      case "abort" -> new Operation.Abort();
      case "comment" ->
          new Operation.Comment(members.string("comment").map(JsonElement::getAsString).orElse(""));
      case "assert" -> {
        var lock = members.id("lock").orElse("");
        yield new Operation.Assert(lock, lockHeld.test(lock));
      }
      default -> {
        members.raise("No operation \"" + op.get() + "\"");
        members.check();
        throw new AssertionError();
      }
    };
  }

  private Optional<TableSchema> table(Members members) {
    var name = members.id("table");
    var table = name.flatMap(schema::table);
    if (name.isPresent() && table.isEmpty()) {
      members.raise("No table named " + name.get() + ".");
    }
    return table;
  }

  private Operation insert(Members members) throws FaultException {
    var table = table(members);
    var wish = members.optionalString("uuid");
    var name = members.optionalId("uuid-name").map(JsonPrimitive::new);
    var row = members.object("row");
    members.check();
    if (wish.isEmpty()) {
      var uuid = name.isPresent() ? names.give(name.get()) : names.draw();
      return insert(table.orElseThrow(), uuid, row.orElseThrow());
    }
    var uuid =
        DatumReader.uuid(wish.get().getAsString())
            .orElseThrow(() -> FaultException.syntax(wish.get(), "bad uuid"));
    try {
      if (name.isPresent()) {
        names.give(name.get(), uuid);
      }
      return insert(table.orElseThrow(), uuid, row.orElseThrow());
    } catch (FaultException e) {
      var inserted = new Operation.Wish(table.orElseThrow().name(), uuid);
      return new Operation.Faulty(e.error(), Optional.of(inserted));
    }
  }

  private Operation insert(TableSchema table, UUID uuid, JsonElement row) throws FaultException {
    var columns = row(table, row);
    return new Operation.Insert(
        table.name(), uuid, columns.remove(TableSchema.UUID).remove(TableSchema.VERSION));
  }

  private Operation select(Members members) throws FaultException {
    var table = table(members);
    var where = members.array("where");
    var columns = members.optionalArray("columns");
    var sort = members.optionalArray("sort");
    members.check();
    var conditions = clauses.clauses(table.orElseThrow(), where.orElseThrow());
    var names = columns(table.get(), columns);
    columns(table.get(), sort);
    return new Operation.Select(table.get().name(), conditions, names);
  }

  private Operation update(Members members) throws FaultException {
    var table = table(members);
    var where = members.array("where");
    var row = members.object("row");
    members.check();
    var columns = row(table.orElseThrow(), row.orElseThrow());
    for (var name : columns.keySet()) {
      if (!table.get().column(name).orElseThrow().mutable()) {
        throw FaultException.at(
            members.json(),
            OvsdbError.CONSTRAINT_VIOLATION,
            "Cannot update immutable column " + name + " in table " + table.get().name() + ".");
      }
    }
    return new Operation.Update(
        table.get().name(), clauses.clauses(table.get(), where.orElseThrow()), columns);
  }

  private Operation mutate(Members members) throws FaultException {
    var table = table(members);
    var where = members.array("where");
    var mutations = members.array("mutations");
    members.check();
    var changes = clauses.mutations(table.orElseThrow(), mutations.orElseThrow());
    return new Operation.Mutate(
        table.get().name(), clauses.clauses(table.get(), where.orElseThrow()), changes);
  }

  private Operation delete(Members members) throws FaultException {
    var where = members.array("where");
    var table = table(members);
    members.check();
    return new Operation.Delete(
        table.orElseThrow().name(), clauses.clauses(table.get(), where.orElseThrow()));
  }

  private Operation waiting(Members members) throws FaultException {
    var timeout = members.optionalInteger("timeout");
    var where = members.array("where");
    var columns = members.optionalArray("columns");
    var until = members.string("until");
    var rows = members.array("rows");
    var table = table(members);
    members.check();
    var conditions = clauses.clauses(table.orElseThrow(), where.orElseThrow());
    var names = columns(table.get(), columns);
    if (timeout.isPresent() && timeout.get().getAsLong() < 0) {
      throw FaultException.syntax(timeout.get(), "timeout must be nonnegative");
    }
    var function = until.orElseThrow().getAsString();
    if (!function.equals("==") && !function.equals("!=")) {
      throw FaultException.syntax(until.get(), "\"until\" must be \"==\" or \"!=\"");
    }
    var expected = new ArrayList<Map<String, Datum>>();
    for (var row : rows.orElseThrow()) {
      expected.add(row(table.get(), row));
    }
    return new Operation.Wait(
        table.get().name(),
        timeout.map(t -> OptionalLong.of(t.getAsLong())).orElse(OptionalLong.empty()),
        conditions,
        names,
        function.equals("=="),
        List.copyOf(expected));
  }

  private Map<String, Datum> row(TableSchema table, JsonElement json) throws FaultException {
    if (!(json instanceof JsonObject object)) {
      throw FaultException.syntax(json, "row must be JSON object");
    }
    var row = HashMap.<String, Datum>empty();
    for (var member : object.entrySet()) {
      var column = ClauseReader.column(table, member.getKey(), json);
      row = row.put(column.name(), data.read(column.type(), member.getValue()));
    }
    return row;
  }

  private static Optional<List<String>> columns(TableSchema table, Optional<JsonArray> json)
      throws FaultException {
    if (json.isEmpty()) {
      return Optional.empty();
    }
    var names = new LinkedHashSet<String>();
    for (var name : json.get()) {
      if (Json.isString(name) && table.column(name.getAsString()).isEmpty()) {
        throw FaultException.syntax(json.get(), name.getAsString() + " is not a valid column name");
      }
      if (!Json.isString(name) || !names.add(name.getAsString())) {
        throw FaultException.syntax(json.get(), "array of distinct column names expected");
      }
    }
    return Optional.of(List.copyOf(names));
  }
}
