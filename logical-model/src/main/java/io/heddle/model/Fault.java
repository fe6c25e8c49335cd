package io.heddle.model;

import java.util.Optional;

/**
 * What is wrong with one value of a row, whatever other rows there are.
 *
 * @param column where it stands; empty for what is in no field known here
 * @param element its place in a repeated field or map, or -1 where the field as a whole is at fault
 */
public record Fault(Optional<Column> column, int element, String message) {
  static Fault of(Column column, String message) {
    return new Fault(Optional.of(column), -1, message);
  }

  /** The field as proto path, "addresses[1]"; empty where there is none. */
  public String path() {
    return column.map(c -> element < 0 ? c.name() : c.name() + "[" + element + "]").orElse("");
  }
}
