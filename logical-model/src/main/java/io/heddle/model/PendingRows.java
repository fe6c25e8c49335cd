package io.heddle.model;

import com.google.protobuf.Message;
import io.heddle.model.relation.UuidSets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import kotlinx.collections.immutable.PersistentMap;

/**
 * The rows of a draft and the indexes over them. What the draft does to them stands in maps of its
 * own, and is written into those of the snapshot once, however often a row or a place of an index
 * changed.
 */
final class PendingRows {
  private final Snapshot snapshot;

  /** All rows that were asked for. */
  private final Map<Place, Entry> entries = new HashMap<>();

  /** The rows at those places of indexes that changed, see {@link UuidSets}. */
  private final Map<IndexKey, Set<UUID>> indexes = new LinkedHashMap<>();

  /** How many rows of a kind there are more than before. */
  private final Map<Kind, Integer> more = new HashMap<>();

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
    this.snapshot = before;
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
    return Optional.ofNullable(snapshot.allRows(place.kind()).get(place.uuid()));
  }

  Set<UUID> index(IndexKey key) {
    return UuidSets.built(pending(key));
  }

  private Set<UUID> pending(IndexKey key) {
    var changed = indexes.get(key);
    return changed == null ? snapshot.allIndexes().getOrDefault(key, Set.of()) : changed;
  }

  /** How many rows of a kind there are. */
  int count(Kind kind) {
    return snapshot.allRows(kind).size() + more.getOrDefault(kind, 0);
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
    Consumer<IndexKey> leave = left -> indexes.put(left, UuidSets.without(pending(left), uuid));
    Consumer<IndexKey> enter =
        entered -> indexes.put(entered, UuidSets.with(pending(entered), uuid));
    for (var index : kind.everyIndex()) {
      index.moved(current, row, leave, enter);
    }
    return current;
  }

  /** All rows, for a snapshot. */
  PersistentMap<Kind, PersistentMap<UUID, Row>> allRows() {
    var changed = new HashMap<Kind, PersistentMap.Builder<UUID, Row>>();
    entries.forEach(
        (place, entry) -> {
          if (entry.now != entry.before) {
            var rows =
                changed.computeIfAbsent(place.kind(), kind -> snapshot.allRows(kind).builder());
            entry.now.ifPresentOrElse(
                row -> rows.put(place.uuid(), row), () -> rows.remove(place.uuid()));
          }
        });
    var all = snapshot.allRows().builder();
    changed.forEach((kind, rows) -> all.put(kind, rows.build()));
    return all.build();
  }

  /** All indexes, for a snapshot. */
  PersistentMap<IndexKey, Set<UUID>> allIndexes() {
    var all = snapshot.allIndexes().builder();
    indexes.forEach(
        (key, rows) -> {
          if (rows.isEmpty()) {
            all.remove(key);
          } else {
            all.put(key, UuidSets.built(rows));
          }
        });
    return all.build();
  }
}
