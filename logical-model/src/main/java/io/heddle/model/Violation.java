package io.heddle.model;

/**
 * One reason why a transaction was refused.
 *
 * @param operation the operation's place in its transaction from 0, or -1 for the transaction
 *     itself
 * @param row the row as people call it ("LogicalSwitchPort p1"), or empty
 * @param field the field at fault as proto path ("addresses[1]"), or empty
 */
public record Violation(int operation, String row, String field, String message) {
  /** Characters of a name or path that are told. */
  private static final int LONGEST_NAME = 100;

  /** Characters of a message that are told. */
  private static final int LONGEST_MESSAGE = 400;

  /** What a client wrote comes back shortened: it may be as long as a whole transaction. */
  public Violation {
    row = shorten(row, LONGEST_NAME);
    field = shorten(field, LONGEST_NAME);
    message = shorten(message, LONGEST_MESSAGE);
  }

  private static String shorten(String text, int longest) {
    return text.length() > longest ? text.substring(0, longest) + "…" : text;
  }

  @Override
  public String toString() {
    var where = field.isEmpty() ? row : row + " " + field;
    return where.isEmpty() ? message : where + ": " + message;
  }
}
