package io.heddle.it.ovn;

import com.google.gson.JsonPrimitive;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import io.heddle.model.Column;
import io.heddle.model.Kind;
import io.heddle.model.Row;
import io.heddle.model.Schema;
import io.heddle.model.Snapshot;
import io.heddle.v1.Operation;
import io.heddle.v1.Put;
import io.heddle.v1.RowRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Operations on rows as the words of one call of ovn-nbctl, which is one transaction. Rows of any
 * table of OVN_Northbound can be written by its general commands (create, set, add, remove,
 * destroy); what its everyday commands are is told by {@link Everyday}.
 */
final class NbctlForm {
  private final Snapshot snapshot;
  private final boolean everyday;
  private final List<String> words = new ArrayList<>();
  private int created;

  private NbctlForm(Snapshot snapshot, boolean everyday) {
    this.snapshot = snapshot;
    this.everyday = everyday;
  }

  /** Whether the operation is about a row of OVN_Northbound. */
  static boolean has(Operation operation) {
    var options = kind(operation).options();
    return !options.getOvnTable().isEmpty() && !options.getSouthbound();
  }

  private static Kind kind(Operation operation) {
    return operation.hasPut()
        ? Schema.rows().kind(operation.getPut().getRow()).orElseThrow()
        : Schema.rows().kind(operation.getDelete().getKind()).orElseThrow();
  }

  /** With the commands that people use, where there is one. */
  static List<String> everyday(Snapshot snapshot, List<Operation> operations) {
    return new NbctlForm(snapshot, true).words(operations);
  }

  /** With commands for rows of any table alone. */
  static List<String> general(Snapshot snapshot, List<Operation> operations) {
    return new NbctlForm(snapshot, false).words(operations);
  }

  private List<String> words(List<Operation> operations) {
    for (var operation : operations) {
      var kind = kind(operation);
      if (operation.hasDelete()) {
        delete(row(kind, operation.getDelete()).orElseThrow());
      } else {
        put(kind, operation.getPut());
      }
    }
    return List.copyOf(words);
  }

  private void put(Kind kind, Put put) {
    var value = value(kind, put);
    var ref = RowRef.newBuilder().setUuid(put.getUuid()).setName(kind.nameOf(value).orElse(""));
    var row = row(kind, ref.build());
    if (row.isEmpty()) {
      create(kind, value);
    } else if (put.hasUpdateMask()) {
      put.getUpdateMask().getPathsList().forEach(c -> change(row.get(), kind.column(c), value));
    } else {
      kind.columns().stream()
          .filter(column -> !column.observed() && !column.allotted())
          .filter(column -> column.allocated().isEmpty() || !column.isDefault(value))
          .forEach(column -> change(row.get(), column, value));
    }
  }

  private static Message value(Kind kind, Put put) {
    try {
      return kind.parse(put.getRow());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private void create(Kind kind, Message value) {
    var said = kind.columns().stream().filter(column -> !column.isDefault(value)).toList();
    if (everyday) {
      var creation = Everyday.creation(kind, value, said);
      if (creation.isPresent()) {
        command(creation.get().words());
        said.stream()
            .filter(column -> !creation.get().said().contains(column.name()))
            .forEach(column -> set(kind, kind.nameOf(value).orElseThrow(), column, value));
        return;
      }
    }
    var id = "@row" + ++created;
    var words = new ArrayList<>(List.of("--id=" + id, "create", table(kind)));
    said.stream()
        .filter(column -> column.owner().isEmpty())
        .forEach(column -> words.add(assignment(column, value)));
    command(words);
    said.stream()
        .filter(column -> column.owner().isPresent())
        .forEach(column -> belong("add", column, value, id));
  }

  /** Puts the row into the sets of those that it belongs to, or takes it out. */
  private void belong(String verb, Column owner, Message value, String id) {
    var parents = Schema.rows().kind(owner.references().orElseThrow()).orElseThrow();
    for (var parent : owner.texts(value)) {
      command(List.of(verb, table(parents), parent, owner.owner().orElseThrow(), id));
    }
  }

  private void change(Row row, Column column, Message value) {
    if (column.same(row.value(), value)) {
      return;
    }
    if (column.owner().isPresent()) {
      belong("add", column, value, row.uuid().toString());
      belong("remove", column, row.value(), row.uuid().toString());
    } else {
      set(row.kind(), row.kind().nameOf(row.value()).orElse(row.uuid().toString()), column, value);
    }
  }

  private void set(Kind kind, String row, Column column, Message value) {
    Optional<List<String>> setting =
        everyday ? Everyday.setting(row, column, value) : Optional.empty();
    command(setting.orElseGet(() -> List.of("set", table(kind), row, assignment(column, value))));
  }

  private void delete(Row row) {
    var name = row.kind().nameOf(row.value());
    var command = name.flatMap(n -> Everyday.deletion(row.kind(), n));
    if (command.isPresent()) {
      command(command.get());
    } else if (row.kind().owners().isEmpty()) {
      command(List.of("destroy", table(row.kind()), row.uuid().toString()));
    } else {
      row.kind().columns().stream()
          .filter(column -> column.owner().isPresent())
          .forEach(column -> belong("remove", column, row.value(), row.uuid().toString()));
    }
  }

  private void command(List<String> command) {
    if (!words.isEmpty()) {
      words.add("--");
    }
    words.addAll(command);
  }

  private Optional<Row> row(Kind kind, RowRef ref) {
    var uuid =
        ref.getUuid().isEmpty()
            ? snapshot.named(kind, ref.getName()).stream().findFirst()
            : Optional.of(UUID.fromString(ref.getUuid()));
    return uuid.flatMap(u -> snapshot.row(kind, u));
  }

  private static String table(Kind kind) {
    return kind.options().getOvnTable();
  }

  /** COLUMN=VALUE, or COLUMN:KEY=VALUE for what OVN has no column for. */
  private static String assignment(Column column, Message row) {
    if (column.allocated().isPresent()) {
      throw new IllegalArgumentException("OVN's schema has no " + column.field().getFullName());
    }
    return column.ovnKey().orElse(column.name()) + "=" + datum(column, row);
  }

  private static String datum(Column column, Message row) {
    var field = column.field();
    if (field.isMapField()) {
      return ((List<?>) row.getField(field))
          .stream()
              .map(entry -> (MapEntry<?, ?>) entry)
              .map(entry -> atom(entry.getKey()) + "=" + atom(entry.getValue()))
              .collect(Collectors.joining(",", "{", "}"));
    }
    boolean refers = column.references().isPresent();
    if (field.isRepeated()) {
      return ((List<?>) row.getField(field))
          .stream()
              .map(element -> refers ? element.toString() : atom(element))
              .collect(Collectors.joining(",", "[", "]"));
    }
    return field.hasPresence() && !row.hasField(field)
        ? "[]"
        : refers ? column.text(row) : atom(row.getField(field));
  }

  private static String atom(Object value) {
    if (value instanceof String text) {
      return new JsonPrimitive(text).toString();
    }
    return value instanceof Integer number ? Integer.toUnsignedString(number) : value.toString();
  }
}
