package io.heddle.trace;

import static io.heddle.trace.Headers.ARP;
import static io.heddle.trace.Headers.ICMP;
import static io.heddle.trace.Headers.ICMPV6;
import static io.heddle.trace.Headers.ICMPV6_HEADER;
import static io.heddle.trace.Headers.IPV4;
import static io.heddle.trace.Headers.IPV6;
import static io.heddle.trace.Headers.SCTP;
import static io.heddle.trace.Headers.SCTP_HEADER;
import static io.heddle.trace.Headers.TCP;
import static io.heddle.trace.Headers.TCP_HEADER;
import static io.heddle.trace.Headers.UDP;
import static io.heddle.trace.Headers.UDP_HEADER;

import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** Where a frame's fields stand, as Open vSwitch reads them (OVS lib/flow, miniflow_extract). */
record Places(byte[] frame, Headers headers) {
  /** Neighbour discovery's first option, in bytes from its message's start (RFC 4861 section 4). */
  private static final int ND_OPTIONS = 24;

  static final int SOLICITATION = 135;
  static final int ADVERTISEMENT = 136;
  private static final int SOURCE_OPTION = 1;
  private static final int TARGET_OPTION = 2;

  /** That a frame has a tag, in Open vSwitch's field; on the wire the bit is no part of it. */
  static final int TAGGED = 0x1000;

  /** Where a field's bits are. */
  sealed interface Place {
    /**
     * @param at the first of the bytes that have the field
     * @param length how many
     * @param shift bits of the last byte that are not the field's
     */
    record Bytes(int at, int length, int shift) implements Place {}

    /** It cannot be written, and always reads so. */
    record Constant(int value) implements Place {}
  }

  /** Empty if the packet has no such header. */
  Optional<Place> of(Field field) {
    int l3 = headers.l3();
    boolean v6 = headers.etherType() == IPV6;
    return switch (field) {
      case ETH_DST -> bytes(true, 0, 6);
      case ETH_SRC -> bytes(true, 6, 6);
      case ETH_TYPE ->
          headers.etherType() == Headers.NOT_A_TYPE
              ? Optional.of(new Place.Constant(Headers.NOT_A_TYPE))
              : bytes(true, l3 - 2, 2);
      case VLAN_TCI -> Optional.of(new Place.Constant(tci()));
      case ARP_OP -> in(ARP, l3 + 6, 2);
      case ARP_SHA -> in(ARP, l3 + 8, 6);
      case ARP_SPA -> in(ARP, l3 + 14, 4);
      case ARP_THA -> in(ARP, l3 + 18, 6);
      case ARP_TPA -> in(ARP, l3 + 24, 4);
      case IPV4_SRC -> in(IPV4, l3 + 12, 4);
      case IPV4_DST -> in(IPV4, l3 + 16, 4);
      case IPV6_SRC -> in(IPV6, l3 + 8, 16);
      case IPV6_DST -> in(IPV6, l3 + 24, 16);
      case IPV6_LABEL -> in(IPV6, l3, 4);
      case IP_PROTO -> ip(new Place.Bytes(headers.ipProtoAt(), 1, 0));
      case IP_TTL -> ip(new Place.Bytes(l3 + (v6 ? 7 : 8), 1, 0));
      case IP_DSCP -> ip(v6 ? new Place.Bytes(l3, 2, 6) : new Place.Bytes(l3 + 1, 1, 2));
      case IP_ECN -> ip(v6 ? new Place.Bytes(l3, 2, 4) : new Place.Bytes(l3 + 1, 1, 0));
      case IP_FRAG -> ip(new Place.Constant(headers.fragment()));
      case TCP_SRC -> transport(TCP, TCP_HEADER, 0);
      case TCP_DST -> transport(TCP, TCP_HEADER, 2);
      case TCP_FLAGS -> transport(TCP, TCP_HEADER, 12);
      case UDP_SRC -> transport(UDP, UDP_HEADER, 0);
      case UDP_DST -> transport(UDP, UDP_HEADER, 2);
      case SCTP_SRC -> transport(SCTP, SCTP_HEADER, 0);
      case SCTP_DST -> transport(SCTP, SCTP_HEADER, 2);
      case ICMPV4_TYPE -> icmp(IPV4, ICMP, 4, 0);
      case ICMPV4_CODE -> icmp(IPV4, ICMP, 4, 1);
      case ICMPV6_TYPE -> icmp(IPV6, ICMPV6, ICMPV6_HEADER, 0);
      case ICMPV6_CODE -> icmp(IPV6, ICMPV6, ICMPV6_HEADER, 1);
      case ND_TARGET -> discovery(bytes(fits(ND_OPTIONS), headers.l4() + 8, 16));
      case ND_RESERVED -> discovery(bytes(true, headers.l4() + 4, 4));
      case ND_OPTIONS_TYPE -> discovery(Optional.of(optionsType()));
      case ND_SLL -> option(SOLICITATION, SOURCE_OPTION);
      case ND_TLL -> option(ADVERTISEMENT, TARGET_OPTION);
      default -> Optional.empty();
    };
  }

