package io.heddle.engine;

import com.google.protobuf.Message;
import java.util.Collection;
import java.util.UUID;

/**
 * An index over derived facts: each row of a kind contributes pairs, and a key's values are those
 * of all rows together. A change to one row touches the keys of its own pairs and no others,
 * however many rows share a key. A relation may read relations that are declared before it.
 */
public record Relation<K, V>(
    String name, Class<? extends Message> of, Contribution<K, V> contribution) {

  /** One value under one key. */
  public record Pair<K, V>(K key, V value) {}

  /** The pairs that one row contributes; a pure function of what it reads. */
  @FunctionalInterface
  public interface Contribution<K, V> {
    Collection<Pair<K, V>> pairs(UUID row, Reads reads);
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return name;
  }
}
