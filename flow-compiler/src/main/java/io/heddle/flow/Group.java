package io.heddle.flow;

/**
 * Values of {@link Field#OUTPORT}, and one of {@link Field#CHASSIS}, that stand for more, or less,
 * than one known port or chassis.
 */
public final class Group {
  /** A port that is not known, on the chassis that {@link Field#CHASSIS} names. */
  public static final int SOMEWHERE = 0x7fff;

  /** All ports of the switch. */
  public static final int FLOOD = 0x8000;

  /** The ports of the switch that take frames for unknown addresses. */
  public static final int UNKNOWN = 0x8001;

  /** Whoever has the packet's next hop, found out by the chassis that it is sent to. */
  public static final int NEXTHOP = 0x8002;

  /** All chassis that have ports of the group a packet goes to; no chassis has this key. */
  public static final int EVERYWHERE = 0;

  private Group() {}
}
