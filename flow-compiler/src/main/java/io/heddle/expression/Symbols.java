package io.heddle.expression;

import io.heddle.flow.Field;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** All symbols there are, each defined by those before it. */
final class Symbols {
  private static final Map<String, Symbol> ALL = new LinkedHashMap<>();

  private static final String UNTRACKED = "needs connection tracking, which there is not yet";

  static {
    port("inport", Field.INPORT);
    port("outport", Field.OUTPORT);
    ethernet();
    ip();
    transport();
    icmp();
    arp();
    neighbours();
    connections();
  }

  private Symbols() {}

  static Optional<Symbol> find(String name) {
    return Optional.ofNullable(ALL.get(name));
  }

  private static void ethernet() {
    number("eth.src", Field.ETH_SRC, "1");
    number("eth.dst", Field.ETH_DST, "1");
    kind("eth.type", Field.ETH_TYPE, "1");
    predicate("eth.bcast", "eth.dst == ff:ff:ff:ff:ff:ff");
    predicate("eth.mcast", "eth.dst[40]");
    predicate("eth.mcastv6", "eth.dst[32..47] == 0x3333");
    number("vlan.tci", Field.VLAN_TCI, "1");
    predicate("vlan.present", "vlan.tci[12]");
    bits("vlan.pcp", Field.VLAN_TCI, 13, 3, "vlan.present");
    bits("vlan.vid", Field.VLAN_TCI, 0, 12, "vlan.present");
  }

  private static void ip() {
    predicate("ip4", "eth.type == 0x800");
    predicate("ip6", "eth.type == 0x86dd");
    predicate("ip", "eth.type == {0x800, 0x86dd}");
    kind("ip.proto", Field.IP_PROTO, "ip");
    number("ip.dscp", Field.IP_DSCP, "ip");
    number("ip.ecn", Field.IP_ECN, "ip");
    number("ip.ttl", Field.IP_TTL, "ip");
    number("ip.frag", Field.IP_FRAG, "ip");
    predicate("ip.is_frag", "ip.frag[0]");
    predicate("ip.later_frag", "ip.frag[1]");
    predicate("ip.first_frag", "ip.is_frag && !ip.later_frag");
    number("ip4.src", Field.IPV4_SRC, "ip4");
    number("ip4.dst", Field.IPV4_DST, "ip4");
    predicate("ip4.src_mcast", "ip4.src[28..31] == 0xe");
    predicate("ip4.mcast", "eth.mcast && ip4.dst[28..31] == 0xe");
    number("ip6.src", Field.IPV6_SRC, "ip6");
    number("ip6.dst", Field.IPV6_DST, "ip6");
    number("ip6.label", Field.IPV6_LABEL, "ip6");
    // RFC 4291 section 2.7.1.
    predicate("ip6.mcast_rsvd", "ip6.dst[116..127] == 0xff0 && ip6.dst[0..111] == 0");
    predicate("ip6.mcast_all_nodes", "ip6.dst == {ff01::1, ff02::1}");
    predicate("ip6.mcast_all_rtrs", "ip6.dst == {ff01::2, ff02::2, ff05::2}");
    predicate("ip6.mcast_sol_node", "ip6.dst == ff02::1:ff00:0/104");
    predicate(
        "ip6.mcast_flood",
        "eth.mcastv6 && (ip6.mcast_rsvd || ip6.mcast_all_nodes || ip6.mcast_all_rtrs"
            + " || ip6.mcast_sol_node)");
    predicate("ip6.mcast", "eth.mcastv6 && ip6.dst[120..127] == 0xff");
  }

