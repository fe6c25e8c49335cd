package io.heddle.model;

import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.vavr.collection.HashMap;
import io.vavr.collection.HashSet;
import io.vavr.collection.Map;
import io.vavr.collection.Set;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

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
    Map<Kind, Map<UUID, Part>> rows,
    Map<IndexKey, Set<UUID>> left,
    Map<IndexKey, Set<UUID>> entered) {
  record Part(Row whole, Optional<Row> sound) {}

  static final Unsound NONE = new Unsound(HashMap.empty(), HashMap.empty(), HashMap.empty());

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
    return rows.isEmpty()
        ? Optional.empty()
        : rows.get(kind).flatMap(ofKind -> ofKind.get(uuid)).toJavaOptional();
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
    var ofKind = others.rows.getOrElse(kind, HashMap.empty());
    var part = new Part(row, sound);
    return others.move(part, true).withRows(others.rows.put(kind, ofKind.put(row.uuid(), part)));
  }

  Unsound without(Kind kind, UUID uuid) {
    var part = part(kind, uuid);
    if (part.isEmpty()) {
      return this;
    }
    var rest = rows.get(kind).get().remove(uuid);
    return move(part.get(), false)
        .withRows(rest.isEmpty() ? rows.remove(kind) : rows.put(kind, rest));
  }

  private Unsound withRows(Map<Kind, Map<UUID, Part>> now) {
    return new Unsound(now, left, entered);
  }

  private Unsound move(Part part, boolean here) {
    var kind = part.whole().kind();
    var uuid = part.whole().uuid();
    var leaving = left;
    var entering = entered;
    for (var index : kind.indexes()) {
      var whole = kind.indexKeys(index, part.whole().value());
      var sound =
          part.sound().map(row -> kind.indexKeys(index, row.value())).orElse(java.util.Set.of());
      for (var key : whole) {
        leaving = sound.contains(key) ? leaving : moved(leaving, key, uuid, here);
      }
      for (var key : sound) {
        entering = whole.contains(key) ? entering : moved(entering, key, uuid, here);
      }
    }
    return new Unsound(rows, leaving, entering);
  }

  private static Map<IndexKey, Set<UUID>> moved(
      Map<IndexKey, Set<UUID>> sets, IndexKey key, UUID uuid, boolean here) {
    var set = sets.getOrElse(key, HashSet.empty());
    var now = here ? set.add(uuid) : set.remove(uuid);
    return now.isEmpty() ? sets.remove(key) : sets.put(key, now);
  }

  /** The sound rows of a kind, given all. */
  Map<UUID, Row> rows(Kind kind, Map<UUID, Row> all) {
    var sound = all;
    for (var part : rows.getOrElse(kind, HashMap.empty()).values()) {
      var uuid = part.whole().uuid();
      sound = part.sound().isPresent() ? sound.put(uuid, part.sound().get()) : sound.remove(uuid);
    }
    return sound;
  }

  /** The sound rows at a place of an index, given all. */
  Set<UUID> index(IndexKey key, Set<UUID> all) {
    return all.removeAll(left.getOrElse(key, HashSet.empty()))
        .addAll(entered.getOrElse(key, HashSet.empty()));
  }
}
