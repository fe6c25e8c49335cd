package io.heddle.ovsdb.wire;

import com.fasterxml.jackson.databind.JsonNode;
import io.heddle.ovsdb.wire.RowEdit.NewRow;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.opendaylight.ovsdb.lib.message.TableUpdate.RowUpdate;
import org.opendaylight.ovsdb.lib.notation.Column;
import org.opendaylight.ovsdb.lib.notation.Condition;
import org.opendaylight.ovsdb.lib.notation.Function;
import org.opendaylight.ovsdb.lib.notation.Mutator;
import org.opendaylight.ovsdb.lib.notation.Row;
import org.opendaylight.ovsdb.lib.operations.Comment;
import org.opendaylight.ovsdb.lib.operations.Insert;
import org.opendaylight.ovsdb.lib.operations.Mutate;
import org.opendaylight.ovsdb.lib.operations.Operation;
import org.opendaylight.ovsdb.lib.operations.Update;
import org.opendaylight.ovsdb.lib.schema.ColumnSchema;
import org.opendaylight.ovsdb.lib.schema.DatabaseSchema;
import org.opendaylight.ovsdb.lib.schema.GenericTableSchema;

/** Between the ovsdb library's notation and plain values. The library's generics are mostly raw. */
@SuppressWarnings({"rawtypes", "unchecked"})
final class Notation {
  private Notation() {}

  static TableChanges changes(DatabaseSchema schema, JsonNode updates) {
    try {
      var tables = new HashMap<String, Map<UUID, Optional<RowValues>>>();
      updates
          .fields()
          .forEachRemaining(
              table -> {
                if (schema.hasTable(table.getKey())) {
                  tables.put(table.getKey(), rows(table(schema, table.getKey()), table.getValue()));
                }
              });
      return new TableChanges(tables);
    } catch (RuntimeException e) {
      throw new MalformedMessageException("an update does not follow the schema", e);
    }
  }

  private static Map<UUID, Optional<RowValues>> rows(GenericTableSchema table, JsonNode updates) {
    var rows = new LinkedHashMap<UUID, Optional<RowValues>>();
    for (RowUpdate<GenericTableSchema> row : table.updatesFromJson(updates).getRows().values()) {
      rows.put(
          UUID.fromString(row.getUuid().toString()),
          Optional.ofNullable(row.getNew()).map(Notation::values));
    }
    return rows;
  }

  private static RowValues values(Row<GenericTableSchema> row) {
    var values = new HashMap<String, Object>();
    for (Column<GenericTableSchema, ?> column : row.getColumns()) {
      values.put(column.getSchema().getName(), plain(column.getData()));
    }
    return new RowValues(values);
  }

  private static Object plain(Object value) {
    if (value instanceof Set<?> set) {
      var plain = new LinkedHashSet<>();
      set.forEach(element -> plain.add(plain(element)));
      return plain;
    }
    if (value instanceof Map<?, ?> map) {
      var plain = new LinkedHashMap<>();
      map.forEach((k, v) -> plain.put(plain(k), plain(v)));
      return plain;
    }
    if (value instanceof org.opendaylight.ovsdb.lib.notation.UUID uuid) {
      return UUID.fromString(uuid.toString());
    }
    if (value == null) {
      throw new IllegalArgumentException("a column has no value of its type");
    }
    return value;
  }

  static Operation operation(DatabaseSchema schema, RowEdit edit) {
    if (edit instanceof RowEdit.Insert insert) {
      var table = table(schema, insert.table());
      var operation = new Insert<>(table).withId(insert.id().id());
      known(table, insert.values()).forEach((c, v) -> operation.value(c, notation(v)));
      return operation;
    }
    if (edit instanceof RowEdit.Update update) {
      var table = table(schema, update.table());
      var operation = new Update<>(table);
      known(table, update.values()).forEach((c, v) -> operation.set(c, notation(v)));
      operation.addCondition(is(update.row()));
      return operation;
    }
    if (edit instanceof RowEdit.Include include) {
      return mutate(
          schema,
          include.table(),
          include.row(),
          include.column(),
          Mutator.INSERT,
          include.elements());
    }
    if (edit instanceof RowEdit.Put put) {
      return mutate(schema, put.table(), put.row(), put.column(), Mutator.INSERT, put.entries());
    }
    if (edit instanceof RowEdit.Exclude exclude) {
      return mutate(
          schema,
          exclude.table(),
          exclude.row(),
          exclude.column(),
          Mutator.DELETE,
          exclude.elements());
    }
    return new Comment(((RowEdit.Remark) edit).text());
  }

  private static Operation mutate(
      DatabaseSchema schema, String table, UUID row, String column, Mutator how, Object value) {
    var tableSchema = table(schema, table);
    var operation = new Mutate<>(tableSchema);
    operation.addMutation(tableSchema.column(column), how, notation(value));
    operation.addCondition(is(row));
    return operation;
  }

  private static Condition is(UUID row) {
    return new Condition("_uuid", Function.EQUALS, notation(row));
  }

  private static Map<ColumnSchema, Object> known(GenericTableSchema table, RowValues values) {
    var known = new LinkedHashMap<ColumnSchema, Object>();
    values
        .columns()
        .forEach(
            (name, value) -> {
              if (table.hasColumn(name)) {
                known.put(table.column(name), value);
              }
            });
    return known;
  }

  private static Object notation(Object value) {
    if (value instanceof UUID uuid) {
      return new org.opendaylight.ovsdb.lib.notation.UUID(uuid.toString());
    }
    if (value instanceof NewRow row) {
      return new org.opendaylight.ovsdb.lib.notation.UUID(row.id());
    }
    if (value instanceof Set<?> set) {
      var notation = new LinkedHashSet<>();
      set.forEach(element -> notation.add(notation(element)));
      return notation;
    }
    return value;
  }

  /** Those of the wanted columns that the schema has. */
  static Set<String> known(DatabaseSchema schema, String table, Set<String> wanted) {
    return wanted.stream().filter(table(schema, table)::hasColumn).collect(Collectors.toSet());
  }

  private static GenericTableSchema table(DatabaseSchema schema, String name) {
    return (GenericTableSchema) (Object) schema.table(name, GenericTableSchema.class);
  }
}
