package io.heddle.northbound.ovsdb;

import com.google.common.collect.Iterators;
import com.google.common.collect.Maps;
import com.google.gson.stream.JsonWriter;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.Datum;
import io.heddle.model.relation.OvsdbRow;
import io.heddle.model.relation.RowChange;
import io.heddle.model.relation.RowChange.ColumnChange;
import io.heddle.model.relation.TableSchema;
import io.heddle.model.relation.Tables;
import io.heddle.northbound.ovsdb.Chunks.Part;
import io.heddle.northbound.ovsdb.MonitorSpec.Column;
import io.heddle.northbound.ovsdb.MonitorSpec.Select;
import io.heddle.northbound.ovsdb.MonitorSpec.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What a monitor tells, as JSON: {@code <table-updates>} of RFC 7047, section 4.1.6, or of
 * ovsdb-server's update2.
 */
final class UpdateWriter {
  private final MonitorSpec spec;

  UpdateWriter(MonitorSpec spec) {
    this.spec = spec;
  }

  /** All rows there are. */
  Iterator<Part> initial(Tables tables) {
    var told = Maps.filterValues(spec.tables(), t -> t.select().contains(Select.INITIAL));
    return object(
        Iterators.transform(
            told.entrySet().iterator(),
            entry -> {
              var table = entry.getValue();
              var rows = Iterators.<OvsdbRow>filter(rows(tables, entry.getKey()), table::meets);
              return member(
                  entry.getKey(),
                  Iterators.transform(rows, row -> present(table, row, Select.INITIAL)));
            }));
  }

  /** What changed; empty where that is none of what is monitored. */
  Optional<List<byte[]>> changes(List<RowChange> changes) {
    var parts = new LinkedHashMap<String, List<Part>>();
    for (var change : changes) {
      spec.table(change.table())
          .flatMap(table -> change(table, change))
          .ifPresent(
              part -> parts.computeIfAbsent(change.table(), t -> new ArrayList<>()).add(part));
    }
    return text(parts);
  }

  /**
   * What another monitor that has the same but for its conditions is not told and this one is, and
   * the reverse.
   */
  Optional<List<byte[]>> since(MonitorSpec before, Tables tables) {
    var parts = new LinkedHashMap<String, List<Part>>();
    spec.tables()
        .forEach(
            (name, table) -> {
              var old = before.table(name).orElseThrow();
              if (!old.where().equals(table.where())) {
                var told = new ArrayList<Part>();
                tables.rows(name).forEach(row -> since(old, table, row).ifPresent(told::add));
                parts.put(name, told);
              }
            });
    parts.values().removeIf(List::isEmpty);
    return text(parts);
  }

  private Optional<Part> since(Table before, Table after, OvsdbRow row) {
    boolean told = before.meets(row);
    if (told == after.meets(row)) {
      return Optional.empty();
    } else if (told) {
      return tells(after, Select.DELETE, () -> gone(after, row));
    }
    return tells(after, Select.INSERT, () -> present(after, row, Select.INSERT));
  }

  private static Optional<List<byte[]>> text(Map<String, List<Part>> parts) {
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    var members =
        Iterators.transform(
            parts.entrySet().iterator(), e -> member(e.getKey(), e.getValue().iterator()));
    return Optional.of(Chunks.all(new Chunks(object(members))));
  }

  /** The parts of the members are made one after the other, each when it is needed. */
  private static Iterator<Part> object(Iterator<Iterator<Part>> members) {
    return Iterators.concat(
        Iterators.<Part>singletonIterator(JsonWriter::beginObject),
        Iterators.concat(members),
        Iterators.<Part>singletonIterator(JsonWriter::endObject));
  }

  /** A table of which nothing is told is left out. */
  private static Iterator<Part> member(String name, Iterator<Part> rows) {
    if (!rows.hasNext()) {
      return Collections.emptyIterator();
    }
    return Iterators.concat(
        Iterators.<Part>singletonIterator(to -> to.name(name).beginObject()),
        rows,
        Iterators.<Part>singletonIterator(JsonWriter::endObject));
  }

