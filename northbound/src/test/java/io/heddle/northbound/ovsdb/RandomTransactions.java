package io.heddle.northbound.ovsdb;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.heddle.model.relation.BaseType;
import io.heddle.model.relation.ColumnSchema;
import io.heddle.model.relation.DatabaseSchema;
import io.heddle.model.relation.Mutation.Mutator;
import io.heddle.model.relation.TableSchema;
import io.heddle.model.relation.Tables;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Parameters of "transact" for a schema, most of them right and some of them wrong in one place.
 * They stay small, but meet each other often: few names, few numbers, few rows.
 */
final class RandomTransactions {
  /** Rows of a table beyond which more are deleted than inserted. */
  private static final int ROWS = 12;

  private static final double FAULTY = 0.2;

  private final Random random;
  private final DatabaseSchema schema;
  private final List<TableSchema> tables;

  RandomTransactions(Random random, DatabaseSchema schema) {
    this.random = random;
    this.schema = schema;
    this.tables = schema.tables().values().toJavaList();
  }

  /** The next, given what rows there are. */
  JsonArray next(Tables rows) {
    return new One(rows).transaction();
  }

  /** What is being made. */
  private final class One {
    private final Tables rows;
    private final RandomValues values;
    private final RandomParts parts;
    private final JsonArray operations = new JsonArray();
    private final RandomNames names;

    One(Tables rows) {
      this.rows = rows;
      this.names = new RandomNames(random, rows);
      this.values = new RandomValues(random, names, random.nextDouble() < FAULTY);
      this.parts = new RandomParts(random, names, values);
    }

    JsonArray transaction() {
      operations.add(schema.name());
      int count = 1 + random.nextInt(5);
      while (operations.size() <= count) {
        operation();
      }
      if (values.mayFault()) {
        spoil(operations.get(1 + random.nextInt(operations.size() - 1)).getAsJsonObject());
      }
      return operations;
    }

    private void operation() {
      var table = pick(tables);
      int dice = random.nextInt(100);
      boolean many = rows.count(table.name()) > ROWS;
      if (dice < 40) {
        if (many) {
          delete(table);
        } else {
          insert(table);
        }
      } else if (dice < 55) {
        update(table);
      } else if (dice < 75) {
        mutate(table);
      } else if (dice < 81) {
        delete(table);
      } else if (dice < 90) {
        select(table);
      } else if (dice < 96) {
        await(table);
      } else {
        aside(dice);
      }
    }

    private void insert(TableSchema table) {
      var insert = begin("insert", table);
      var name = names.name(table.name());
      // Whether that is taken or the row is wrong would both be a fault.
      if (random.nextInt(4) == 0 && !values.mayFault()) {
        insert.addProperty("uuid", names.uuid());
      }
      insert.addProperty("uuid-name", name);
      insert.add("row", parts.row(table, random.nextInt(4)));
      operations.add(insert);
      if (!table.root() && random.nextInt(8) != 0) {
        refer(table, name);
      }
    }

    /** Without a row that refers to it, a row of this table does not last. */
    private void refer(TableSchema target, String name) {
      var referring = new ArrayList<TableSchema>();
      for (var table : tables) {
        if (table.columns().values().exists(c -> refersTo(c, target))) {
          referring.add(table);
        }
      }
      if (referring.isEmpty()) {
        return;
      }
      var table = pick(referring);
      var column = pick(table.columns().values().filter(c -> refersTo(c, target)).toJavaList());
      var type = column.type();
      var id = RandomNames.named(name);
      JsonElement value = id;
      if (type.isMap()) {
        boolean key = type.key().refersTo().isPresent();
        var other = values.atom(key ? type.value().orElseThrow() : type.key());
        var pair = key ? RandomValues.array(id, other) : RandomValues.array(other, id);
        value = RandomValues.wrapped("map", List.of(pair));
      }
      if (random.nextBoolean() && rows.count(table.name()) > 0 && !type.isScalar()) {
        var mutate = begin("mutate", table);
        mutate.add("where", parts.whereOne(table));
        mutate.add(
            "mutations", RandomValues.array(RandomParts.triple(column.name(), "insert", value)));
        operations.add(mutate);
      } else {
        var insert = begin("insert", table);
        var parent = names.name(table.name());
        insert.addProperty("uuid-name", parent);
        var row = parts.row(table, random.nextInt(2));
        row.add(column.name(), value);
        insert.add("row", row);
        operations.add(insert);
        if (!table.root()) {
          refer(table, parent);
        }
      }
    }

