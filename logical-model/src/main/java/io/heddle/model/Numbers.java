package io.heddle.model;

import com.google.protobuf.Message;
import io.heddle.v1.Allocation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kotlinx.collections.immutable.PersistentMap;

/**
 * The part of settling a draft that gives rows their allocated numbers. First all numbers of rows
 * that are gone or moved return, then wishes are met, then the rest.
 */
final class Numbers {
  private final Draft draft;
  private final PersistentMap<String, Pool> before;

  /** The pools that changed; a draft may take many numbers of one. */
  private final Map<String, Pool.Draft> changed = new LinkedHashMap<>();

  Numbers(Draft draft, PersistentMap<String, Pool> pools) {
    this.draft = draft;
    this.before = pools;
  }

  /** The pool's name, with the row its scope refers to where it has a scope. */
  static String pool(Kind kind, Allocation allocation, Message row) {
    return allocation.getScope().isEmpty()
        ? allocation.getPool()
        : pool(allocation, kind.column(allocation.getScope()).text(row));
  }

  /** The name of the pool within one row. */
  private static String pool(Allocation allocation, String scope) {
    return allocation.getPool() + "/" + scope;
  }

  /** Settles the numbers and returns the pools as they are then. */
  PersistentMap<String, Pool> settle() {
    var places = draft.places();
    places.forEach(this::release);
    places.forEach(this::take);
    places.forEach(this::give);
    return pools(places);
  }

  /**
   * The pools as they are where rows have been given their numbers elsewhere.
   *
   * @param cursors the numbers given last, by pool
   */
  PersistentMap<String, Pool> follow(Map<String, Integer> cursors) {
    var places = draft.places();
    places.forEach(this::release);
    places.forEach(this::note);
    cursors.forEach((name, last) -> pool(name).goOnAfter(last));
    return pools(places);
  }

  private void note(Place place) {
    for (var column : place.kind().allocated()) {
      var row = draft.row(place);
      if (row.isPresent()) {
        var name = pool(place.kind(), column.allocated().orElseThrow(), row.get().value());
        pool(name).take(number(column, row.get().value()));
      }
    }
  }

  private PersistentMap<String, Pool> pools(List<Place> places) {
    var pools = before.builder();
    changed.forEach((name, pool) -> pools.put(name, pool.seal()));
    places.forEach(place -> removePools(place, pools));
    return pools.build();
  }

  private void release(Place place) {
    var old = draft.old(place);
    if (old.isEmpty()) {
      return;
    }
    for (var column : place.kind().allocated()) {
      int number = number(column, old.get().value());
      if (number != 0) {
        var name = pool(place.kind(), column.allocated().orElseThrow(), old.get().value());
        pool(name).release(number);
      }
    }
  }

  private void take(Place place) {
    for (var column : place.kind().allocated()) {
      var row = draft.row(place);
      if (row.isPresent()) {
        take(row.get(), column);
      }
    }
  }

  private void take(Row row, Column column) {
    var old = draft.old(new Place(row.kind(), row.uuid()));
    if (old.isEmpty() && number(column, row.value()) == 0) {
      return;
    }
    var allocation = column.allocated().orElseThrow();
    var name = pool(row.kind(), allocation, row.value());
    boolean stays =
        old.filter(o -> pool(row.kind(), allocation, o.value()).equals(name)).isPresent();
    int kept = stays ? number(column, old.get().value()) : 0;
    int written = number(column, row.value());
    boolean carriedOver = !stays && old.map(o -> number(column, o.value())).orElse(0) == written;
    int wish = written == 0 || carriedOver ? kept : written;
    if (wish == 0) {
      write(row, column, 0);
      return;
    }
    if (wish < allocation.getMin() || Integer.toUnsignedLong(wish) > allocation.getMax()) {
      draft.violation(
          row, column.name(), "must be from " + allocation.getMin() + " to " + allocation.getMax());
    } else if (pool(name).isTaken(wish)) {
      draft.violation(row, column.name(), wish + " is taken");
    } else {
      pool(name).take(wish);
      write(row, column, wish);
    }
  }

  private void give(Place place) {
    for (var column : place.kind().allocated()) {
      var row = draft.row(place);
      if (row.isPresent() && number(column, row.get().value()) == 0) {
        give(row.get(), column);
      }
    }
  }

  private void give(Row row, Column column) {
    var allocation = column.allocated().orElseThrow();
    var name = pool(row.kind(), allocation, row.value());
    var pool = pool(name);
    var free = pool.free(allocation.getMin(), allocation.getMax());
    if (free.isEmpty()) {
      draft.violation(row, column.name(), "all numbers of " + name + " are taken");
      return;
    }
    pool.give(free.getAsInt());
    write(row, column, free.getAsInt());
  }

  /** The pools of numbers within a row go with the row. */
  private void removePools(Place place, Map<String, Pool> pools) {
    if (draft.row(place).isEmpty()) {
      for (var allocation : Schema.rows().pools(place.kind())) {
        pools.remove(pool(allocation, place.uuid().toString()));
      }
    }
  }

  private Pool.Draft pool(String name) {
    return changed.computeIfAbsent(name, n -> before.getOrDefault(n, Pool.EMPTY).edit());
  }

  private static int number(Column column, Message row) {
    return (Integer) column.value(row);
  }

  private void write(Row row, Column column, int number) {
    if (number(column, row.value()) != number) {
      var value = draft.edit(row);
      column.write(value, number);
      draft.write(row.kind(), row.uuid(), value.build());
    }
  }
}
