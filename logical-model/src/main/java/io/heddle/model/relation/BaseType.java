package io.heddle.model.relation;

import io.vavr.collection.SortedSet;
import java.util.Optional;

/**
 * What an atom of a column may be (RFC 7047 section 3.2, {@code <base-type>}). Whether the row that
 * a UUID refers to exists is a matter of the commit, so not checked here.
 */
public sealed interface BaseType {
  /** Both inclusive. */
  record Integers(long least, long most) implements BaseType {
    @Override
    public AtomType type() {
      return AtomType.INTEGER;
    }
  }

  /** Both inclusive. */
  record Reals(double least, double most) implements BaseType {
    @Override
    public AtomType type() {
      return AtomType.REAL;
    }
  }

  record Booleans() implements BaseType {
    @Override
    public AtomType type() {
      return AtomType.BOOLEAN;
    }
  }

  /** Lengths in characters (code points), inclusive; at most {@link ColumnType#UNLIMITED}. */
  record Strings(long shortest, long longest) implements BaseType {
    @Override
    public AtomType type() {
      return AtomType.STRING;
    }
  }

  record Uuids(Optional<Reference> reference) implements BaseType {
    @Override
    public AtomType type() {
      return AtomType.UUID;
    }
  }

  /** An enum: nothing but these values, all of them of {@code type}. */
  record OneOf(AtomType type, SortedSet<Atom> values) implements BaseType {}

  /** A UUID that names a row. */
  record Reference(String table, Strength strength) {}

  enum Strength {
    /** The row must exist; and a row of a table that is no root exists as long as it has one. */
    STRONG,
    /** Vanishes with the row. */
    WEAK
  }

  BaseType INTEGER = new Integers(Long.MIN_VALUE, Long.MAX_VALUE);
  BaseType REAL = new Reals(-Double.MAX_VALUE, Double.MAX_VALUE);
  BaseType BOOLEAN = new Booleans();
  BaseType STRING = new Strings(0, ColumnType.UNLIMITED);
  BaseType UUID = new Uuids(Optional.empty());

  AtomType type();

  default Optional<Reference> refersTo() {
    return this instanceof Uuids uuids ? uuids.reference : Optional.empty();
  }

  static BaseType unconstrained(AtomType type) {
    return switch (type) {
      case INTEGER -> INTEGER;
      case REAL -> REAL;
      case BOOLEAN -> BOOLEAN;
      case STRING -> STRING;
      case UUID -> UUID;
    };
  }
}