    private boolean refersTo(ColumnSchema column, TableSchema target) {
      return column.type().key().refersTo().filter(r -> strong(r, target)).isPresent()
          || column
              .type()
              .value()
              .flatMap(BaseType::refersTo)
              .filter(r -> strong(r, target))
              .isPresent();
    }

    private static boolean strong(BaseType.Reference reference, TableSchema target) {
      return reference.table().equals(target.name())
          && reference.strength() == BaseType.Strength.STRONG;
    }

    private void update(TableSchema table) {
      var update = begin("update", table);
      update.add("where", parts.where(table));
      update.add("row", parts.mutableRow(table));
      operations.add(update);
    }

    private void mutate(TableSchema table) {
      var mutate = begin("mutate", table);
      var mutations = new JsonArray();
      boolean calculates = false;
      for (int i = 0; i < 1 + random.nextInt(2); i++) {
        var columns = table.columns().values().filter(parts::isMutable).toJavaList();
        if (!columns.isEmpty()) {
          var column = pick(columns);
          var mutator = pick(parts.mutators(column));
          calculates |= mutator != Mutator.INSERT && mutator != Mutator.DELETE;
          mutations.add(parts.mutation(table, column, mutator));
        }
      }
      // Which of several rows fails first, and so how, is nobody's business.
      boolean one = calculates || mutations.size() > 1;
      mutate.add("where", one ? parts.whereOne(table) : parts.where(table));
      mutate.add("mutations", mutations);
      operations.add(mutate);
    }

    private void delete(TableSchema table) {
      var delete = begin("delete", table);
      delete.add("where", random.nextInt(4) == 0 ? parts.where(table) : parts.whereOne(table));
      operations.add(delete);
    }

    private void select(TableSchema table) {
      var select = begin("select", table);
      select.add("where", parts.where(table));
      select.add("columns", parts.columns(table));
      operations.add(select);
    }

    private void await(TableSchema table) {
      var wait = begin("wait", table);
      wait.addProperty("timeout", 0);
      wait.add("columns", parts.columns(table));
      wait.addProperty("until", random.nextBoolean() ? "==" : "!=");
      var expected = new JsonArray();
      var row = names.row(table.name());
      if (row.isPresent() && random.nextInt(3) != 0) {
        wait.add(
            "where",
            RandomValues.array(
                RandomParts.triple("_uuid", "==", RandomNames.id(row.get().uuid()))));
        var seen = new JsonObject();
        for (var column : wait.getAsJsonArray("columns")) {
          var name = column.getAsString();
          seen.add(name, RandomValues.datum(row.get().get(name)));
        }
        expected.add(seen);
      } else {
        wait.add("where", parts.where(table));
        for (int i = 0; i < random.nextInt(3); i++) {
          expected.add(parts.row(table, 2));
        }
      }
      wait.add("rows", expected);
      operations.add(wait);
    }

    private void aside(int dice) {
      var operation = new JsonObject();
      switch (dice) {
        case 96 -> {
          operation.addProperty("op", "comment");
          operation.addProperty("comment", "a remark");
        }
        case 97 -> {
          operation.addProperty("op", "commit");
          operation.addProperty("durable", false);
        }
        case 98 -> operation.addProperty("op", "abort");
        default -> {
          operation.addProperty("op", "assert");
          operation.addProperty("lock", "nobody_has_it");
        }
      }
      operations.add(operation);
    }

    private JsonObject begin(String op, TableSchema table) {
      var operation = new JsonObject();
      operation.addProperty("op", op);
      operation.addProperty("table", table.name());
      return operation;
    }

    /** Something that no type has to do with. */
    private void spoil(JsonObject operation) {
      var members = new ArrayList<>(operation.keySet());
      // Or else it waits for ever.
      members.remove("timeout");
      var member = pick(members);
      switch (random.nextInt(6)) {
        case 0 -> operation.remove(member);
        case 1 -> operation.addProperty("nonsense", 1);
        case 2 -> operation.addProperty("op", "nonsense");
        case 3 -> operation.addProperty(member, 3.5);
        case 4 -> operation.add(member, RandomValues.array(RandomValues.array("a", "==")));
        default -> {
          if (operation.has("table")) {
            operation.addProperty("table", "Nonsense");
          }
        }
      }
    }
  }

  private <T> T pick(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
