package io.heddle.expression;

/** Why a text is no match expression, or cannot be matched by flows. One line, for its author. */
public final class BadExpression extends Exception {
  private static final int SHOWN = 40;

  BadExpression(String why) {
    super(why);
  }

  /**
   * @param at the offending text's place, from 0
   * @param text what offends; empty for the end
   */
  BadExpression(int at, String text, String why) {
    super("at " + (at + 1) + ", " + (text.isEmpty() ? "the end" : quoted(text)) + ": " + why);
  }

  private static String quoted(String text) {
    var line = text.replaceAll("\\s+", " ");
    return "`" + (line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line) + "`";
  }
}
