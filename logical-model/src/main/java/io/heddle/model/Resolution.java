package io.heddle.model;

import com.google.protobuf.Message;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The part of settling a draft that finds the rows which references name. */
final class Resolution {
  private final Draft draft;

  Resolution(Draft draft) {
    this.draft = draft;
  }

  void settle() {
    for (var place : draft.places()) {
      draft.row(place).ifPresent(this::resolve);
    }
  }

  private void resolve(Row row) {
    Message.Builder resolved = null;
    for (var column : row.kind().references()) {
      if (column.isDefault(row.value()) || isResolved(column, row.value())) {
        continue;
      }
      var texts = column.texts(row.value());
      var uuids = uuids(row, column, texts);
      if (texts.isEmpty() || !uuids.equals(texts)) {
        resolved = resolved == null ? draft.edit(row) : resolved;
        write(column, texts, uuids, resolved);
      }
    }
    if (resolved != null) {
      draft.write(row.kind(), row.uuid(), resolved.build());
    }
  }

  /** Most references are UUIDs of rows that there are, in the form that they are to have. */
  private boolean isResolved(Column column, Message row) {
    if (column.isRepeated()) {
      return false;
    }
    var text = column.text(row);
    return StateMachine.parseUuid(text)
        .filter(uuid -> uuid.toString().equals(text))
        .filter(uuid -> draft.row(referredTo(column), uuid).isPresent())
        .isPresent();
  }

  private static Kind referredTo(Column column) {
    return Schema.rows().kind(column.references().orElseThrow()).orElseThrow();
  }

  private List<String> uuids(Row row, Column column, List<String> texts) {
    var kind = referredTo(column);
    var uuids = new LinkedHashSet<String>();
    for (int i = 0; i < texts.size(); i++) {
      var field = column.isRepeated() ? column.name() + "[" + i + "]" : column.name();
      resolve(row, field, kind, texts.get(i)).ifPresent(uuids::add);
    }
    return List.copyOf(uuids);
  }

  private static void write(
      Column column, List<String> texts, List<String> uuids, Message.Builder row) {
    if (texts.isEmpty()) {
      // Written down, but empty: it refers to nothing.
      row.clearField(column.field());
    } else if (column.isRepeated()) {
      row.setField(column.field(), uuids);
    } else if (!uuids.isEmpty()) {
      row.setField(column.field(), uuids.get(0));
    }
  }

  private Optional<String> resolve(Row row, String field, Kind to, String text) {
    var uuid = StateMachine.parseUuid(text).filter(u -> draft.row(to, u).isPresent());
    if (uuid.isPresent()) {
      return uuid.map(UUID::toString);
    }
    var named = draft.named(to, text);
    if (named.size() == 1) {
      return Optional.of(named.iterator().next().toString());
    }
    var message = (named.isEmpty() ? "there is no " : "there are several ") + to + " " + text;
    draft.violation(row, field, message);
    return Optional.empty();
  }
}