  /** What a place holds, of a field that wide. */
  Bits read(Place place, int width) {
    if (place instanceof Place.Bytes at) {
      return bits(at).shiftRight(at.shift()).and(Bits.ones(width));
    }
    return Bits.of(((Place.Constant) place).value());
  }

  /** A copy of the frame with other bits there. */
  byte[] written(Place.Bytes at, int width, Bits value) {
    var mask = Bits.ones(width).shiftLeft(at.shift());
    var bits = bits(at).and(mask.not()).or(value.shiftLeft(at.shift()).and(mask));
    var changed = frame.clone();
    System.arraycopy(bits.bytes(at.length()), 0, changed, at.at(), at.length());
    return changed;
  }

  private Bits bits(Place.Bytes at) {
    return Bits.of(Arrays.copyOfRange(frame, at.at(), at.at() + at.length()));
  }

  boolean tagged() {
    return headers.l3() > Headers.ETHERNET;
  }

  private int tci() {
    return tagged() ? Headers.word(frame, Headers.ETHERNET) | TAGGED : 0;
  }

  private Optional<Place> in(int type, int at, int length) {
    return headers.etherType() == type ? bytes(headers.l3Whole(), at, length) : Optional.empty();
  }

  private Optional<Place> ip(Place place) {
    if (headers.etherType() != IPV4 && headers.etherType() != IPV6) {
      return Optional.empty();
    }
    return Optional.of(headers.l3Whole() ? place : new Place.Constant(0));
  }

  private Optional<Place> transport(int protocol, int header, int offset) {
    boolean ip = headers.etherType() == IPV4 || headers.etherType() == IPV6;
    return ip && headers.ipProto() == protocol
        ? bytes(fits(header), headers.l4() + offset, 2)
        : Optional.empty();
  }

  private Optional<Place> icmp(int type, int protocol, int header, int offset) {
    return headers.etherType() == type && headers.ipProto() == protocol
        ? bytes(fits(header), headers.l4() + offset, 1)
        : Optional.empty();
  }

  private boolean neighbour(int type) {
    return headers.etherType() == IPV6
        && headers.ipProto() == ICMPV6
        && fits(ICMPV6_HEADER)
        && (frame[headers.l4()] & 0xff) == type
        && frame[headers.l4() + 1] == 0;
  }

  private Optional<Place> discovery(Optional<Place> place) {
    return neighbour(SOLICITATION) || neighbour(ADVERTISEMENT) ? place : Optional.empty();
  }

  private Optional<Place> option(int message, int type) {
    if (!neighbour(message)) {
      return Optional.empty();
    }
    return Optional.of(
        option(Set.of(type))
            .<Place>map(at -> new Place.Bytes(at + 2, 6, 0))
            .orElse(new Place.Constant(0)));
  }

  private Place optionsType() {
    return option(Set.of(SOURCE_OPTION, TARGET_OPTION))
        .<Place>map(at -> new Place.Bytes(at, 1, 0))
        .orElse(new Place.Constant(0));
  }

  /** Where the first link-layer address of one of these types stands. */
  private Optional<Integer> option(Set<Integer> types) {
    int at = headers.l4() + ND_OPTIONS;
    while (at + 8 <= headers.length() && frame[at + 1] != 0) {
      if (types.contains((int) frame[at]) && frame[at + 1] == 1) {
        return Optional.of(at);
      }
      at += 8 * (frame[at + 1] & 0xff);
    }
    return Optional.empty();
  }

  /** The type of a neighbour discovery message's first option, whatever it is. */
  Optional<Place.Bytes> firstOption() {
    int at = headers.l4() + ND_OPTIONS;
    return at < headers.length() ? Optional.of(new Place.Bytes(at, 1, 0)) : Optional.empty();
  }

  private boolean fits(int size) {
    return headers.l3Whole() && headers.l4() + size <= headers.length();
  }

  private static Optional<Place> bytes(boolean there, int at, int length) {
    return Optional.of(there ? new Place.Bytes(at, length, 0) : new Place.Constant(0));
  }
}
