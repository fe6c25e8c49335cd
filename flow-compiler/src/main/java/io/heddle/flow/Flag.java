package io.heddle.flow;

/** Bits of {@link Field#FLAGS}. */
public enum Flag {
  /** The packet came by a tunnel: it may be delivered here but not sent on to another chassis. */
  FROM_TUNNEL(Table.PHYSICAL_IN, Table.LOCATE),
  /**
   * The packet came by VXLAN, which tells the network but not the ports: its MAC is looked up
   * again.
   */
  LOOK_UP_AGAIN(Table.PHYSICAL_IN, Table.TUNNEL_IN),
  /** The packet does not fit through what is ahead, whose {@link Field#MTU} is written down. */
  TOO_LARGE(Table.ROUTER_OUT, Table.TUNNEL_OUT);

  private final Lifetime lifetime;

  /** A flag that nobody set is not set, in all the tables that may look at it. */
  Flag(Table first, Table last) {
    this.lifetime = Lifetime.of(first, last);
  }

  Lifetime lifetime() {
    return lifetime;
  }

  public Bits bit() {
    return Bits.of(1L << ordinal());
  }
}
