package io.heddle.northbound.raft;

/** What the store holds at most, and how long it waits. */
public final class RaftLimits {
  /** Bytes of one transaction, encoded. */
  public static final int TRANSACTION_BYTES = 32 << 20;

  /** Bytes of one transaction that restores a backup, which is compressed in it. */
  public static final int RESTORATION_BYTES = 128 << 20;

  /** Bytes of one transaction beyond which it goes to the log in several entries. */
  public static final int PART_BYTES = 4 << 20;

  /** Bytes of all transactions of which the log holds some parts and not all. */
  public static final int PARTS_BYTES = RESTORATION_BYTES + TRANSACTION_BYTES;

  /** A transaction of which no part came in so many entries is given up. */
  public static final int PARTS_ENTRIES = 1_000;

  /** Transactions that wait for their turn. */
  public static final int QUEUED_TRANSACTIONS = 10_000;

  /** Bytes of all transactions that wait for their turn, unless there is but one. */
  public static final int QUEUED_BYTES = 64 << 20;

  /** Transactions that are written to the log together. */
  public static final int BATCH_TRANSACTIONS = 1_000;

  /** Bytes of the transactions written to the log together, unless a single one is larger. */
  public static final int BATCH_BYTES = 1 << 20;

  /** Bytes of what a transaction does that are told beside it, and twice as many as it has. */
  static final int EFFECT_BYTES = 1 << 10;

  /** Bytes of a batch that is looked at by whoever submits it. */
  static final int FORESEEN_AT_ONCE_BYTES = 8 << 10;

  /** Bytes of one log entry: the largest batch with what Raft writes around it. */
  static final int ENTRY_BYTES = PART_BYTES + (64 << 10);

  /** Bytes of the newest log entries that are kept in memory, to be applied and sent to others. */
  static final int TAIL_BYTES = 2 << 20;

  /**
   * So many times as quickly, at least, an entry is applied that says what it does: four times
   * where Java has compiled both, less as a process starts.
   */
  static final int QUICKER_WHEN_TOLD = 2;

  /** Bytes of log that a start applies without a checkpoint having been worth while. */
  static final int CHECKPOINT_LOG_BYTES = 1 << 20;

  private RaftLimits() {}
}
