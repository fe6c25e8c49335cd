package io.heddle.flow;

/**
 * What a flow must match to match, read or write a header: that packets have it. Open vSwitch takes
 * no other flow (ovs-fields(7), "Prerequisites").
 */
public final class Prerequisites {
  private static final int ARP = 0x0806;
  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;
  private static final int ICMP = 1;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int ICMPV6 = 58;
  private static final int SCTP = 132;
  private static final int NEIGHBOUR_SOLICITATION = 135;
  private static final int NEIGHBOUR_ADVERTISEMENT = 136;

  private Prerequisites() {}

  public static boolean met(Field field, Match match) {
    return switch (field) {
      case ARP_OP, ARP_SPA, ARP_TPA, ARP_SHA, ARP_THA -> type(match, ARP);
      case IP_DSCP, IP_ECN, IP_PROTO, IP_TTL, IP_FRAG -> type(match, IPV4, IPV6);
      case IPV4_SRC, IPV4_DST -> type(match, IPV4);
      case IPV6_SRC, IPV6_DST, IPV6_LABEL -> type(match, IPV6);
      case TCP_SRC, TCP_DST, TCP_FLAGS -> transport(match, TCP);
      case UDP_SRC, UDP_DST -> transport(match, UDP);
      case SCTP_SRC, SCTP_DST -> transport(match, SCTP);
      case ICMPV4_TYPE, ICMPV4_CODE -> type(match, IPV4) && transport(match, ICMP);
      case ICMPV6_TYPE, ICMPV6_CODE -> icmpv6(match);
      case ND_TARGET, ND_RESERVED, ND_OPTIONS_TYPE ->
          neighbour(match, NEIGHBOUR_SOLICITATION, NEIGHBOUR_ADVERTISEMENT);
      case ND_SLL -> neighbour(match, NEIGHBOUR_SOLICITATION);
      case ND_TLL -> neighbour(match, NEIGHBOUR_ADVERTISEMENT);
      default -> true;
    };
  }

  private static boolean type(Match match, int... types) {
    return matches(match, Field.ETH_TYPE, types);
  }

  private static boolean transport(Match match, int protocol) {
    return type(match, IPV4, IPV6) && matches(match, Field.IP_PROTO, protocol);
  }

  private static boolean icmpv6(Match match) {
    return type(match, IPV6) && transport(match, ICMPV6);
  }

  /** The code is 0 in all of neighbour discovery, so that only another one is in the way. */
  private static boolean neighbour(Match match, int... types) {
    boolean anyCode = match.get(Field.ICMPV6_CODE).isEmpty();
    return icmpv6(match)
        && matches(match, Field.ICMPV6_TYPE, types)
        && (anyCode || matches(match, Field.ICMPV6_CODE, 0));
  }

  /** The match is for one of the values alone. */
  private static boolean matches(Match match, Field field, int... values) {
    for (int value : values) {
      if (match.requires(field, value)) {
        return true;
      }
    }
    return false;
  }
}
