package io.heddle.model;

import com.google.protobuf.Message;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.Consumer;

/**
 * One index of a kind of row.
 *
 * @param name that of its column; of several, their names joined by commas
 * @param columns not repeated, where there are several
 */
record Index(Kind kind, String name, List<Column> columns) {
  /** The place of a row, where no column is repeated. */
  IndexKey key(Message row) {
    if (columns.size() == 1) {
      return key(columns.get(0).text(row));
    }
    var texts = new StringJoiner(",");
    columns.forEach(column -> texts.add(column.text(row)));
    return key(texts.toString());
  }

  private IndexKey key(String value) {
    return new IndexKey(kind, name, value);
  }

  /**
   * The places of a row: one for each element of a repeated column, none where a reference is empty
   * or an optional column is absent.
   */
  Set<IndexKey> keys(Message row) {
    var column = columns.get(0);
    if (isNowhere(column, row)) {
      return Set.of();
    }
    if (column.isRepeated()) {
      var keys = new LinkedHashSet<IndexKey>();
      column.texts(row).forEach(text -> keys.add(key(text)));
      return keys;
    }
    return Set.of(key(row));
  }

  private boolean isNowhere(Column column, Message row) {
    boolean reference = column.references().isPresent();
    boolean optional = column.hasPresence() && columns.size() == 1;
    return (reference || column.isRepeated() || optional) && column.isDefault(row)
        || reference && !column.isRepeated() && column.text(row).isEmpty();
  }

  /** Most indexes have one place at most for a row, and most rows come or go as they are. */
  private void each(Message row, Consumer<IndexKey> place) {
    var column = columns.get(0);
    if (column.isRepeated()) {
      keys(row).forEach(place);
    } else if (!isNowhere(column, row)) {
      place.accept(key(row));
    }
  }

  /** The places that a row leaves and those that it enters; absent where it comes or goes. */
  void moved(
      Optional<Row> before,
      Optional<Row> after,
      Consumer<IndexKey> left,
      Consumer<IndexKey> entered) {
    if (before.isEmpty()) {
      if (after.isPresent()) {
        each(after.get().value(), entered);
      }
    } else if (after.isEmpty()) {
      each(before.get().value(), left);
    } else if (!same(before.get().value(), after.get().value())) {
      var was = keys(before.get().value());
      var is = keys(after.get().value());
      was.stream().filter(key -> !is.contains(key)).forEach(left);
      is.stream().filter(key -> !was.contains(key)).forEach(entered);
    }
  }

  /** Whether two rows are in the same places. */
  private boolean same(Message one, Message other) {
    for (int i = 0; i < columns.size(); i++) {
      if (!columns.get(i).same(one, other)) {
        return false;
      }
    }
    return true;
  }
}
