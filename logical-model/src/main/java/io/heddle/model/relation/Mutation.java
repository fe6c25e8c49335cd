package io.heddle.model.relation;

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

    private final String text;

    Mutator(String text) {
      this.text = text;
    }

    public String text() {
      return text;
    }
  }
}
