package io.heddle.model;

import io.vavr.collection.Set;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What a row's fields must be beside the other rows of its kind.
 *
 * @param index the rows at a place of an index
 * @param rows a row by its kind and UUID
 */
record Uniqueness(Function<IndexKey, Set<UUID>> index, BiFunction<Kind, UUID, Optional<Row>> rows) {
  /** Tells the sink each field at fault, or group of fields, and why; each field once. */
  void check(Row row, BiConsumer<String, String> sink) {
    var foreign = row.kind().exclusive().stream().filter(c -> isForeign(row, c, sink)).toList();
    row.kind().unique().stream()
        .filter(group -> group.stream().noneMatch(foreign::contains))
        .forEach(group -> checkGroup(row, group, sink));
  }

  private void checkGroup(Row row, List<Column> group, BiConsumer<String, String> sink) {
    var fields = String.join(",", group.stream().map(Column::name).toList());
    var same = others(row, fields);
    if (!same.isEmpty()) {
      var other = rows.apply(row.kind(), same.head()).map(Row::name).orElse("");
      var value = String.join(" ", group.stream().map(c -> c.text(row.value())).toList());
      sink.accept(fields, value + " is taken by " + row.kind() + " " + other);
    }
  }

  /** Whether the column's value belongs to somebody else than the row does. */
  private boolean isForeign(Row row, Column column, BiConsumer<String, String> sink) {
    var holder = column.exclusiveTo().flatMap(owner -> holder(row, column, owner));
    holder.ifPresent(
        who -> sink.accept(column.name(), column.text(row.value()) + " is that of " + who));
    return holder.isPresent();
  }

  private Optional<String> holder(Row row, Column column, String exclusiveTo) {
    var owner = row.kind().column(exclusiveTo);
    return others(row, column.name())
        .toJavaStream()
        .flatMap(uuid -> rows.apply(row.kind(), uuid).stream())
        .map(other -> owner.text(other.value()))
        .filter(holder -> !holder.equals(owner.text(row.value())))
        .findFirst()
        .map(holder -> describe(owner, holder));
  }

  private Set<UUID> others(Row row, String fields) {
    return index.apply(row.kind().indexKey(fields, row.value())).remove(row.uuid());
  }

  /** The row that a reference is to, as people call it; else the value itself. */
  private String describe(Column column, String value) {
    return column
        .references()
        .flatMap(kind -> Schema.rows().kind(kind))
        .flatMap(kind -> StateMachine.parseUuid(value).flatMap(uuid -> rows.apply(kind, uuid)))
        .map(row -> row.kind() + " " + row.name())
        .orElse(value);
  }
}
