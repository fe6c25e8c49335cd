package io.heddle.engine;

/**
 * A pure function of itself and of what it reads. Two equal queries are one: make it a record whose
 * components are its key.
 *
 * @param <V> its answer, an immutable value whose equality tells whether readers need run again
 */
@FunctionalInterface
public interface Query<V> {
  V answer(Reads reads);
}
