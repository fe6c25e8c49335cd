package io.heddle.flow;

/**
 * What limits the packets that a switch hands to the controller, each switch by itself. Whoever
 * floods one meter costs the packets of that meter only, so each protocol has its own, and packets
 * that networks need have another than those that any tenant can send at will. Of each there are
 * many shares, and no share takes from another: what goes on at one router's port costs that port
 * alone.
 */
public enum Meter {
  ICMPV4_ERRORS(1, 100, 100),
  ICMPV6_ERRORS(2, 100, 100),
  TCP_RESETS(3, 100, 100),
  RESOLVE_IPV4(4, 200, 200),
  RESOLVE_IPV6(5, 200, 200),
  HEARD_ARP(6, 100, 200),
  HEARD_ND(7, 100, 200),
  ROUTER_SOLICITATIONS(8, 50, 100),
  BFD(9, 200, 200);

  /**
   * Of each meter, the one that is nobody's included; together a fourth of the 262,144 that Open
   * vSwitch offers. The rare ports whose shares are one have it together.
   */
  public static final int SHARES = 4096;

  /** The share of what is nobody's in particular. */
  public static final int NOBODYS = 0;

  /** From a share's first id to the next one's, more than there are meters. */
  private static final int SPACING = 16;

  private final int id;
  private final int rate;
  private final int burst;

  Meter(int id, int rate, int burst) {
    this.id = id;
    this.rate = rate;
    this.burst = burst;
  }

  /** By which switches know a share of it; never given to another, since flows name it. */
  public int id(int share) {
    return share * SPACING + id;
  }

  /** The share of a port, or with port 0 of a whole datapath; it follows from their keys alone. */
  public static int share(long datapath, long port) {
    return 1 + (int) Math.floorMod(31 * datapath + port, SHARES - 1L);
  }

  /** Of each share, in packets per second. */
  public int rate() {
    return rate;
  }

  /** Packets that pass at once after a silence. */
  public int burst() {
    return burst;
  }
}
