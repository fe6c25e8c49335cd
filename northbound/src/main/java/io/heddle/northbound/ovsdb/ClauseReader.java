package io.heddle.northbound.ovsdb;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import io.heddle.model.relation.AtomType;
import io.heddle.model.relation.BaseType;
import io.heddle.model.relation.Clause;
import io.heddle.model.relation.Clause.Function;
import io.heddle.model.relation.ColumnSchema;
import io.heddle.model.relation.ColumnType;
import io.heddle.model.relation.Mutation;
import io.heddle.model.relation.Mutation.Mutator;
import io.heddle.model.relation.OvsdbError;
import io.heddle.model.relation.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Conditions and mutations from JSON (RFC 7047, section 5.1). */
final class ClauseReader {
  private final DatumReader data;

  ClauseReader(DatumReader data) {
    this.data = data;
  }

  List<Clause> clauses(TableSchema table, JsonArray json) throws FaultException {
    var clauses = new ArrayList<Clause>();
    for (var clause : json) {
      clauses.add(clause(table, clause));
    }
    return List.copyOf(clauses);
  }

  /** A boolean is ovsdb-server's addition. */
  private Clause clause(TableSchema table, JsonElement json) throws FaultException {
    if (Json.isBoolean(json)) {
      return new Clause.Constant(json.getAsBoolean());
    }
    var parts = triple(json, "Parse error in condition.");
    var column = column(table, parts, json);
    var function = function(parts.get(1).getAsString());
    var type = argumentType(function, column, json);
    return new Clause.Comparison(column.name(), function, data.read(type, parts.get(2)));
  }

  private static Function function(String name) throws FaultException {
    for (var function : Function.values()) {
      if (function.text().equals(name)) {
        return function;
      }
    }
    throw FaultException.of(OvsdbError.UNKNOWN_FUNCTION, "No function named " + name + ".");
  }

  private static ColumnType argumentType(Function function, ColumnSchema column, JsonElement json)
      throws FaultException {
    var type = column.type();
    switch (function) {
      case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> {
        if (!(type.isScalar() || type.isOptionalScalar()) || !isNumeric(type)) {
          throw mismatch(function.text(), column, json);
        }
        return new ColumnType(type.key(), type.value(), 1, type.max());
      }
      case EXCLUDES -> {
        return type.isScalar()
            ? type
            : new ColumnType(type.key(), type.value(), 0, ColumnType.UNLIMITED);
      }
      case INCLUDES -> {
        return type.isScalar() ? type : new ColumnType(type.key(), type.value(), 0, type.max());
      }
      case EQUAL, NOT_EQUAL -> {
        return type;
      }
    }
    throw new AssertionError(function);
  }

  List<Mutation> mutations(TableSchema table, JsonArray json) throws FaultException {
    var mutations = new ArrayList<Mutation>();
    for (var mutation : json) {
      mutations.add(mutation(table, mutation));
    }
    return List.copyOf(mutations);
  }

  private Mutation mutation(TableSchema table, JsonElement json) throws FaultException {
    var parts = triple(json, "Parse error in mutation.");
    var column = column(table, parts, json);
    if (!column.mutable()) {
      throw FaultException.at(
          json,
          OvsdbError.CONSTRAINT_VIOLATION,
          "Cannot mutate immutable column " + column.name() + " in table " + table.name() + ".");
    }
    var mutator = mutator(parts.get(1).getAsString());
    var type = column.type();
    var argument = parts.get(2);
    if (mutator != Mutator.INSERT && mutator != Mutator.DELETE) {
      if (type.isMap()
          || !isNumeric(type)
          || mutator == Mutator.MODULO && type.key().type() == AtomType.REAL) {
        throw mismatch(mutator.text(), column, json);
      }
      var number = ColumnType.scalar(BaseType.unconstrained(type.key().type()));
      return new Mutation(column.name(), mutator, data.read(number, argument));
    }
    if (type.isScalar()) {
      throw mismatch(mutator.text(), column, json);
    }
    if (mutator == Mutator.INSERT) {
      var some = new ColumnType(type.key(), type.value(), 0, type.max());
      return new Mutation(column.name(), mutator, data.read(some, argument));
    }
    var any = new ColumnType(type.key(), type.value(), 0, ColumnType.UNLIMITED);
    try {
      return new Mutation(column.name(), mutator, data.read(any, argument));
    } catch (FaultException e) {
      if (!type.isMap()) {
        throw e;
      }
      // From a map one may delete pairs or, whatever their values, keys.
      var keys = new ColumnType(type.key(), Optional.empty(), 0, ColumnType.UNLIMITED);
      return new Mutation(column.name(), mutator, data.read(keys, argument));
    }
  }

  private static Mutator mutator(String name) throws FaultException {
    for (var mutator : Mutator.values()) {
      if (mutator.text().equals(name)) {
        return mutator;
      }
    }
    throw FaultException.of(OvsdbError.UNKNOWN_MUTATOR, "No mutator named " + name + ".");
  }

  private static JsonArray triple(JsonElement json, String otherwise) throws FaultException {
    if (json instanceof JsonArray parts
        && parts.size() == 3
        && Json.isString(parts.get(0))
        && Json.isString(parts.get(1))) {
      return parts;
    }
    throw FaultException.syntax(json, otherwise);
  }

  private static ColumnSchema column(TableSchema table, JsonArray parts, JsonElement json)
      throws FaultException {
    return column(table, parts.get(0).getAsString(), json);
  }

  static ColumnSchema column(TableSchema table, String name, JsonElement json)
      throws FaultException {
    return table
        .column(name)
        .orElseThrow(
            () ->
                FaultException.at(
                    json,
                    OvsdbError.UNKNOWN_COLUMN,
                    "No column " + name + " in table " + table.name() + "."));
  }

  private static boolean isNumeric(ColumnType type) {
    return type.key().type() == AtomType.INTEGER || type.key().type() == AtomType.REAL;
  }

  private static FaultException mismatch(String operator, ColumnSchema column, JsonElement json) {
    return FaultException.syntax(
        json,
        "Type mismatch: \""
            + operator
            + "\" operator may not be applied to column "
            + column.name()
            + " of type "
            + inWords(column.type())
            + ".");
  }

  private static String inWords(ColumnType type) {
    var key = type.key().type().text();
    if (type.isScalar()) {
      return key;
    }
    String count;
    if (type.max() == ColumnType.UNLIMITED) {
      count = type.min() == 0 ? " of" : " of " + type.min() + " or more";
    } else if (type.min() == 0) {
      count = " of up to " + type.max();
    } else {
      count = " of " + type.min() + " to " + type.max();
    }
    return type.value()
        .map(value -> "map" + count + " (" + key + ", " + value.type().text() + ") pairs")
        .orElse("set" + count + " " + key + "s");
  }
}
