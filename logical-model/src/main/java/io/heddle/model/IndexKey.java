package io.heddle.model;

/**
 * One value of one index: the rows of {@code kind} whose {@code index} columns have {@code value}.
 */
public record IndexKey(Kind kind, String index, String value) {
  /** As a record's, but without looking for out of what it consists each time. */
  @Override
  public int hashCode() {
    return 31 * (31 * value.hashCode() + index.hashCode()) + kind.hashCode();
  }
}
