package io.heddle.model;

import io.heddle.model.relation.UuidSets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What a row's fields must be beside the other rows of its kind.
 *
 * @param rowsAt the rows at a place of an index
 * @param rows a row by its kind and UUID
 */
record Uniqueness(
    Function<IndexKey, Set<UUID>> rowsAt, BiFunction<Kind, UUID, Optional<Row>> rows) {
  /** Tells the sink each field at fault, or group of fields, and why; each field once. */
  void check(Row row, BiConsumer<String, String> sink) {
    var foreign = new ArrayList<Column>();
    for (var column : row.kind().exclusive()) {
      if (isForeign(row, column, sink)) {
        foreign.add(column);
      }
    }
    for (var unique : row.kind().uniqueIndexes()) {
      if (Collections.disjoint(unique.columns(), foreign)) {
        checkGroup(row, unique, sink);
      }
    }
  }

  private void checkGroup(Row row, Index unique, BiConsumer<String, String> sink) {
    var same = others(row, unique);
    if (!same.isEmpty()) {
      var other = rows.apply(row.kind(), same.iterator().next()).map(Row::name).orElse("");
      var value =
          String.join(" ", unique.columns().stream().map(c -> c.text(row.value())).toList());
      sink.accept(unique.name(), value + " is taken by " + row.kind() + " " + other);
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
    return others(row, row.kind().index(column.name())).stream()
        .flatMap(uuid -> rows.apply(row.kind(), uuid).stream())
        .map(other -> owner.text(other.value()))
        .filter(holder -> !holder.equals(owner.text(row.value())))
        .findFirst()
        .map(holder -> describe(owner, holder));
  }

  private Set<UUID> others(Row row, Index index) {
    return UuidSets.built(UuidSets.without(rowsAt.apply(index.key(row.value())), row.uuid()));
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