  private static Iterator<OvsdbRow> rows(Tables tables, String table) {
    return Iterators.transform(tables.rows(table).iterator(), row -> row);
  }

  private Optional<Part> change(Table table, RowChange change) {
    boolean told = change.before().filter(table::meets).isPresent();
    boolean tell = change.after().filter(table::meets).isPresent();
    if (told && tell) {
      return tells(table, Select.MODIFY, () -> change).flatMap(c -> modified(table, c));
    } else if (told) {
      return tells(table, Select.DELETE, () -> gone(table, change.before().orElseThrow()));
    } else if (tell) {
      return tells(
          table, Select.INSERT, () -> present(table, change.after().orElseThrow(), Select.INSERT));
    }
    return Optional.empty();
  }

  private static <T> Optional<T> tells(Table table, Select select, Supplier<T> what) {
    return table.select().contains(select) ? Optional.of(what.get()) : Optional.empty();
  }

  private Part present(Table table, OvsdbRow row, Select select) {
    var columns = told(table, select);
    return spec.differences()
        ? to -> {
          to.name(row.uuid().toString()).beginObject();
          to.name(select == Select.INITIAL ? "initial" : "insert").beginObject();
          for (var column : columns) {
            var value = row.get(column.schema().name());
            if (!value.equals(column.schema().type().initial())) {
              column(to, column, value);
            }
          }
          to.endObject().endObject();
        }
        : to -> {
          to.name(row.uuid().toString()).beginObject();
          whole(to, "new", columns, row);
          to.endObject();
        };
  }

  private Part gone(Table table, OvsdbRow row) {
    return spec.differences()
        ? to -> to.name(row.uuid().toString()).beginObject().name("delete").nullValue().endObject()
        : to -> {
          to.name(row.uuid().toString()).beginObject();
          whole(to, "old", told(table, Select.DELETE), row);
          to.endObject();
        };
  }

  private Optional<Part> modified(Table table, RowChange change) {
    var before = change.before().orElseThrow();
    var after = change.after().orElseThrow();
    var changed = new LinkedHashMap<String, ColumnChange>();
    change.columns().forEach(c -> changed.put(c.column(), c));
    if (table.columns().stream().anyMatch(c -> c.schema().name().equals(TableSchema.VERSION))) {
      changed.put(TableSchema.VERSION, version(before, after));
    }
    if (table.columns().stream().noneMatch(c -> changed.containsKey(c.schema().name()))) {
      return Optional.empty();
    }
    var columns = told(table, Select.MODIFY);
    var other = columns.stream().filter(c -> changed.containsKey(c.schema().name())).toList();
    return Optional.of(
        spec.differences()
            ? to -> {
              to.name(after.uuid().toString()).beginObject().name("modify").beginObject();
              for (var column : other) {
                to.name(column.schema().name());
                var difference = changed.get(column.schema().name());
                new DatumWriter(to).difference(column.schema().type(), difference);
              }
              to.endObject().endObject();
            }
            : to -> {
              to.name(after.uuid().toString()).beginObject();
              whole(to, "old", other, before);
              whole(to, "new", columns, after);
              to.endObject();
            });
  }

  private static ColumnChange version(OvsdbRow before, OvsdbRow after) {
    return new ColumnChange(
        TableSchema.VERSION,
        Datum.of(Atom.of(before.version())),
        Datum.of(Atom.of(after.version())),
        Set.of(),
        Set.of());
  }

  private static List<Column> told(Table table, Select select) {
    return table.columns().stream().filter(c -> c.select().contains(select)).toList();
  }

  private static void whole(JsonWriter to, String name, List<Column> columns, OvsdbRow row)
      throws IOException {
    to.name(name).beginObject();
    for (var column : columns) {
      column(to, column, row.get(column.schema().name()));
    }
    to.endObject();
  }

  private static void column(JsonWriter to, Column column, Datum value) throws IOException {
    to.name(column.schema().name());
    new DatumWriter(to).write(value);
  }
}
