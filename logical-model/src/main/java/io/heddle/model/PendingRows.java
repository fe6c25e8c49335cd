package io.heddle.model;

import com.google.protobuf.Message;
import io.vavr.collection.HashMap;
import io.vavr.collection.HashSet;
import io.vavr.collection.Map;
import io.vavr.collection.Set;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The rows of a draft and the indexes over them. What the draft does to them stands in maps of its
 * own, and is written into those of the snapshot once, however often a row or a place of an index
 * changed.
 */
final class PendingRows {
  private final Map<Kind, Map<UUID, Row>> rowsBefore;
  private final Map<IndexKey, Set<UUID>> indexesBefore;

  /** All rows that were asked for. */
  private final java.util.Map<Place, Entry> entries = new java.util.HashMap<>();

  /** The rows at those places of indexes that changed. */
  private final java.util.Map<IndexKey, Set<UUID>> indexes = new java.util.LinkedHashMap<>();

  /** How many rows of a kind there are more than before. */
  private final java.util.Map<Kind, Integer> more = new java.util.HashMap<>();

  private static final class Entry {
    private final Optional<Row> before;
    private Optional<Row> now;

    /** By what {@link #built} was built, if that is at hand. */
    private Message.Builder builder;

    private Message built;

    Entry(Optional<Row> before) {
      this.before = before;
      this.now = before;
    }
  }

  PendingRows(Snapshot before) {
    this.rowsBefore = before.allRows();
    this.indexesBefore = before.allIndexes();
  }

  /** The row as it is. */
  Optional<Row> row(Place place) {
    return entry(place).now;
  }

  /** The row as it was before the draft. */
  Optional<Row> before(Place place) {
    return entry(place).before;
  }

  /** Keeps what a row's value was built by. */
  void keep(Place place, Message value, Message.Builder builder) {
    var entry = entry(place);
    entry.builder = builder;
    entry.built = value;
  }

  /** A builder that holds what the row does, if one is kept; it is given away once. */
  Optional<Message.Builder> builder(Row row) {
    var entry = entry(new Place(row.kind(), row.uuid()));
    var kept = entry.built == row.value() ? entry.builder : null;
    entry.builder = null;
    return Optional.ofNullable(kept);
  }

  private Entry entry(Place place) {
    var known = entries.get(place);
    if (known == null) {
      known = new Entry(stored(place));
      entries.put(place, known);
    }
    return known;
  }

  private Optional<Row> stored(Place place) {
    var ofKind = rowsBefore.getOrElse(place.kind(), HashMap.empty());
    return Optional.ofNullable(ofKind.getOrElse(place.uuid(), null));
  }

  Set<UUID> index(IndexKey key) {
    var changed = indexes.get(key);
    return changed == null ? indexesBefore.getOrElse(key, HashSet.empty()) : changed;
  }

  /** How many rows of a kind there are. */
  int count(Kind kind) {
    return rowsBefore.getOrElse(kind, HashMap.empty()).size() + more.getOrDefault(kind, 0);
  }

  void put(Row row) {
    if (set(row.kind(), row.uuid(), Optional.of(row)).isEmpty()) {
      more.merge(row.kind(), 1, Integer::sum);
    }
  }

  void remove(Row row) {
    set(row.kind(), row.uuid(), Optional.empty());
    more.merge(row.kind(), -1, Integer::sum);
  }

  /** Returns what stood there before. */
  private Optional<Row> set(Kind kind, UUID uuid, Optional<Row> row) {
    var entry = entry(new Place(kind, uuid));
    var current = entry.now;
    entry.now = row;
    Consumer<IndexKey> leave = left -> indexes.put(left, index(left).remove(uuid));
    Consumer<IndexKey> enter = entered -> indexes.put(entered, index(entered).add(uuid));
    for (var index : kind.everyIndex()) {
      index.moved(current, row, leave, enter);
    }
    return current;
  }

  /** All rows, for a snapshot. */
  Map<Kind, Map<UUID, Row>> allRows() {
    var byKind = new java.util.HashMap<Kind, Map<UUID, Row>>();
    entries.forEach(
        (place, entry) -> {
          if (entry.now != entry.before) {
            var kind = place.kind();
            var ofKind = byKind.get(kind);
            var rows = ofKind == null ? rowsBefore.getOrElse(kind, HashMap.empty()) : ofKind;
            byKind.put(
                kind,
                entry.now.isPresent()
                    ? rows.put(place.uuid(), entry.now.get())
                    : rows.remove(place.uuid()));
          }
        });
    var all = rowsBefore;
    for (var kind : byKind.entrySet()) {
      all = all.put(kind.getKey(), kind.getValue());
    }
    return all;
  }

  /** All indexes, for a snapshot. */
  Map<IndexKey, Set<UUID>> allIndexes() {
    var all = indexesBefore;
    for (var index : indexes.entrySet()) {
      var key = index.getKey();
      all = index.getValue().isEmpty() ? all.remove(key) : all.put(key, index.getValue());
    }
    return all;
  }
}
