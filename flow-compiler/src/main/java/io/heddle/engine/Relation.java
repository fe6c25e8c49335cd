package io.heddle.engine;

import com.google.protobuf.Message;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * An index over derived facts: each subject, such as each row of a kind, contributes pairs, and a
 * key's values are those of all subjects together. A change to one subject touches the keys of its
 * own pairs and no others, however many share a key. A relation may read relations that are
 * declared before it, and its subjects may be the keys of one.
 */
public final class Relation<K, V> {
  /** One value under one key. */
  public record Pair<K, V>(K key, V value) {}

  /** The pairs that one subject contributes; a pure function of what it reads. */
  @FunctionalInterface
  public interface Contribution<S, K, V> {
    Collection<Pair<K, V>> pairs(S subject, Reads reads);
  }

  /** The contribution of one subject, as a query. */
  private record Contributed<S, K, V>(Relation<K, V> relation, Contribution<S, K, V> of, S subject)
      implements Query<Collection<Pair<K, V>>> {
    @Override
    public Collection<Pair<K, V>> answer(Reads reads) {
      return List.copyOf(of.pairs(subject, reads));
    }
  }

  private final String name;
  private final Facts<?, ?> facts;
  private final Function<Object, Collection<Pair<K, V>>> pairs;
  private final Optional<Comparator<? super V>> order;

  /** Of what a row is asked for this relation alone. */
  public Relation(String name, Class<? extends Message> of, Contribution<UUID, K, V> contribution) {
    this(name, Domain.rows(of), contribution);
  }

  /** Of what each key of a domain is asked for this relation alone. */
  public <S> Relation(String name, Domain<S> of, Contribution<S, K, V> contribution) {
    this.name = name;
    this.facts = new Facts<>(of, subject -> new Contributed<>(this, contribution, subject));
    this.pairs = Relation::cast;
    this.order = Optional.empty();
  }

  /**
   * Of what is asked anyway.
   *
   * @param pairs those that follow from the answer about a subject and from nothing else
   */
  public <A> Relation(String name, Facts<?, A> facts, Function<A, Collection<Pair<K, V>>> pairs) {
    this.name = name;
    this.facts = facts;
    this.pairs = answer -> pairs.apply(Relation.<A>cast(answer));
    this.order = Optional.empty();
  }

  private Relation(
      String name,
      Facts<?, ?> facts,
      Function<Object, Collection<Pair<K, V>>> pairs,
      Comparator<? super V> order) {
    this.name = name;
    this.facts = facts;
    this.pairs = pairs;
    this.order = Optional.of(order);
  }

  /** The same with each key's values in order, for {@link Reads#first}. */
  public static <K, V extends Comparable<V>> Relation<K, V> inOrder(Relation<K, V> relation) {
    return new Relation<>(relation.name, relation.facts, relation.pairs, Comparator.naturalOrder());
  }

  @SuppressWarnings("unchecked")
  private static <T> T cast(Object answer) {
    return (T) answer;
  }

  /** That of each key's values, if they have one. */
  Optional<Comparator<? super V>> order() {
    return order;
  }

  Facts<?, ?> facts() {
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
