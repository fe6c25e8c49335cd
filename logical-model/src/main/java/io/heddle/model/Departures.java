package io.heddle.model;

import com.google.protobuf.Message;
import io.heddle.model.Schema.Reference;
import java.util.ArrayDeque;
import java.util.UUID;

/**
 * The part of settling a draft that follows deletes: what refers to a row that is gone goes too,
 * loses the reference, or stands in the way.
 */
final class Departures {
  private final Draft draft;
  private final ArrayDeque<Place> gone = new ArrayDeque<>();

  Departures(Draft draft) {
    this.draft = draft;
  }

  void settle() {
    for (var place : draft.places()) {
      if (draft.row(place).isEmpty()) {
        gone.add(place);
      }
    }
    while (!gone.isEmpty()) {
      var place = gone.remove();
      Schema.rows().references(place.kind()).forEach(reference -> follow(place, reference));
    }
  }

  private void follow(Place place, Reference reference) {
    var key = new IndexKey(reference.from(), reference.column().name(), place.uuid().toString());
    for (var uuid : draft.index(key)) {
      follow(place, reference.column(), draft.row(reference.from(), uuid).orElseThrow());
    }
  }

  private void follow(Place place, Column column, Row row) {
    switch (column.onDelete()) {
      case CASCADE -> {
        var rest = without(column, row.value(), place.uuid());
        if (column.isOwner() && belongs(row.kind(), rest)) {
          write(place, row, rest);
        } else {
          draft.touch(new Place(row.kind(), row.uuid()), place);
          draft.remove(row);
          gone.add(new Place(row.kind(), row.uuid()));
        }
      }
      case REMOVE -> write(place, row, without(column, row.value(), place.uuid()));
      case RESTRICT, UNRECOGNIZED -> {
        var message =
            place.kind().name() + " " + place.uuid() + " is deleted but still referred to";
        draft.violation(row, column.name(), message);
      }
    }
  }

  private void write(Place cause, Row row, Message value) {
    draft.touch(new Place(row.kind(), row.uuid()), cause);
    draft.write(row.kind(), row.uuid(), value);
  }

  /** Whether the row belongs to any other still. */
  private static boolean belongs(Kind kind, Message row) {
    return kind.owners().stream().anyMatch(owner -> !owner.isDefault(row));
  }

  /** The row without one reference. */
  private static Message without(Column column, Message row, UUID referred) {
    var rest = Schema.rows().kind(row).edit(row);
    if (column.isRepeated()) {
      var kept = column.texts(row).stream().filter(t -> !t.equals(referred.toString())).toList();
      return rest.setField(column.field(), kept).build();
    }
    rest.clearField(column.field());
    Owners.settle(rest);
    return rest.build();
  }
}
