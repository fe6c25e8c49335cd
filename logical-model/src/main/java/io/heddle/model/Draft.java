package io.heddle.model;

import com.google.protobuf.Message;
import io.heddle.v1.OnDelete;
import io.heddle.v1.Receipt;
import io.heddle.v1.RowRef;
import io.vavr.collection.HashMap;
import io.vavr.collection.HashSet;
import io.vavr.collection.Map;
import io.vavr.collection.Set;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A snapshot in the making. Operations are written down as they come; {@link #settle} then resolves
 * references, follows deletes, gives numbers and checks every rule at once, so that the order of
 * operations within a transaction does not matter.
 */
final class Draft {
  private record Place(Kind kind, UUID uuid) {}

  private final Snapshot before;
  private final boolean observation;
  private final long revision;
  private final java.util.Map<Place, Integer> touched = new LinkedHashMap<>();
  private final List<Violation> violations = new ArrayList<>();
  private Map<Kind, Map<UUID, Row>> rows;
  private Map<IndexKey, Set<UUID>> indexes;
  private Map<String, Pool> pools;

  Draft(Snapshot before, boolean observation) {
    this.before = before;
    this.observation = observation;
    this.revision = before.revision() + 1;
    this.rows = before.allRows();
    this.indexes = before.allIndexes();
    this.pools = before.pools;
  }

  static Optional<Row> find(Snapshot snapshot, Kind kind, RowRef ref) {
    if (!ref.getUuid().isEmpty()) {
      return StateMachine.parseUuid(ref.getUuid()).flatMap(uuid -> snapshot.row(kind, uuid));
    }
    var named = snapshot.named(kind, ref.getName());
    return named.size() == 1 ? snapshot.row(kind, named.head()) : Optional.empty();
  }

  Optional<Row> find(Kind kind, RowRef ref) {
    if (!ref.getUuid().isEmpty()) {
      return StateMachine.parseUuid(ref.getUuid()).flatMap(uuid -> row(kind, uuid));
    }
    var named = named(kind, ref.getName());
    return named.size() == 1 ? row(kind, named.head()) : Optional.empty();
  }

  Set<UUID> named(Kind kind, String name) {
    if (kind.nameColumn().isEmpty() || name.isEmpty()) {
      return HashSet.empty();
    }
    return index(new IndexKey(kind, kind.nameColumn().get().name(), name));
  }

  Optional<Row> row(Kind kind, UUID uuid) {
    return rows.getOrElse(kind, HashMap.empty()).get(uuid).toJavaOptional();
  }

  private Set<UUID> index(IndexKey key) {
    return indexes.getOrElse(key, HashSet.empty());
  }

  /** Whether an operation so far was about this row. */
  boolean touches(Kind kind, UUID uuid) {
    return touched.containsKey(new Place(kind, uuid));
  }

  void put(int operation, Kind kind, UUID uuid, Message value) {
    touched.put(new Place(kind, uuid), operation);
    write(kind, uuid, observation ? value : keepObserved(kind, uuid, value));
  }

  void delete(int operation, Kind kind, UUID uuid) {
    touched.put(new Place(kind, uuid), operation);
    row(kind, uuid).ifPresent(this::remove);
  }

  private Message keepObserved(Kind kind, UUID uuid, Message value) {
    var current = before.row(kind, uuid);
    var kept = value.toBuilder();
    for (var column : kind.columns()) {
      if (column.observed()) {
        kept.clearField(column.field());
        current
            .map(Row::value)
            .filter(v -> !column.field().hasPresence() || v.hasField(column.field()))
            .ifPresent(v -> kept.setField(column.field(), v.getField(column.field())));
      }
    }
    return kept.build();
  }

  /** A row that ends as it began keeps its version. */
  private void write(Kind kind, UUID uuid, Message value) {
    row(kind, uuid).ifPresent(this::remove);
    var old = before.row(kind, uuid);
    var row =
        old.filter(o -> o.value().equals(value))
            .orElseGet(
                () -> new Row(uuid, value, old.map(Row::created).orElse(revision), revision));
    rows = rows.put(kind, rows.getOrElse(kind, HashMap.empty()).put(uuid, row));
    for (var index : kind.indexes()) {
      var key = kind.indexKey(index, value);
      indexes = indexes.put(key, index(key).add(uuid));
    }
  }

  private void remove(Row row) {
    var kind = row.kind();
    rows = rows.put(kind, rows.getOrElse(kind, HashMap.empty()).remove(row.uuid()));
    for (var index : kind.indexes()) {
      var key = kind.indexKey(index, row.value());
      var rest = index(key).remove(row.uuid());
      indexes = rest.isEmpty() ? indexes.remove(key) : indexes.put(key, rest);
    }
  }

  /** Brings the draft to rest and returns what is wrong with it. */
  List<Violation> settle() {
    followDeletes();
    List.copyOf(touched.keySet()).forEach(this::resolveReferences);
    touched.keySet().forEach(this::releaseNumbers);
    List.copyOf(touched.keySet()).forEach(this::takeNumbers);
    List.copyOf(touched.keySet()).forEach(this::giveNumbers);
    touched.keySet().forEach(this::dropPools);
    touched.keySet().forEach(place -> row(place.kind, place.uuid).ifPresent(this::check));
    return violations;
  }

  private void followDeletes() {
    var gone = new ArrayDeque<Place>();
    touched.keySet().stream().filter(p -> row(p.kind, p.uuid).isEmpty()).forEach(gone::add);
    while (!gone.isEmpty()) {
      var place = gone.remove();
      for (var kind : Schema.rows().kinds()) {
        for (var column : kind.columns()) {
          if (isReference(column, place.kind)) {
            followDelete(place, kind, column, gone);
          }
        }
      }
    }
  }

  private void followDelete(Place place, Kind kind, Column column, ArrayDeque<Place> gone) {
    for (var uuid : index(new IndexKey(kind, column.name(), place.uuid.toString()))) {
      var row = row(kind, uuid).orElseThrow();
      if (column.onDelete() == OnDelete.CASCADE) {
        touched.putIfAbsent(new Place(kind, uuid), touched.get(place));
        remove(row);
        gone.add(new Place(kind, uuid));
      } else {
        var message = place.kind.name() + " " + place.uuid + " is deleted but still referred to";
        violation(row, column.name(), message);
      }
    }
  }

  private void resolveReferences(Place place) {
    row(place.kind, place.uuid)
        .ifPresent(
            row -> {
              var resolved = row.value().toBuilder();
              for (var column : place.kind.columns()) {
                column.references().ifPresent(to -> resolve(row, column, to, resolved));
              }
              var value = resolved.build();
              if (!value.equals(row.value())) {
                write(place.kind, place.uuid, value);
              }
            });
  }

  private void resolve(Row row, Column column, String to, Message.Builder resolved) {
    var text = column.text(row.value());
    var kind = Schema.rows().kind(to).orElseThrow();
    if (text.isEmpty()) {
      return;
    }
    var uuid = StateMachine.parseUuid(text).filter(u -> row(kind, u).isPresent());
    if (uuid.isPresent()) {
      resolved.setField(column.field(), uuid.get().toString());
      return;
    }
    var named = named(kind, text);
    if (named.size() == 1) {
      resolved.setField(column.field(), named.head().toString());
    } else {
      violation(
          row,
          column.name(),
          (named.isEmpty() ? "there is no " : "there are several ") + to + " " + text);
    }
  }

  /**
   * First all numbers of rows that are gone or moved return, then wishes are met, then the rest.
   */
  private void releaseNumbers(Place place) {
    before
        .row(place.kind, place.uuid)
        .ifPresent(
            old -> {
              for (var column : place.kind.columns()) {
                column
                    .allocated()
                    .filter(a -> number(column, old.value()) != 0)
                    .ifPresent(
                        a -> {
                          var name = Numbers.pool(place.kind, a, old.value());
                          pools = pools.put(name, pool(name).release(number(column, old.value())));
                        });
              }
            });
  }

  private void takeNumbers(Place place) {
    row(place.kind, place.uuid)
        .ifPresent(
            row ->
                place.kind.columns().stream()
                    .filter(c -> c.allocated().isPresent())
                    .forEach(c -> takeNumber(row, c)));
  }

  private void takeNumber(Row row, Column column) {
    var allocation = column.allocated().orElseThrow();
    var name = Numbers.pool(row.kind(), allocation, row.value());
    var old = before.row(row.kind(), row.uuid());
    boolean stays =
        old.filter(o -> Numbers.pool(row.kind(), allocation, o.value()).equals(name)).isPresent();
    int kept = stays ? number(column, old.get().value()) : 0;
    int written = number(column, row.value());
    boolean carriedOver = !stays && old.map(o -> number(column, o.value())).orElse(0) == written;
    int wish = written == 0 || carriedOver ? kept : written;
    if (wish == 0) {
      write(row.kind(), row.uuid(), with(row.value(), column, 0));
      return;
    }
    if (wish < allocation.getMin() || Integer.toUnsignedLong(wish) > allocation.getMax()) {
      violation(
          row, column.name(), "must be from " + allocation.getMin() + " to " + allocation.getMax());
    } else if (pool(name).used().containsKey(wish)) {
      violation(row, column.name(), wish + " is taken");
    } else {
      pools = pools.put(name, pool(name).take(wish, row.uuid()));
      write(row.kind(), row.uuid(), with(row.value(), column, wish));
    }
  }

  private void giveNumbers(Place place) {
    row(place.kind, place.uuid)
        .ifPresent(
            row ->
                place.kind.columns().stream()
                    .filter(c -> c.allocated().isPresent() && number(c, row.value()) == 0)
                    .forEach(c -> giveNumber(row, c)));
  }

  private void giveNumber(Row row, Column column) {
    var allocation = column.allocated().orElseThrow();
    var name = Numbers.pool(row.kind(), allocation, row.value());
    var free = pool(name).free(allocation.getMin(), allocation.getMax());
    if (free.isEmpty()) {
      violation(row, column.name(), "all numbers of " + name + " are taken");
      return;
    }
    pools = pools.put(name, pool(name).give(free.getAsInt(), row.uuid()));
    write(row.kind(), row.uuid(), with(row.value(), column, free.getAsInt()));
  }

  /** The pools of numbers within a row go with the row. */
  private void dropPools(Place place) {
    if (row(place.kind, place.uuid).isPresent()) {
      return;
    }
    for (var kind : Schema.rows().kinds()) {
      for (var column : kind.columns()) {
        column
            .allocated()
            .filter(a -> !a.getScope().isEmpty())
            .filter(a -> isReference(kind.column(a.getScope()), place.kind))
            .ifPresent(a -> pools = pools.remove(Numbers.pool(a, place.uuid.toString())));
      }
    }
  }

  private static boolean isReference(Column column, Kind to) {
    return column.references().filter(to.name()::equals).isPresent();
  }

  private Pool pool(String name) {
    return pools.getOrElse(name, Pool.EMPTY);
  }

  private static int number(Column column, Message row) {
    return (Integer) row.getField(column.field());
  }

  private static Message with(Message row, Column column, int number) {
    return row.toBuilder().setField(column.field(), number).build();
  }

  private void check(Row row) {
    Rules.check(row.kind(), row.value(), (field, message) -> violation(row, field, message));
    for (var group : row.kind().unique()) {
      var index = String.join(",", group.stream().map(Column::name).toList());
      var same = index(row.kind().indexKey(index, row.value())).remove(row.uuid());
      if (!same.isEmpty()) {
        var other = row(row.kind(), same.head()).map(Row::name).orElse("");
        var value = String.join(" ", group.stream().map(c -> c.text(row.value())).toList());
        violation(row, index, value + " is taken by " + row.kind() + " " + other);
      }
    }
  }

  private void violation(Row row, String field, String message) {
    if (violations.size() >= Limits.REPORTED_VIOLATIONS) {
      return;
    }
    int operation = touched.getOrDefault(new Place(row.kind(), row.uuid()), -1);
    violations.add(new Violation(operation, row.kind() + " " + row.name(), field, message));
  }

  List<Change> changes() {
    var changes = new ArrayList<Change>();
    for (var place : touched.keySet()) {
      var old = before.row(place.kind, place.uuid);
      var now = row(place.kind, place.uuid);
      if (!old.equals(now)) {
        changes.add(new Change(place.kind, place.uuid, old, now));
      }
    }
    return changes;
  }

  Snapshot seal(long sealedRevision, String requestId, Receipt receipt) {
    var receipts = requestId.isEmpty() ? before.receipts : before.receipts.with(requestId, receipt);
    return new Snapshot(sealedRevision, rows, indexes, pools, receipts);
  }
}
