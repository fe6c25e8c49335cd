package io.heddle.flow;

/**
 * What limits the packets that a switch hands to the controller, each switch by itself. Whoever
 * floods one meter costs the packets of that meter only, so each protocol has its own, and packets
 * that networks need have another than those that any tenant can send at will.
 */
public enum Meter {
  ICMPV4_ERRORS(1, 100, 100),
  ICMPV6_ERRORS(2, 100, 100),
  TCP_RESETS(3, 100, 100),
  RESOLVE_IPV4(4, 200, 200),
  RESOLVE_IPV6(5, 200, 200),
  HEARD_ARP(6, 100, 200),
  HEARD_ND(7, 100, 200),
  ROUTER_SOLICITATIONS(8, 50, 100);

  private final int id;
  private final int rate;
  private final int burst;

  Meter(int id, int rate, int burst) {
    this.id = id;
    this.rate = rate;
    this.burst = burst;
  }

  /** By which switches know it; never given to another meter, since flows name it. */
  public int id() {
    return id;
  }

  /** In packets per second. */
  public int rate() {
    return rate;
  }

  /** Packets that pass at once after a silence. */
  public int burst() {
    return burst;
  }
}
