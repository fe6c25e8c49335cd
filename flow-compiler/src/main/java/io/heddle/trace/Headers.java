package io.heddle.trace;

import io.heddle.flow.Field;
import java.util.Optional;

/**
 * Where a frame's headers begin, in bytes from the start of the frame, as Open vSwitch dissects it:
 * one VLAN tag at most, IPv6 extension headers skipped, no transport header in later fragments.
 *
 * @param etherType the frame's type after a VLAN tag; {@link #NOT_A_TYPE} for IEEE 802.3 frames
 * @param l3 where the network header begins
 * @param l3Whole whether that header is there and well formed; where not, its fields read as 0
 * @param ipProto the transport protocol, 0 where there is none
 * @param ipProtoAt where that number stands
 * @param l4 where the transport header begins
 */
record Headers(
    int etherType, int l3, boolean l3Whole, int ipProto, int ipProtoAt, int l4, int length) {
  static final int ETHERNET = 14;
  static final int VLAN = 0x8100;
  static final int SERVICE_VLAN = 0x88a8;
  static final int ARP = 0x0806;
  static final int IPV4 = 0x0800;
  static final int IPV6 = 0x86dd;
  static final int ICMP = 1;
  static final int TCP = 6;
  static final int UDP = 17;
  static final int ICMPV6 = 58;

  /**
   * What OVS puts for the type of a frame that has a length in its place
   * (OFP_DL_TYPE_NOT_ETH_TYPE).
   */
  static final int NOT_A_TYPE = 0x05ff;

  static final int IPV4_HEADER = 20;
  static final int IPV6_HEADER = 40;
  private static final int ARP_LENGTH = 28;
  private static final int FIRST_TYPE = 0x600;

  /** Where a field stands, or, with a negative place, what it always reads as. */
  record Place(int at, int constant) {}

  static Headers of(byte[] frame) {
    int l3 = ETHERNET;
    int type = word(frame, 12);
    if ((type == VLAN || type == SERVICE_VLAN) && frame.length >= ETHERNET + 4) {
      l3 += 4;
      type = word(frame, 16);
    }
    if (type < FIRST_TYPE) {
      return new Headers(NOT_A_TYPE, l3, false, 0, -1, frame.length, frame.length);
    }
    return switch (type) {
      case ARP -> plain(type, l3, arpWhole(frame, l3), frame.length);
      case IPV4 -> ipv4(frame, l3);
      case IPV6 -> ipv6(frame, l3);
      default -> plain(type, l3, false, frame.length);
    };
  }

  private static Headers plain(int type, int l3, boolean whole, int length) {
    return new Headers(type, l3, whole, 0, -1, length, length);
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
    boolean laterFragment = (word(frame, l3 + 6) & 0x1fff) != 0;
    return new Headers(
        IPV4,
        l3,
        whole,
        frame[l3 + 9] & 0xff,
        l3 + 9,
        whole && !laterFragment ? l3 + header : frame.length,
        whole ? l3 + total : frame.length);
  }

  private static Headers ipv6(byte[] frame, int l3) {
    if (frame.length < l3 + IPV6_HEADER || l3 + IPV6_HEADER + word(frame, l3 + 4) > frame.length) {
      return plain(IPV6, l3, false, frame.length);
    }
    int end = l3 + IPV6_HEADER + word(frame, l3 + 4);
    int protoAt = l3 + 6;
    int at = l3 + IPV6_HEADER;
    while (isExtension(frame[protoAt] & 0xff) && at + 8 <= end) {
      boolean laterFragment = frame[protoAt] == 44 && (word(frame, at + 2) & 0xfff8) != 0;
      int size = frame[protoAt] == 44 ? 8 : 8 * (1 + (frame[at + 1] & 0xff));
      protoAt = at;
      at = laterFragment ? end : Math.min(end, at + size);
    }
    return new Headers(IPV6, l3, true, frame[protoAt] & 0xff, protoAt, at, end);
  }

  private static boolean isExtension(int protocol) {
    return protocol == 0 || protocol == 43 || protocol == 44 || protocol == 60;
  }

  Optional<Place> place(Field field) {
    return switch (field) {
      case ETH_DST -> at(true, 0);
      case ETH_SRC -> at(true, 6);
      case ETH_TYPE ->
          etherType == NOT_A_TYPE ? Optional.of(new Place(-1, NOT_A_TYPE)) : at(true, l3 - 2);
      case ARP_OP -> in(ARP, l3 + 6);
      case ARP_SHA -> in(ARP, l3 + 8);
      case ARP_SPA -> in(ARP, l3 + 14);
      case ARP_THA -> in(ARP, l3 + 18);
      case ARP_TPA -> in(ARP, l3 + 24);
      case IPV4_SRC -> in(IPV4, l3 + 12);
      case IPV4_DST -> in(IPV4, l3 + 16);
      case IPV6_SRC -> in(IPV6, l3 + 8);
      case IPV6_DST -> in(IPV6, l3 + 24);
      case IP_PROTO ->
          etherType == IPV4 || etherType == IPV6 ? at(l3Whole, ipProtoAt) : Optional.empty();
      case ICMPV4_TYPE -> icmp(0);
      case ICMPV4_CODE -> icmp(1);
      default -> Optional.empty();
    };
  }

  private Optional<Place> in(int type, int at) {
    return etherType == type ? at(l3Whole, at) : Optional.empty();
  }

  private Optional<Place> icmp(int offset) {
    return etherType == IPV4 && ipProto == ICMP
        ? at(l4 + 4 <= length, l4 + offset)
        : Optional.empty();
  }

  private static Optional<Place> at(boolean there, int at) {
    return Optional.of(there ? new Place(at, 0) : new Place(-1, 0));
  }

  static int word(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }
}
