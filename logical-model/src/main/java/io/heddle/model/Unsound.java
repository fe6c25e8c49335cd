package io.heddle.model;

import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.heddle.model.relation.UuidSets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import kotlinx.collections.immutable.ExtensionsKt;
import kotlinx.collections.immutable.PersistentMap;

/**
 * The rows of a snapshot that hold what Heddle cannot work with, each with what is left of it
 * without that, and how the indexes differ then. Most snapshots have none; what is sound is not
 * looked at.
 *
 * @param rows the rows as they are and, where anything is left of them, their sound part
 * @param left rows that are in an index only as they are
 * @param entered rows that are in an index only by their sound part
 */
record Unsound(
    PersistentMap<Kind, PersistentMap<UUID, Part>> rows,
    PersistentMap<IndexKey, Set<UUID>> left,
    PersistentMap<IndexKey, Set<UUID>> entered) {
  record Part(Row whole, Optional<Row> sound) {}

  static final Unsound NONE =
      new Unsound(
          ExtensionsKt.persistentHashMapOf(),
          ExtensionsKt.persistentHashMapOf(),
          ExtensionsKt.persistentHashMapOf());

  /**
   * What is left of a row: without the elements at fault, without values at fault that may as well
   * be absent. Nothing where a value is at fault without which the row would mean something else.
   */
  static Optional<Message> part(Message row, List<Fault> faults) {
    var sound = row.toBuilder();
    for (var fault : faults) {
      if (fault.column().isEmpty()) {
        sound.setUnknownFields(UnknownFieldSet.getDefaultInstance());
      } else if (!fault.column().get().isRepeated()) {
        if (fault.column().get().decisive()) {
          return Optional.empty();
        }
        sound.clearField(fault.column().get().field());
      }
    }
    faults.stream()
        .flatMap(fault -> fault.column().stream())
        .filter(Column::isRepeated)
        .distinct()
        .forEach(column -> sound.setField(column.field(), elements(column, row, faults)));
    return Optional.of(sound.build());
  }

  private static List<Object> elements(Column column, Message row, List<Fault> faults) {
    var all = column.elements(row);
    var faulty =
        faults.stream()
            .filter(fault -> fault.column().equals(Optional.of(column)))
            .map(Fault::element)
            .collect(Collectors.toSet());
    var kept = new ArrayList<>();
    for (int i = 0; i < Math.min(all.size(), column.maxElements()); i++) {
      if (!faulty.contains(i)) {
        kept.add(all.get(i));
      }
    }
    return kept;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  Optional<Part> part(Kind kind, UUID uuid) {
    return rows.isEmpty() ? Optional.empty() : Optional.ofNullable(parts(kind).get(uuid));
  }

  /** The same with that row and its faults in place of what was said of it before. */
  Unsound with(Row row, List<Fault> faults) {
    var others = without(row.kind(), row.uuid());
    if (faults.isEmpty()) {
      return others;
    }
    var sound =
        part(row.value(), faults)
            .map(value -> new Row(row.uuid(), value, row.created(), row.version()));
    var kind = row.kind();
    var part = new Part(row, sound);
    var ofKind = others.parts(kind).putting(row.uuid(), part);
    return others.move(part, true).withRows(others.rows.putting(kind, ofKind));
  }

  Unsound without(Kind kind, UUID uuid) {
    var part = part(kind, uuid);
    if (part.isEmpty()) {
      return this;
    }
    var rest = parts(kind).removing(uuid);
    return move(part.get(), false)
        .withRows(rest.isEmpty() ? rows.removing(kind) : rows.putting(kind, rest));
  }

  private PersistentMap<UUID, Part> parts(Kind kind) {
    return rows.getOrDefault(kind, ExtensionsKt.persistentHashMapOf());
  }

  private Unsound withRows(PersistentMap<Kind, PersistentMap<UUID, Part>> now) {
    return new Unsound(now, left, entered);
  }

  private Unsound move(Part part, boolean here) {
    var kind = part.whole().kind();
    var uuid = part.whole().uuid();
    var leaving = left;
    var entering = entered;
    for (var index : kind.indexes()) {
      var whole = kind.indexKeys(index, part.whole().value());
      var sound = part.sound().map(row -> kind.indexKeys(index, row.value())).orElse(Set.of());
      for (var key : whole) {
        leaving = sound.contains(key) ? leaving : moved(leaving, key, uuid, here);
      }
      for (var key : sound) {
        entering = whole.contains(key) ? entering : moved(entering, key, uuid, here);
      }
    }
    return new Unsound(rows, leaving, entering);
  }

  private static PersistentMap<IndexKey, Set<UUID>> moved(
      PersistentMap<IndexKey, Set<UUID>> sets, IndexKey key, UUID uuid, boolean here) {
    var set = sets.getOrDefault(key, Set.of());
    var now = here ? UuidSets.with(set, uuid) : UuidSets.without(set, uuid);
    return now.isEmpty() ? sets.removing(key) : sets.putting(key, UuidSets.built(now));
  }

  /** The sound rows of a kind, given all. */
  Map<UUID, Row> rows(Kind kind, PersistentMap<UUID, Row> all) {
    var sound = all.builder();
    parts(kind)
        .forEach(
            (uuid, part) ->
                part.sound()
                    .ifPresentOrElse(row -> sound.put(uuid, row), () -> sound.remove(uuid)));
    return sound.build();
  }

  /** The sound rows at a place of an index, given all. */
  Set<UUID> index(IndexKey key, Set<UUID> all) {
    var sound = all;
    for (var uuid : left.getOrDefault(key, Set.of())) {
      sound = UuidSets.without(sound, uuid);
    }
    for (var uuid : entered.getOrDefault(key, Set.of())) {
      sound = UuidSets.with(sound, uuid);
    }
    return UuidSets.built(sound);
  }
}
