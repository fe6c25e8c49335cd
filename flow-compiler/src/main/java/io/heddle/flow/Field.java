package io.heddle.flow;

import static io.heddle.flow.Table.CONTROL;
import static io.heddle.flow.Table.LOCATE;
import static io.heddle.flow.Table.PHYSICAL_IN;
import static io.heddle.flow.Table.PHYSICAL_OUT;
import static io.heddle.flow.Table.ROUTER_IN_LOCAL;
import static io.heddle.flow.Table.ROUTER_IN_POLICY_ECMP;
import static io.heddle.flow.Table.ROUTER_IN_ROUTING;
import static io.heddle.flow.Table.ROUTER_OUT;
import static io.heddle.flow.Table.TRANSMIT;
import static io.heddle.flow.Table.TUNNEL_IN;
import static io.heddle.flow.Table.TUNNEL_OUT;

import com.google.common.collect.Sets;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What flows match and rewrite: header fields, metadata and registers, each with the OXM or NXM
 * class and number by which OpenFlow knows it (OpenFlow 1.3 section 7.2.3.7; OVS ovs-fields(7)).
 */
public enum Field {
  IN_PORT("in_port", 0x8000, 0, 32),
  /** The ingress port as a register: loading 0 lets a packet leave by the port it came from. */
  IN_PORT_REGISTER("in_port_register", 0x0000, 0, 16),

  /** The logical datapath a packet is in, its tunnel_key. */
  DATAPATH(
      "metadata", 0x8000, 2, 64, () -> Lifetime.of(PHYSICAL_IN, CONTROL).certainFrom(TUNNEL_IN)),
  /** The logical port a packet came in by; 0 where that is not known. */
  INPORT("reg14", 0x0001, 14, 32, () -> Lifetime.of(PHYSICAL_IN, CONTROL)),
  /** The logical port or {@link Group} a packet goes to; 0 where that is not known yet. */
  OUTPORT(
      "reg15", 0x0001, 15, 32, () -> Lifetime.of(PHYSICAL_IN, PHYSICAL_OUT).certainFrom(LOCATE)),
  /** The chassis_key of the chassis a packet goes to or, fresh from a tunnel, came from. */
  CHASSIS(
      "reg13", 0x0001, 13, 32, () -> Lifetime.of(PHYSICAL_IN, TUNNEL_OUT).certainFrom(TRANSMIT)),
  /** Bits of {@link Flag}, each with a lifetime of its own. */
  FLAGS("reg10", 0x0001, 10, 32),

  /**
   * The address that a routed packet goes to next, its destination or another router; in a packet
   * that is to be answered with an error, the address the error comes from.
   */
  NEXTHOP_IPV4("reg4", 0x0001, 4, 32, () -> Lifetime.of(TUNNEL_IN, CONTROL)),
  NEXTHOP_IPV6("xxreg0", 0x0001, 111, 128, () -> Lifetime.of(TUNNEL_IN, CONTROL)),
  /** The key of a port whose packets are routed by a table of their own; 0 for the main one. */
  ROUTE_TABLE("reg5", 0x0001, 5, 32, () -> Lifetime.of(ROUTER_IN_LOCAL, CONTROL)),
  /**
   * The route_key of one of several routes that share a prefix's traffic, for all of them; then the
   * policy_key of a policy with several next hops.
   */
  ECMP_GROUP("reg6", 0x0001, 6, 32, () -> Lifetime.of(ROUTER_IN_ROUTING, ROUTER_IN_POLICY_ECMP)),
  /** Which of them a packet takes, from 0. */
  ECMP_MEMBER("reg7", 0x0001, 7, 32, () -> Lifetime.of(ROUTER_IN_ROUTING, ROUTER_IN_POLICY_ECMP)),
  /** Bytes of an IP packet that fit through what is ahead. */
  MTU("reg8", 0x0001, 8, 32, () -> Lifetime.of(ROUTER_OUT, CONTROL)),
  /** The number of the {@link Punt} that the controller is asked for. */
  PUNT("reg9", 0x0001, 9, 32, () -> Lifetime.of(ROUTER_IN_LOCAL, CONTROL)),

  TUNNEL_ID(
      "tun_id",
      0x8000,
      38,
      64,
      () -> Lifetime.of(PHYSICAL_IN, TUNNEL_OUT).certainFrom(PHYSICAL_IN)),
  /**
   * The Geneve option of class 0x0102, type 0x80: 1 bit 0, ingress port 15 bits, egress port 16.
   */
  TUNNEL_PORTS(
      "tun_metadata0",
      0x0001,
      40,
      32,
      () -> Lifetime.of(PHYSICAL_IN, TUNNEL_OUT).certainFrom(PHYSICAL_IN)),

