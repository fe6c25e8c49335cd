package io.heddle.openflow;

/**
 * What a member has asked its switch for the role of master with, and what became of it (OpenFlow
 * 1.3.5, 6.3.6: generation_id).
 */
final class Claim {
  /** The newest since which this member is known to own the chassis. */
  private long epoch;

  /** The one it asked with. */
  private long asked;

  /** In a row. */
  private int refusals;

  Claim(long epoch) {
    this.epoch = epoch;
  }

  /** In this epoch, too, this member owns the chassis. */
  void renew(long later) {
    epoch = later;
  }

  byte[] request(int xid) {
    asked = epoch;
    return Requests.role(xid, Protocol.ROLE_MASTER, epoch);
  }

  /** Whether a later epoch was heard of since it asked. */
  boolean outdated() {
    return asked < epoch;
  }

  void granted() {
    refusals = 0;
  }

  /**
   * @return how often in a row
   */
  int refused() {
    return ++refusals;
  }
}
