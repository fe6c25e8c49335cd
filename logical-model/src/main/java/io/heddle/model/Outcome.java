package io.heddle.model;

import io.heddle.model.relation.Result;
import io.heddle.v1.Receipt;
import java.util.List;

/** What became of a transaction. */
public sealed interface Outcome {
  /** All of it holds from the receipt's revision on. */
  record Committed(Receipt receipt) implements Outcome {}

  /**
   * What became of an {@code OvsdbTransaction}: one result per operation, and one more where the
   * commit was refused. All of it holds from the revision on, or nothing where one of them failed
   * or is not met.
   */
  record Executed(long revision, List<Result> results) implements Outcome {}

  /** Nothing of it holds. */
  record Refused(Reason reason, List<Violation> violations) implements Outcome {}

  enum Reason {
    /** The transaction is wrong in itself or against the rows that are there. */
    INVALID,
    /** A row or revision it named does not have the version it expected. */
    CONFLICT,
    /** It exceeds one of {@link Limits}. */
    LIMIT
  }
}