  ETH_DST("eth_dst", 0x8000, 3, 48),
  ETH_SRC("eth_src", 0x8000, 4, 48),
  ETH_TYPE("eth_type", 0x8000, 5, 16),
  /** The VLAN tag, its bit 12 set if there is one; loading 0 takes the tag off. */
  VLAN_TCI("vlan_tci", 0x0000, 4, 16),
  /** The six bits of RFC 2474, right-aligned; of IPv4 and IPv6, as those down to IP_FRAG. */
  IP_DSCP("nw_tos_shifted", 0x8000, 8, 6),
  IP_ECN("nw_ecn", 0x8000, 9, 2),
  IP_PROTO("nw_proto", 0x8000, 10, 8),
  /** The hop limit in IPv6. */
  IP_TTL("nw_ttl", 0x0001, 29, 8),
  /** Bit 0: it is a fragment; bit 1: not the first one. Read only. */
  IP_FRAG("ip_frag", 0x0001, 26, 2),
  IPV4_SRC("nw_src", 0x8000, 11, 32),
  IPV4_DST("nw_dst", 0x8000, 12, 32),
  TCP_SRC("tcp_src", 0x8000, 13, 16),
  TCP_DST("tcp_dst", 0x8000, 14, 16),
  /** Read only. */
  TCP_FLAGS("tcp_flags", 0x0001, 34, 12),
  UDP_SRC("udp_src", 0x8000, 15, 16),
  UDP_DST("udp_dst", 0x8000, 16, 16),
  SCTP_SRC("sctp_src", 0x8000, 17, 16),
  SCTP_DST("sctp_dst", 0x8000, 18, 16),
  ICMPV4_TYPE("icmp_type", 0x8000, 19, 8),
  ICMPV4_CODE("icmp_code", 0x8000, 20, 8),
  ARP_OP("arp_op", 0x8000, 21, 16),
  ARP_SPA("arp_spa", 0x8000, 22, 32),
  ARP_TPA("arp_tpa", 0x8000, 23, 32),
  ARP_SHA("arp_sha", 0x8000, 24, 48),
  ARP_THA("arp_tha", 0x8000, 25, 48),
  IPV6_SRC("ipv6_src", 0x8000, 26, 128),
  IPV6_DST("ipv6_dst", 0x8000, 27, 128),
  IPV6_LABEL("ipv6_label", 0x8000, 28, 20),
  ICMPV6_TYPE("icmpv6_type", 0x8000, 29, 8),
  ICMPV6_CODE("icmpv6_code", 0x8000, 30, 8),
  /** Whom neighbour discovery is about (RFC 4861 section 4.3). */
  ND_TARGET("nd_target", 0x8000, 31, 128),
  /** A solicitation's link-layer address option; 0 where it has none. */
  ND_SLL("nd_sll", 0x8000, 32, 48),
  /** An advertisement's link-layer address option; 0 where it has none. */
  ND_TLL("nd_tll", 0x8000, 33, 48),
  /** The flags, in the highest bits, and what is reserved after them (RFC 4861 section 4.4). */
  ND_RESERVED("nd_reserved", 0x1000, 1, 32),
  /**
   * The type of the first link-layer address option, 0 where there is none. Writing it, or the
   * flags, gives the message's first option the type.
   */
  ND_OPTIONS_TYPE("nd_options_type", 0x1000, 2, 8);

  /** What packets consist of. */
  static final Set<Field> HEADERS = Sets.immutableEnumSet(EnumSet.range(ETH_DST, ND_OPTIONS_TYPE));

  private final String text;
  private final int oxmClass;
  private final int oxmField;
  private final int width;

  /** Asked for late, since tables refer to fields as fields do to tables. */
  private final Optional<Supplier<Lifetime>> lifetime;

  /** No register. */
  Field(String text, int oxmClass, int oxmField, int width) {
    this(text, oxmClass, oxmField, width, Optional.empty());
  }

  Field(String text, int oxmClass, int oxmField, int width, Supplier<Lifetime> lifetime) {
    this(text, oxmClass, oxmField, width, Optional.of(lifetime));
  }

  Field(String text, int oxmClass, int oxmField, int width, Optional<Supplier<Lifetime>> lifetime) {
    this.text = text;
    this.oxmClass = oxmClass;
    this.oxmField = oxmField;
    this.width = width;
    this.lifetime = lifetime;
  }

  public int oxmClass() {
    return oxmClass;
  }

  public int oxmField() {
    return oxmField;
  }

  /** In bits. */
  public int width() {
    return width;
  }

  /** In bytes, as OXM counts: what three would hold has four. */
  public int length() {
    int bytes = (width + 7) / 8;
    return bytes == 3 ? 4 : bytes;
  }

  /** Whether some of its bits can be matched; if not, all of them or none (ovs-fields(7)). */
  public boolean maskable() {
    return switch (this) {
      case IN_PORT,
          IN_PORT_REGISTER,
          ETH_TYPE,
          IP_DSCP,
          IP_ECN,
          IP_PROTO,
          IP_TTL,
          ICMPV4_TYPE,
          ICMPV4_CODE,
          ICMPV6_TYPE,
          ICMPV6_CODE,
          ARP_OP,
          ND_RESERVED,
          ND_OPTIONS_TYPE ->
          false;
      default -> true;
    };
  }

  /** Whether actions can write it (ovs-fields(7)). */
  public boolean writable() {
    return switch (this) {
      case ETH_TYPE, IP_PROTO, IP_FRAG, TCP_FLAGS -> false;
      default -> true;
    };
  }

  /** The 32-bit OXM header without a mask; a tunnel option's length is that of its mapping. */
  public int header() {
    return oxmClass << 16 | oxmField << 9 | length();
  }

  /** All of the field's bits. */
  public Bits all() {
    return Bits.ones(width);
  }

  /** Where it may be written and read, if it is a register as a whole. */
  Optional<Lifetime> lifetime() {
    return lifetime.map(Supplier::get);
  }

  /** Its name as ovs-ofctl(8) writes it. */
  @Override
  public String toString() {
    return text;
  }
}
