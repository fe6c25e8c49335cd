package io.heddle.engine;

import java.util.List;

/**
 * The connected parts of a graph. Two things are in one part if the links lead from one to the
 * other; a part is known by the least of its members. A change of links touches those whose part is
 * then another, and nobody else.
 *
 * @param links relations whose pairs are the links, in either direction
 */
public record Partition<N extends Comparable<N>>(String name, List<Relation<N, N>> links) {
  public Partition {
    links = List.copyOf(links);
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
