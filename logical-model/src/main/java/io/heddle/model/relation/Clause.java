package io.heddle.model.relation;

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

    private final String text;

    Function(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }
}
