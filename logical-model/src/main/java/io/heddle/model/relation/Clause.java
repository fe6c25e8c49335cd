package io.heddle.model.relation;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** One of the conditions that a row must meet (RFC 7047 section 5.1, {@code <condition>}). */
public sealed interface Clause {
  /**
   * What the column holds, compared with {@code argument}, which has the form of the column's data.
   */
  record Comparison(String column, Function function, Datum argument) implements Clause {}

  /** Met by every row or by none, as conditions of monitors have it. */
  record Constant(boolean met) implements Clause {}

  enum Function {
    LESS("<"),
    LESS_OR_EQUAL("<="),
    EQUAL("=="),
    INCLUDES("includes"),
    GREATER_OR_EQUAL(">="),
    GREATER(">"),
    EXCLUDES("excludes"),
    NOT_EQUAL("!=");

    private static final Map<String, Function> NAMED =
        Arrays.stream(values()).collect(Collectors.toMap(Function::text, f -> f));

    private final String text;

    Function(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }

    public static Optional<Function> named(String text) {
      return Optional.ofNullable(NAMED.get(text));
    }

    boolean orders() {
      return switch (this) {
        case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> true;
        case EQUAL, NOT_EQUAL, INCLUDES, EXCLUDES -> false;
      };
    }

    /** What a column of that type is compared with; empty where it cannot be so compared. */
    public Optional<ColumnType> argument(ColumnType type) {
      if (orders()) {
        var key = type.key().type();
        return (type.isScalar() || type.isOptionalScalar())
                && (key == AtomType.INTEGER || key == AtomType.REAL)
            ? Optional.of(ColumnType.scalar(type.key()))
            : Optional.empty();
      } else if (type.isScalar() || this == EQUAL || this == NOT_EQUAL) {
        return Optional.of(type);
      }
      long max = this == EXCLUDES ? ColumnType.UNLIMITED : type.max();
      return Optional.of(new ColumnType(type.key(), type.value(), 0, max));
    }
  }
}
