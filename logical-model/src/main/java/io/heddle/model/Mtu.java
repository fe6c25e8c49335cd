package io.heddle.model;

import io.heddle.v1.Encap;
import java.util.OptionalInt;

/**
 * How large packets may be, in bytes of a whole IP packet. What carries the tunnels, the underlay,
 * has an MTU of its own, of which a tunnel's headers take their share.
 */
public final class Mtu {
  /** What an underlay carries that says nothing of itself (RFC 894). */
  public static final int USUAL_UNDERLAY = 1500;

  /** Every IPv4 host takes packets of that size (RFC 791): a smaller underlay is a mistake. */
  public static final int LEAST_UNDERLAY = 576;

  /** What everybody who carries IPv4 carries in one piece (RFC 791). */
  public static final int LEAST_IPV4 = 68;

  /** What everybody who carries IPv6 carries (RFC 8200 section 5). */
  public static final int LEAST_IPV6 = 1280;

  public static final int LARGEST = 0xffff;

  /** A frame's header without a VLAN tag, before the packet. */
  public static final int ETHERNET = 14;

  /** The option of {@link Encap} that tells its underlay's MTU. */
  public static final String OPTION = "mtu";

  private static final int IPV4 = 20;
  private static final int IPV6 = 40;
  private static final int UDP = 8;

  /** RFC 8926 section 3.4, with an option of four bytes that tells the ports (3.5). */
  private static final int GENEVE = 8 + 8;

  /** RFC 7348 section 5. */
  private static final int VXLAN = 8;

  private Mtu() {}

  /** Of an encapsulation's underlay. */
  public static int underlay(Encap encap) {
    return within(encap.getOptionsOrDefault(OPTION, ""), LEAST_UNDERLAY).orElse(USUAL_UNDERLAY);
  }

  /** Of packets that tunnels to an encapsulation carry. */
  public static int carried(Encap encap) {
    int outer = encap.getIp().contains(":") ? IPV6 : IPV4;
    int header = encap.getType().equals("geneve") ? GENEVE : VXLAN;
    return underlay(encap) - outer - UDP - header - ETHERNET;
  }

  /**
   * Of networks: what the narrowest tunnel carries, since any port may move to any chassis; empty
   * where there are no tunnels.
   */
  public static OptionalInt carried(Snapshot snapshot) {
    return snapshot.rows(Encap.class).values().stream()
        .mapToInt(row -> carried(row.as(Encap.class)))
        .min();
  }

  /** An MTU written as a number; empty if it is none or smaller than that. */
  public static OptionalInt within(String text, int least) {
    if (!text.matches("[1-9][0-9]{0,4}")) {
      return OptionalInt.empty();
    }
    int mtu = Integer.parseInt(text);
    return mtu >= least && mtu <= LARGEST ? OptionalInt.of(mtu) : OptionalInt.empty();
  }
}
