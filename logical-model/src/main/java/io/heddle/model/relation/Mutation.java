package io.heddle.model.relation;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One change of a column of every row that is meant (RFC 7047 section 5.1, {@code <mutation>}).
 *
 * @param argument one number for the arithmetic mutators; else keys, or pairs. What is deleted from
 *     a map may be either
 */
public record Mutation(String column, Mutator mutator, Datum argument) {
  public enum Mutator {
    ADD("+="),
    SUBTRACT("-="),
    MULTIPLY("*="),
    DIVIDE("/="),
    MODULO("%="),
    INSERT("insert"),
    DELETE("delete");

    private static final Map<String, Mutator> NAMED =
        Arrays.stream(values()).collect(Collectors.toMap(Mutator::text, f -> f));

    private final String text;

    Mutator(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }

    public static Optional<Mutator> named(String text) {
      return Optional.ofNullable(NAMED.get(text));
    }

    boolean calculates() {
      return this != INSERT && this != DELETE;
    }

    /**
     * What a column of that type is changed by; empty where it cannot be so changed. What is
     * deleted from a map may be keys alone, too: see {@link #keys}.
     */
    public Optional<ColumnType> argument(ColumnType type) {
      var key = type.key().type();
      if (calculates()) {
        return !type.isMap() && (key == AtomType.INTEGER || key == AtomType.REAL && this != MODULO)
            ? Optional.of(ColumnType.scalar(BaseType.unconstrained(key)))
            : Optional.empty();
      } else if (type.isScalar()) {
        return Optional.empty();
      }
      long max = this == DELETE ? ColumnType.UNLIMITED : type.max();
      return Optional.of(new ColumnType(type.key(), type.value(), 0, max));
    }
  }

  /** What {@link Mutator#DELETE} takes in the place of pairs. */
  public static ColumnType keys(ColumnType map) {
    return ColumnType.set(map.key());
  }
}
