package io.heddle.flow;

/**
 * What Open vSwitch does at most to find out what becomes of one packet (ofproto-dpif-xlate). Where
 * one of these is exceeded, it stops.
 */
public final class Bounds {
  /**
   * Look-ups after the first (MAX_RESUBMITS): each resubmit and each goto, whether or not it finds
   * a flow. What a length is checked for is gone through both for packets that are longer and for
   * packets that are not. Beyond, the packet and all its copies are dropped.
   */
  public static final int LOOKUPS = 4_096;

  /**
   * Resubmits within resubmits that do not go forward (MAX_DEPTH); no flow of the innermost may go
   * anywhere. Beyond, the packet and all its copies are dropped.
   */
  public static final int DEPTH = 64;

  /**
   * Bytes of the actions that the packet comes to, as Netlink attributes. Beyond, what has been
   * found out is done and the rest left out.
   */
  public static final int ACTION_BYTES = 0xffff;

  /** Bytes of a flow with its actions: an OpenFlow message's length has 16 bits. */
  public static final int FLOW_BYTES = 0xffff;

  private Bounds() {}
}
