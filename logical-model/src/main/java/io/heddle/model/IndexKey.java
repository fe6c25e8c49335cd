package io.heddle.model;

/**
 * One value of one index: the rows of {@code kind} whose {@code index} columns have {@code value}.
 */
public record IndexKey(Kind kind, String index, String value) {
  // Looked up so often that it tells by itself what all records of Java do by method handles.

  @Override
  public boolean equals(Object other) {
    return other instanceof IndexKey key
        && value.equals(key.value)
        && index.equals(key.index)
        && kind.equals(key.kind);
  }

  @Override
  public int hashCode() {
    return (kind.hashCode() * 31 + index.hashCode()) * 31 + value.hashCode();
  }
}
