package io.heddle.northbound.raft;

/** The store could not be opened; its message tells an operator what to do. Nothing was started. */
public final class StoreOpenException extends RuntimeException {
  /** What stands in the way. */
  public enum Reason {
    /** The settings make no sense. */
    CONFIGURATION,
    /** Another process, or another store of this one, uses the data folder. */
    LOCKED,
    /** The data folder was written by a Heddle with another format. */
    OTHER_FORMAT,
    /** The data folder belongs to another member of the cluster. */
    OTHER_MEMBER,
    /** The data folder belongs to another cluster, or its member was removed from it. */
    OTHER_CLUSTER,
    /** The address on which other members reach this one is in use or not this machine's. */
    ADDRESS,
    /** What was written can no longer be read. */
    DAMAGED,
    /** The folder cannot be read or written. */
    INACCESSIBLE,
    /** No majority of the members was there in time. */
    TIMEOUT
  }

  private final Reason reason;

  public StoreOpenException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public StoreOpenException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
