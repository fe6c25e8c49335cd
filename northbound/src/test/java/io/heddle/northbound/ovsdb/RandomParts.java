package io.heddle.northbound.ovsdb;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.heddle.model.relation.AtomType;
import io.heddle.model.relation.BaseType;
import io.heddle.model.relation.Clause.Function;
import io.heddle.model.relation.ColumnSchema;
import io.heddle.model.relation.ColumnType;
import io.heddle.model.relation.Datum;
import io.heddle.model.relation.Mutation.Mutator;
import io.heddle.model.relation.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Rows, conditions and mutations of a random transaction. */
final class RandomParts {
  private final Random random;
  private final RandomNames names;
  private final RandomValues values;

  RandomParts(Random random, RandomNames names, RandomValues values) {
    this.random = random;
    this.names = names;
    this.values = values;
  }

  boolean isMutable(ColumnSchema column) {
    return !mutators(column).isEmpty() && (column.mutable() || values.fault());
  }

  List<Mutator> mutators(ColumnSchema column) {
    var fitting = new ArrayList<Mutator>();
    for (var mutator : Mutator.values()) {
      if (mutator.argument(column.type()).isPresent()) {
        fitting.add(mutator);
      }
    }
    return fitting;
  }

  JsonArray mutation(TableSchema table, ColumnSchema column, Mutator mutator) {
    var used = values.fault() ? pick(List.of(Mutator.values())) : mutator;
    var type = mutator.argument(column.type()).orElseThrow();
    if (mutator == Mutator.DELETE && type.isMap() && random.nextBoolean()) {
      type = ColumnType.set(type.key());
    }
    var argument = values.datum(type, held(table, column));
    // Multiplying a negative integer by nothing kills ovsdb-server, by less than nothing confuses
    // it; and reals have a negative zero, which it does not take for the same in a "select".
    boolean real = type.key().type() == AtomType.REAL;
    boolean deadly = used == Mutator.MULTIPLY || used == Mutator.DIVIDE && real;
    return triple(
        column.name(), used.text(), deadly ? new JsonPrimitive(2 + random.nextInt(5)) : argument);
  }

  /** What some row holds there: deleting what is not there is dull. */
  private Optional<Datum> held(TableSchema table, ColumnSchema column) {
    return names.row(table.name()).map(row -> row.get(column.name()));
  }

  JsonObject row(TableSchema table, int count) {
    var row = new JsonObject();
    for (int i = 0; i < count; i++) {
      var column = pick(table.columns().values().toJavaList());
      row.add(column.name(), values.datum(column.type(), held(table, column)));
    }
    for (var column : table.columns().values()) {
      if (isForbidden(column) && !row.has(column.name()) && !values.fault()) {
        row.add(column.name(), values.datum(column.type(), Optional.empty()));
      }
    }
    for (var index : table.indexes()) {
      // Or else two rows would have the same default.
      for (var name : index) {
        var type = table.column(name).orElseThrow().type();
        row.add(name, values.datum(type, Optional.empty()));
      }
    }
    return row;
  }

  /** Whether what the column holds by default is not allowed. */
  private boolean isForbidden(ColumnSchema column) {
    return column.type().min() == 1
        && column.type().key() instanceof BaseType.OneOf one
        && !one.values().contains(one.type().zero());
  }

  JsonObject mutableRow(TableSchema table) {
    var row = row(table, 1 + random.nextInt(3));
    for (var column : table.columns().values()) {
      boolean indexed = table.indexes().stream().anyMatch(i -> i.contains(column.name()));
      if (!column.mutable() && !values.fault() || indexed && random.nextInt(4) != 0) {
        row.remove(column.name());
      }
    }
    return row;
  }

  JsonArray columns(TableSchema table) {
    var columns = new JsonArray();
    for (var column : table.columns().keySet()) {
      if (random.nextInt(3) == 0) {
        columns.add(column);
      }
    }
    if (random.nextInt(3) == 0) {
      columns.add("_uuid");
    }
    return columns;
  }

  JsonArray whereOne(TableSchema table) {
    return RandomValues.array(triple("_uuid", "==", names.reference(table.name())));
  }

  JsonArray where(TableSchema table) {
    var clauses = new JsonArray();
    if (random.nextInt(3) == 0) {
      return whereOne(table);
    }
    for (int i = 0; i < random.nextInt(3); i++) {
      if (random.nextInt(20) == 0) {
        clauses.add(random.nextBoolean());
      } else {
        clauses.add(clause(table));
      }
    }
    return clauses;
  }

  private JsonArray clause(TableSchema table) {
    var column = pick(table.columns().values().toJavaList());
    var fitting = new ArrayList<Function>();
    for (var function : Function.values()) {
      if (function.argument(column.type()).isPresent()) {
        fitting.add(function);
      }
    }
    var function = pick(fitting);
    var used = values.fault() ? pick(List.of(Function.values())) : function;
    var type = function.argument(column.type()).orElseThrow();
    return triple(column.name(), used.text(), values.datum(type, held(table, column)));
  }

  private <T> T pick(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  static JsonArray triple(String column, String operator, JsonElement argument) {
    var triple = RandomValues.array(column, operator);
    triple.add(argument);
    return triple;
  }
}
