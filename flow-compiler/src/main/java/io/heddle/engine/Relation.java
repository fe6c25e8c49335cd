package io.heddle.engine;

import com.google.protobuf.Message;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * An index over derived facts: each row of a kind contributes pairs, and a key's values are those
 * of all rows together. A change to one row touches the keys of its own pairs and no others,
 * however many rows share a key. A relation may read relations that are declared before it.
 */
public final class Relation<K, V> {
  /** One value under one key. */
  public record Pair<K, V>(K key, V value) {}

  /** The pairs that one row contributes; a pure function of what it reads. */
  @FunctionalInterface
  public interface Contribution<K, V> {
    Collection<Pair<K, V>> pairs(UUID row, Reads reads);
  }

  /** The contribution of one row, as a query. */
  private record Contributed<K, V>(Relation<K, V> relation, Contribution<K, V> of, UUID row)
      implements Query<Collection<Pair<K, V>>> {
    @Override
    public Collection<Pair<K, V>> answer(Reads reads) {
      return List.copyOf(of.pairs(row, reads));
    }
  }

  private final String name;
  private final Facts<?> facts;
  private final Function<Object, Collection<Pair<K, V>>> pairs;

  /** Of what a row is asked for this relation alone. */
  public Relation(String name, Class<? extends Message> of, Contribution<K, V> contribution) {
    this.name = name;
    this.facts = new Facts<>(of, row -> new Contributed<>(this, contribution, row));
    this.pairs = Relation::cast;
  }

  /**
   * Of what is asked anyway.
   *
   * @param pairs those that follow from the answer about a row and from nothing else
   */
  public <A> Relation(String name, Facts<A> facts, Function<A, Collection<Pair<K, V>>> pairs) {
    this.name = name;
    this.facts = facts;
    this.pairs = answer -> pairs.apply(Relation.<A>cast(answer));
  }

  @SuppressWarnings("unchecked")
  private static <T> T cast(Object answer) {
    return (T) answer;
  }

  Facts<?> facts() {
    return facts;
  }

  /** The pairs that follow from an answer to the facts' question. */
  Collection<Pair<K, V>> pairs(Object answer) {
    return pairs.apply(answer);
  }

  @Override
  public String toString() {
    return name;
  }
}