  private static void transport() {
    predicate("tcp", "ip.proto == 6");
    number("tcp.src", Field.TCP_SRC, "tcp");
    number("tcp.dst", Field.TCP_DST, "tcp");
    number("tcp.flags", Field.TCP_FLAGS, "tcp");
    predicate("udp", "ip.proto == 17");
    number("udp.src", Field.UDP_SRC, "udp");
    number("udp.dst", Field.UDP_DST, "udp");
    predicate("sctp", "ip.proto == 132");
    number("sctp.src", Field.SCTP_SRC, "sctp");
    number("sctp.dst", Field.SCTP_DST, "sctp");
  }

  private static void icmp() {
    predicate("icmp4", "ip4 && ip.proto == 1");
    kind("icmp4.type", Field.ICMPV4_TYPE, "icmp4");
    kind("icmp4.code", Field.ICMPV4_CODE, "icmp4");
    predicate("igmp", "ip4.mcast && ip.proto == 2");
    predicate("icmp6", "ip6 && ip.proto == 58");
    kind("icmp6.type", Field.ICMPV6_TYPE, "icmp6");
    kind("icmp6.code", Field.ICMPV6_CODE, "icmp6");
    predicate("icmp", "icmp4 || icmp6");
    // RFC 2710 and RFC 3810.
    predicate("mldv1", "eth.mcastv6 && ip6.src == fe80::/10 && icmp6.type == {130, 131, 132}");
    predicate("mldv2", "eth.mcastv6 && ip6.dst == ff02::16 && icmp6.type == 143");
  }

  private static void arp() {
    predicate("arp", "eth.type == 0x806");
    kind("arp.op", Field.ARP_OP, "arp");
    number("arp.spa", Field.ARP_SPA, "arp");
    number("arp.sha", Field.ARP_SHA, "arp");
    number("arp.tpa", Field.ARP_TPA, "arp");
    number("arp.tha", Field.ARP_THA, "arp");
    predicate("rarp", "eth.type == 0x8035");
  }

  private static void neighbours() {
    var whole = " && icmp6.code == 0 && ip.ttl == 255";
    predicate("nd", "icmp6.type == {135, 136}" + whole);
    predicate("nd_ns", "icmp6.type == 135" + whole);
    predicate("nd_ns_mcast", "ip6.mcast && icmp6.type == 135" + whole);
    predicate("nd_na", "icmp6.type == 136" + whole);
    predicate("nd_rs", "icmp6.type == 133" + whole);
    predicate("nd_ra", "icmp6.type == 134" + whole);
    number("nd.target", Field.ND_TARGET, "nd");
    number("nd.sll", Field.ND_SLL, "nd_ns");
    number("nd.tll", Field.ND_TLL, "nd_na");
  }

  private static void connections() {
    for (var bit : new String[] {"new", "est", "rel", "rpl", "inv", "trk", "snat", "dnat"}) {
      missing("ct." + bit, 1);
    }
    missing("ct_state", 32);
    missing("ct_mark", 32);
    missing("ct.mark", 32);
    missing("ct_label", 128);
    missing("ct.label", 128);
  }

  private static void port(String name, Field field) {
    ALL.put(name, new Symbol.Port(name, field));
  }

  private static void number(String name, Field field, String prerequisite) {
    bits(name, field, 0, field.width(), prerequisite);
  }

  private static void bits(String name, Field field, int low, int width, String prerequisite) {
    ALL.put(name, new Symbol.Numeric(name, field, low, width, true, parsed(prerequisite)));
  }

  /** A number that says what something is, not how much. */
  private static void kind(String name, Field field, String prerequisite) {
    var needs = parsed(prerequisite);
    ALL.put(name, new Symbol.Numeric(name, field, 0, field.width(), false, needs));
  }

  private static void predicate(String name, String meaning) {
    ALL.put(name, new Symbol.Predicate(name, parsed(meaning)));
  }

  private static void missing(String name, int width) {
    ALL.put(name, new Symbol.Missing(name, width, UNTRACKED));
  }

  private static Expression parsed(String text) {
    try {
      return Expression.parse(text);
    } catch (BadExpression e) {
      throw new IllegalStateException(text, e);
    }
  }
}
