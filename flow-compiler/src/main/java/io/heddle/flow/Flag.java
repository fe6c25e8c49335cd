package io.heddle.flow;

/** Bits of {@link Field#FLAGS}. */
public enum Flag {
  /** The packet came by a tunnel: it may be delivered here but not sent on to another chassis. */
  FROM_TUNNEL,
  /**
   * The packet came by VXLAN, which tells the network but not the ports: its MAC is looked up
   * again.
   */
  LOOK_UP_AGAIN;

  public Bits bit() {
    return Bits.of(1L << ordinal());
  }
}
