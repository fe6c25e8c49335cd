package io.heddle.model;

import io.heddle.v1.Transaction;
import java.util.ArrayList;
import java.util.List;

/** Bounds that every member applies alike, since the replicated state machine enforces them. */
public final class Limits {
  /** Operations in one transaction. */
  public static final int OPERATIONS_PER_TRANSACTION = 20_000;

  /** Operations in one transaction of a client that speaks OVSDB: one may restore a database. */
  public static final int OVSDB_OPERATIONS_PER_TRANSACTION = 200_000;

  /** Preconditions in one transaction. */
  public static final int PRECONDITIONS_PER_TRANSACTION = 1_000;

  /** Characters of a request id. */
  public static final int REQUEST_ID_LENGTH = 128;

  /** Request ids that are remembered; older ones are forgotten first. */
  public static final int REMEMBERED_REQUESTS = 10_000;

  /** Rows that the remembered receipts name in all; the oldest receipts are forgotten first. */
  public static final int REMEMBERED_ROWS = 200_000;

  /** Elements of one repeated field or map of a row. */
  public static final int ELEMENTS_PER_FIELD = 1_000;

  /** Violations reported for one transaction; what comes after them is not told. */
  public static final int REPORTED_VIOLATIONS = 100;

  /** Bytes of a backup that is restored, uncompressed. */
  public static final long BACKUP_BYTES = 512L << 20;

  private Limits() {}

  /** Of what a transaction has more than one may have. */
  public static List<Violation> exceeded(Transaction transaction) {
    var tooMuch = new ArrayList<Violation>();
    bound(tooMuch, "operations", transaction.getOperationsCount(), OPERATIONS_PER_TRANSACTION);
    bound(
        tooMuch,
        "preconditions",
        transaction.getPreconditionsCount(),
        PRECONDITIONS_PER_TRANSACTION);
    bound(tooMuch, "request_id", transaction.getRequestId().length(), REQUEST_ID_LENGTH);
    return tooMuch;
  }

  private static void bound(List<Violation> into, String field, int size, int limit) {
    if (size > limit) {
      into.add(new Violation(-1, "", field, size + " is more than the limit of " + limit));
    }
  }
}
