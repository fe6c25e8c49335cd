package io.heddle.flow;

import java.util.Optional;

/**
 * The part of the pipeline in which a register means what its name says. Outside of it nobody reads
 * or writes it. Open vSwitch begins with all registers at 0.
 *
 * @param first the first table whose flows may write it
 * @param last the last table whose flows may read it
 * @param certain from this table on it was written whatever way a packet came; in tables before, a
 *     register that nobody wrote reads as 0, and flows reckon with that. If this is the first table
 *     of all, the switch itself writes the register. Empty if no table can be certain.
 */
public record Lifetime(Table first, Table last, Optional<Table> certain) {
  public Lifetime {
    if (first.compareTo(last) > 0 || certain.filter(t -> t.compareTo(last) > 0).isPresent()) {
      throw new IllegalArgumentException("it ends at " + last + ", before it begins");
    }
  }

  /** In all of its tables 0 stands for nothing. */
  static Lifetime of(Table first, Table last) {
    return new Lifetime(first, last, Optional.empty());
  }

  Lifetime certainFrom(Table table) {
    return new Lifetime(first, last, Optional.of(table));
  }

  public boolean includes(Table table) {
    return first.compareTo(table) <= 0 && table.compareTo(last) <= 0;
  }

  /** Whoever reads it in that table finds it written. */
  public boolean certainIn(Table table) {
    return certain.filter(t -> t.compareTo(table) <= 0).isPresent();
  }
}
