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
  @Override
  public String toString() {
    var where = field.isEmpty() ? row : row + " " + field;
    return where.isEmpty() ? message : where + ": " + message;
  }
}
