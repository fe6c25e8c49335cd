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
    var columns = row.kind().references().stream().filter(c -> !c.isDefault(row.value())).toList();
    if (columns.isEmpty()) {
      return;
    }
    var resolved = row.value().toBuilder();
    for (var column : columns) {
      resolve(row, column, column.references().orElseThrow(), resolved);
    }
    var value = resolved.build();
    if (!value.equals(row.value())) {
      draft.write(row.kind(), row.uuid(), value);
    }
  }

  private void resolve(Row row, Column column, String to, Message.Builder resolved) {
    var texts = column.texts(row.value());
    var kind = Schema.rows().kind(to).orElseThrow();
    if (texts.isEmpty()) {
      // Written down, but empty: it refers to nothing.
      resolved.clearField(column.field());
      return;
    }
    if (!column.isRepeated()) {
      resolve(row, column.name(), kind, texts.get(0))
          .ifPresent(uuid -> resolved.setField(column.field(), uuid));
      return;
    }
    var uuids = new LinkedHashSet<String>();
    for (int i = 0; i < texts.size(); i++) {
      resolve(row, column.name() + "[" + i + "]", kind, texts.get(i)).ifPresent(uuids::add);
    }
    resolved.setField(column.field(), List.copyOf(uuids));
  }

  private Optional<String> resolve(Row row, String field, Kind to, String text) {
    var uuid = StateMachine.parseUuid(text).filter(u -> draft.row(to, u).isPresent());
    if (uuid.isPresent()) {
      return uuid.map(UUID::toString);
    }
    var named = draft.named(to, text);
    if (named.size() == 1) {
      return Optional.of(named.head().toString());
    }
    var message = (named.isEmpty() ? "there is no " : "there are several ") + to + " " + text;
    draft.violation(row, field, message);
    return Optional.empty();
  }
}
