package io.heddle.trace;

/**
 * Where a frame's headers begin, in bytes from the start of the frame, as Open vSwitch dissects it:
 * one VLAN tag at most, IPv6 extension headers skipped, no transport header in later fragments.
 *
 * @param etherType the frame's type after a VLAN tag; {@link #NOT_A_TYPE} for IEEE 802.3 frames
 * @param l3 where the network header begins
 * @param l3Whole whether that header is there and well formed; where not, its fields read as 0
 * @param ipProto the transport protocol, 0 where there is none
 * @param ipProtoAt where that number stands
 * @param fragment bits {@link #FRAGMENT} and {@link #LATER}
 * @param l4 where the transport header begins
 */
public record Headers(
    int etherType,
    int l3,
    boolean l3Whole,
    int ipProto,
    int ipProtoAt,
    int fragment,
    int l4,
    int length) {
  public static final int ETHERNET = 14;
  public static final int VLAN = 0x8100;
  public static final int SERVICE_VLAN = 0x88a8;
  public static final int ARP = 0x0806;
  public static final int IPV4 = 0x0800;
  public static final int IPV6 = 0x86dd;
  public static final int ICMP = 1;
  public static final int TCP = 6;
  public static final int UDP = 17;
  public static final int ICMPV6 = 58;
  public static final int SCTP = 132;

  /**
   * What OVS puts for the type of a frame that has a length in its place
   * (OFP_DL_TYPE_NOT_ETH_TYPE).
   */
  public static final int NOT_A_TYPE = 0x05ff;

  public static final int FRAGMENT = 1;
  public static final int LATER = 2;

  public static final int IPV4_HEADER = 20;
  public static final int IPV6_HEADER = 40;
  public static final int TCP_HEADER = 20;
  public static final int UDP_HEADER = 8;
  public static final int SCTP_HEADER = 12;
  public static final int ICMPV6_HEADER = 8;
  private static final int ARP_LENGTH = 28;
  private static final int FIRST_TYPE = 0x600;
  private static final int FRAGMENT_HEADER = 44;

  public static Headers of(byte[] frame) {
    int l3 = ETHERNET;
    int type = word(frame, 12);
    if ((type == VLAN || type == SERVICE_VLAN) && frame.length >= ETHERNET + 4) {
      l3 += 4;
      type = word(frame, 16);
    }
    if (type < FIRST_TYPE) {
      return new Headers(NOT_A_TYPE, l3, false, 0, -1, 0, frame.length, frame.length);
    }
    return switch (type) {
      case ARP -> plain(type, l3, arpWhole(frame, l3), frame.length);
      case IPV4 -> ipv4(frame, l3);
      case IPV6 -> ipv6(frame, l3);
      default -> plain(type, l3, false, frame.length);
    };
  }

  private static Headers plain(int type, int l3, boolean whole, int length) {
    return new Headers(type, l3, whole, 0, -1, 0, length, length);
  }

  private static boolean arpWhole(byte[] frame, int l3) {
    return frame.length >= l3 + ARP_LENGTH
        && word(frame, l3) == 1
        && word(frame, l3 + 2) == IPV4
        && word(frame, l3 + 4) == 0x0604;
  }

  private static Headers ipv4(byte[] frame, int l3) {
    if (frame.length < l3 + IPV4_HEADER) {
      return plain(IPV4, l3, false, frame.length);
    }
    int header = 4 * (frame[l3] & 0xf);
    int total = word(frame, l3 + 2);
    boolean whole =
        frame[l3] >> 4 == 4
            && header >= IPV4_HEADER
            && total >= header
            && l3 + total <= frame.length;
    int fragment = fragment((word(frame, l3 + 6) & 0x1fff) != 0, (frame[l3 + 6] & 0x20) != 0);
    return new Headers(
        IPV4,
        l3,
        whole,
        frame[l3 + 9] & 0xff,
        l3 + 9,
        whole ? fragment : 0,
        whole && (fragment & LATER) == 0 ? l3 + header : frame.length,
        whole ? l3 + total : frame.length);
  }

  private static Headers ipv6(byte[] frame, int l3) {
    if (frame.length < l3 + IPV6_HEADER || l3 + IPV6_HEADER + word(frame, l3 + 4) > frame.length) {
      return plain(IPV6, l3, false, frame.length);
    }
    int end = l3 + IPV6_HEADER + word(frame, l3 + 4);
    int protoAt = l3 + 6;
    int at = l3 + IPV6_HEADER;
    int fragment = 0;
    while (isExtension(frame[protoAt] & 0xff) && at + 8 <= end) {
      int size = 8 * (1 + (frame[at + 1] & 0xff));
      if (frame[protoAt] == FRAGMENT_HEADER) {
        fragment = fragment((word(frame, at + 2) & 0xfff8) != 0, (frame[at + 3] & 1) != 0);
        size = 8;
      }
      protoAt = at;
      at = (fragment & LATER) != 0 ? end : Math.min(end, at + size);
    }
    return new Headers(IPV6, l3, true, frame[protoAt] & 0xff, protoAt, fragment, at, end);
  }

  private static int fragment(boolean later, boolean more) {
    return (later || more ? FRAGMENT : 0) | (later ? LATER : 0);
  }

  private static boolean isExtension(int protocol) {
    return protocol == 0 || protocol == 43 || protocol == FRAGMENT_HEADER || protocol == 60;
  }

  static int word(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }
}
