package io.heddle.model.relation;

import io.vavr.collection.Map;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

/** What became of one operation (RFC 7047 section 4.1.3). */
public sealed interface Result {
  record Inserted(UUID uuid) implements Result {}

  /** Rows seen through the columns that were asked for; rows that look the same are one. */
  record Selected(List<Map<String, Datum>> rows) implements Result {}

  /** Of an update, a mutate or a delete: how many rows were meant. */
  record Counted(long rows) implements Result {}

  /** Of all that has nothing to tell. */
  record Done() implements Result {}

  /** Nothing of the transaction holds. */
  record Failed(OvsdbError error) implements Result {}

  /**
   * A wait whose rows are not so yet; nothing of the transaction holds. Trying again after a change
   * of a table may help.
   *
   * @param timeout for how long in all, in milliseconds since the client asked; empty is for ever
   */
  record Unmet(OptionalLong timeout) implements Result {
    /** What to answer when the time is over. */
    public Failed timedOut(long elapsedMillis) {
      return new Failed(
          OvsdbError.of(
              OvsdbError.TIMED_OUT,
              elapsedMillis == 0
                  ? "\"where\" clause test failed"
                  : "\"wait\" timed out after " + elapsedMillis + " ms"));
    }
  }

  /** One before it failed. */
  record Skipped() implements Result {}
}
