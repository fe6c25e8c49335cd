package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Prerequisites;
import io.heddle.flow.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What all fields look like to Open vSwitch, matched, written and copied, compared with what
 * ovs-ofctl makes of the same in words. Tables need not have any use for them yet: the messages go
 * to the switch as they are.
 */
class EveryFieldTest {
  private static final int COOKIE = 0x77;

  private static final Match IPV4 = Match.of(Field.ETH_TYPE, 0x800);
  private static final Match IPV6 = Match.of(Field.ETH_TYPE, 0x86dd);
  private static final Match ICMP = IPV4.and(Field.IP_PROTO, 1);
  private static final Bits ADDRESS6 = new Bits(0x20010db800000000L, 0x1122334455667788L);
  private static final Bits PREFIX6 = new Bits(0x20010db800000000L, 0);
  private static final Bits PREFIX6_MASK = new Bits(0xffffffffffff0000L, 0);

  private final Map<Field, Match> fields = new EnumMap<>(Field.class);
  private final List<byte[]> messages = new ArrayList<>();
  private final List<String> words = new ArrayList<>();

  /**
   * @param name the field's in actions
   */
  private void field(Field field, String name, Match match, String matchWords) {
    fields.put(field, match);
    flow(match, matchWords + ",actions=drop");
    flow(
        match,
        matchWords + ",actions=move:" + name + "[0..1]->NXM_NX_REG10[3..4]",
        new Action.Move(field, 0, Field.FLAGS, 3, 2));
    if (field.writable()) {
      int top = field.width() - 1;
      flow(
          match,
          "%s,actions=move:NXM_NX_REG10[3]->%s[%d],load:3->%s[0..1]"
              .formatted(matchWords, name, top, name),
          new Action.Move(Field.FLAGS, 3, field, top, 1),
          Action.load(field, 0, 2, 3));
    }
  }

  private void flow(Match match, String text, Action... actions) {
    int priority = 1 + messages.size();
    messages.add(message(priority, match, actions));
    words.add(
        "cookie=0x%x,table=%d,priority=%d,%s"
            .formatted(COOKIE, Table.LOCATE.number(), priority, text));
  }

  private static byte[] message(int priority, Match match, Action... actions) {
    var out = new Octets(256);
    var key = new Flow.Key(Table.LOCATE, priority, match);
    assertTrue(FlowBytes.add(out, key, COOKIE, List.of(actions), Optional.empty()));
    return Arrays.copyOfRange(out.toArray(), FlowBytes.BUNDLE_ADD, out.size());
  }

  private void surroundings() {
    field(Field.IN_PORT, "OXM_OF_IN_PORT", Match.of(Field.IN_PORT, 9), "in_port=9");
    field(
        Field.IN_PORT_REGISTER, "NXM_OF_IN_PORT", Match.of(Field.IN_PORT_REGISTER, 8), "in_port=8");
    var datapath = Match.of(Field.DATAPATH, 0x123456789abcdefL);
    field(Field.DATAPATH, "OXM_OF_METADATA", datapath, "metadata=0x123456789abcdef");
    field(Field.INPORT, "NXM_NX_REG14", Match.of(Field.INPORT, 6), "reg14=6");
    field(Field.OUTPORT, "NXM_NX_REG15", Match.of(Field.OUTPORT, 5), "reg15=5");
    field(Field.CHASSIS, "NXM_NX_REG13", Match.of(Field.CHASSIS, 4), "reg13=4");
    field(Field.FLAGS, "NXM_NX_REG10", Match.of(Field.FLAGS, 3), "reg10=3");
    field(Field.NEXTHOP_IPV4, "NXM_NX_REG4", Match.of(Field.NEXTHOP_IPV4, 7), "reg4=7");
    field(
        Field.NEXTHOP_IPV6,
        "NXM_NX_XXREG0",
        Match.ALL.and(Field.NEXTHOP_IPV6, ADDRESS6),
        "xxreg0=0x20010db8000000001122334455667788");
    field(Field.ROUTE_TABLE, "NXM_NX_REG5", Match.of(Field.ROUTE_TABLE, 8), "reg5=8");
    field(Field.ECMP_GROUP, "NXM_NX_REG6", Match.of(Field.ECMP_GROUP, 9), "reg6=9");
    field(Field.ECMP_MEMBER, "NXM_NX_REG7", Match.of(Field.ECMP_MEMBER, 1), "reg7=1");
    field(Field.MTU, "NXM_NX_REG8", Match.of(Field.MTU, 1500), "reg8=1500");
    field(Field.PUNT, "NXM_NX_REG9", Match.of(Field.PUNT, 2), "reg9=2");
    field(Field.TUNNEL_ID, "NXM_NX_TUN_ID", Match.of(Field.TUNNEL_ID, 0xabc), "tun_id=0xabc");
    var ports = Match.of(Field.TUNNEL_PORTS, 0x30004);
    field(Field.TUNNEL_PORTS, "NXM_NX_TUN_METADATA0", ports, "tun_metadata0=0x30004");
  }

  private void headers() {
    var destination = Match.of(Field.ETH_DST, 0x0a0000000001L);
    field(Field.ETH_DST, "NXM_OF_ETH_DST", destination, "dl_dst=0a:00:00:00:00:01");
    var source = Match.of(Field.ETH_SRC, 0x0a0000000002L);
    field(Field.ETH_SRC, "NXM_OF_ETH_SRC", source, "dl_src=0a:00:00:00:00:02");
    field(Field.ETH_TYPE, "NXM_OF_ETH_TYPE", Match.of(Field.ETH_TYPE, 0x88cc), "dl_type=0x88cc");
    var udp6 = IPV6.and(Field.IP_PROTO, 17);
    field(Field.IP_PROTO, "NXM_OF_IP_PROTO", udp6, "ipv6,nw_proto=17");
    var from4 = IPV4.and(Field.IPV4_SRC, 0x0a010203);
    field(Field.IPV4_SRC, "NXM_OF_IP_SRC", from4, "ip,nw_src=10.1.2.3");
    var to4 = IPV4.and(Field.IPV4_DST, 0x0a010204);
    field(Field.IPV4_DST, "NXM_OF_IP_DST", to4, "ip,nw_dst=10.1.2.4");
    var echo = ICMP.and(Field.ICMPV4_TYPE, 8);
    field(Field.ICMPV4_TYPE, "NXM_OF_ICMP_TYPE", echo, "icmp,icmp_type=8");
    var unreachable = ICMP.and(Field.ICMPV4_TYPE, 3).and(Field.ICMPV4_CODE, 1);
    var port = "icmp,icmp_type=3,icmp_code=1";
    field(Field.ICMPV4_CODE, "NXM_OF_ICMP_CODE", unreachable, port);
    field(Field.ARP_OP, "NXM_OF_ARP_OP", Match.arp().and(Field.ARP_OP, 2), "arp,arp_op=2");
    var sender = Match.arp().and(Field.ARP_SPA, 0x0a010205);
    field(Field.ARP_SPA, "NXM_OF_ARP_SPA", sender, "arp,arp_spa=10.1.2.5");
    var target = Match.arp().and(Field.ARP_TPA, 0x0a010206);
    field(Field.ARP_TPA, "NXM_OF_ARP_TPA", target, "arp,arp_tpa=10.1.2.6");
    var senderMac = Match.arp().and(Field.ARP_SHA, 3);
    field(Field.ARP_SHA, "NXM_NX_ARP_SHA", senderMac, "arp,arp_sha=00:00:00:00:00:03");
    var targetMac = Match.arp().and(Field.ARP_THA, 4);
    field(Field.ARP_THA, "NXM_NX_ARP_THA", targetMac, "arp,arp_tha=00:00:00:00:00:04");
    var from6 = IPV6.and(Field.IPV6_SRC, ADDRESS6);
    field(Field.IPV6_SRC, "NXM_NX_IPV6_SRC", from6, "ipv6,ipv6_src=2001:db8::1122:3344:5566:7788");
    var to6 = IPV6.and(Field.IPV6_DST, ADDRESS6);
    field(Field.IPV6_DST, "NXM_NX_IPV6_DST", to6, "ipv6,ipv6_dst=2001:db8::1122:3344:5566:7788");
  }

  private void ipHeaders() {
    field(Field.VLAN_TCI, "NXM_OF_VLAN_TCI", Match.of(Field.VLAN_TCI, 0x1005), "vlan_tci=0x1005");
    field(Field.IP_DSCP, "OXM_OF_IP_DSCP", IPV4.and(Field.IP_DSCP, 46), "ip,ip_dscp=46");
    field(Field.IP_ECN, "OXM_OF_IP_ECN", IPV6.and(Field.IP_ECN, 2), "ipv6,nw_ecn=2");
    field(Field.IP_TTL, "NXM_NX_IP_TTL", IPV4.and(Field.IP_TTL, 64), "ip,nw_ttl=64");
    field(Field.IP_FRAG, "NXM_NX_IP_FRAG", IPV4.and(Field.IP_FRAG, 3), "ip,ip_frag=later");
    var label = IPV6.and(Field.IPV6_LABEL, 0xabcde);
    field(Field.IPV6_LABEL, "NXM_NX_IPV6_LABEL", label, "ipv6,ipv6_label=0xabcde");
  }

  private void transport() {
    var tcp = IPV4.and(Field.IP_PROTO, 6);
    var udp = IPV4.and(Field.IP_PROTO, 17);
    var sctp = IPV4.and(Field.IP_PROTO, 132);
    field(Field.TCP_SRC, "NXM_OF_TCP_SRC", tcp.and(Field.TCP_SRC, 1000), "tcp,tcp_src=1000");
    field(Field.TCP_DST, "NXM_OF_TCP_DST", tcp.and(Field.TCP_DST, 80), "tcp,tcp_dst=80");
    var flags = tcp.and(Field.TCP_FLAGS, 0x012);
    field(Field.TCP_FLAGS, "NXM_NX_TCP_FLAGS", flags, "tcp,tcp_flags=0x012");
    field(Field.UDP_SRC, "NXM_OF_UDP_SRC", udp.and(Field.UDP_SRC, 1001), "udp,udp_src=1001");
    field(Field.UDP_DST, "NXM_OF_UDP_DST", udp.and(Field.UDP_DST, 53), "udp,udp_dst=53");
    field(Field.SCTP_SRC, "OXM_OF_SCTP_SRC", sctp.and(Field.SCTP_SRC, 9), "sctp,sctp_src=9");
    field(Field.SCTP_DST, "OXM_OF_SCTP_DST", sctp.and(Field.SCTP_DST, 8), "sctp,sctp_dst=8");
    var icmp6 = IPV6.and(Field.IP_PROTO, 58);
    var echo = icmp6.and(Field.ICMPV6_TYPE, 128);
    field(Field.ICMPV6_TYPE, "NXM_NX_ICMPV6_TYPE", echo, "icmp6,icmp_type=128");
    var unreachable = icmp6.and(Field.ICMPV6_TYPE, 1).and(Field.ICMPV6_CODE, 4);
    var words = "icmp6,icmp_type=1,icmp_code=4";
    field(Field.ICMPV6_CODE, "NXM_NX_ICMPV6_CODE", unreachable, words);
    var solicitation = icmp6.and(Field.ICMPV6_TYPE, 135).and(Field.ICMPV6_CODE, 0);
    var asked = solicitation.and(Field.ND_TARGET, ADDRESS6);
    var asking = "icmp6,icmp_type=135,icmp_code=0,";
    var target = asking + "nd_target=2001:db8::1122:3344:5566:7788";
    field(Field.ND_TARGET, "NXM_NX_ND_TARGET", asked, target);
    var source = solicitation.and(Field.ND_SLL, 5);
    field(Field.ND_SLL, "NXM_NX_ND_SLL", source, asking + "nd_sll=00:00:00:00:00:05");
    var advertisement = icmp6.and(Field.ICMPV6_TYPE, 136).and(Field.ICMPV6_CODE, 0);
    var answered = "icmp6,icmp_type=136,icmp_code=0,nd_tll=00:00:00:00:00:06";
    field(Field.ND_TLL, "NXM_NX_ND_TLL", advertisement.and(Field.ND_TLL, 6), answered);
    var router = solicitation.and(Field.ND_RESERVED, 0x80000000L);
    field(Field.ND_RESERVED, "nd_reserved", router, asking + "nd_reserved=0x80000000");
    var option = solicitation.and(Field.ND_OPTIONS_TYPE, 1);
    field(Field.ND_OPTIONS_TYPE, "nd_options_type", option, asking + "nd_options_type=1");
  }

  private void masked() {
    var part = Match.ALL.and(Field.DATAPATH, Bits.of(0x1200), Bits.of(0xff00));
    flow(part, "metadata=0x1200/0xff00,actions=drop");
    var ports = Match.ALL.and(Field.TUNNEL_PORTS, Bits.of(5), Bits.of(0xffff));
    flow(ports, "tun_metadata0=5/0xffff,actions=drop");
    flow(Match.ALL.and(Field.FLAGS, Bits.of(2), Bits.of(3)), "reg10=2/3,actions=drop");
    var vni = Match.ALL.and(Field.TUNNEL_ID, Bits.of(5), Bits.ones(24));
    flow(vni, "tun_id=5/0xffffff,actions=drop");
    var network = IPV4.and(Field.IPV4_DST, Bits.of(0x0a020000), Bits.of(0xffff0000L));
    flow(network, "ip,nw_dst=10.2.0.0/16,actions=drop");
    var odd = Bits.of(0xff00ff00L);
    var oddNetwork = IPV4.and(Field.IPV4_SRC, Bits.of(0x0a000200), odd);
    flow(oddNetwork, "ip,nw_src=10.0.2.0/255.0.255.0,actions=drop");
    var prefix = IPV6.and(Field.IPV6_SRC, PREFIX6, PREFIX6_MASK);
    flow(prefix, "ipv6,ipv6_src=2001:db8::/48,actions=drop");
    var low = IPV6.and(Field.IPV6_DST, Bits.of(0xff), Bits.of(0xff));
    flow(low, "ipv6,ipv6_dst=::ff/::ff,actions=drop");
    var senders = Match.arp().and(Field.ARP_SPA, Bits.of(0x0a000000), Bits.of(0xff000000L));
    flow(senders, "arp,arp_spa=10.0.0.0/8,actions=drop");
    var tagged = Match.ALL.and(Field.VLAN_TCI, Bits.of(0x1000), Bits.of(0x1000));
    flow(tagged, "vlan_tci=0x1000/0x1000,actions=drop");
    var later = IPV4.and(Field.IP_FRAG, Bits.of(2), Bits.of(2));
    flow(later, "ip,ip_frag=later,actions=drop");
    var range = IPV4.and(Field.IP_PROTO, 6).and(Field.TCP_DST, Bits.of(0x400), Bits.of(0xfc00));
    flow(range, "tcp,tcp_dst=0x400/0xfc00,actions=drop");
    var connects = IPV4.and(Field.IP_PROTO, 6).and(Field.TCP_FLAGS, Bits.of(2), Bits.of(0x12));
    flow(connects, "tcp,tcp_flags=0x2/0x12,actions=drop");
  }

  @BeforeEach
  void write() {
    surroundings();
    headers();
    ipHeaders();
    transport();
    masked();
    assertEquals(EnumSet.allOf(Field.class), fields.keySet(), "each field has a sample");
  }

  @Test
  void openVswitchReadsWhatWasMeant() {
    try (var ours = host(1);
        var theirs = host(2)) {
      assertEquals(List.of(), ours.openflow(messages));
      words.forEach(flow -> theirs.ofctl("add-flow", flow));
      assertEquals(String.join("\n", theirs.flows()), String.join("\n", ours.flows()));
      assertEquals(messages.size(), ours.count());
    }
  }

  private static OvsSwitch host(int number) {
    var host = OvsSwitch.start(number);
    host.ofctl("add-tlv-map", "{class=0x102,type=0x80,len=4}->tun_metadata0");
    return host;
  }

  /** What flows may not do with a field is just what Open vSwitch does not let them do. */
  @Test
  void openVswitchRefusesWhatWeRefuse() {
    try (var host = host(1)) {
      fields.forEach(
          (field, match) -> {
            var alone = only(field, match, field.all());
            assertEquals(Prerequisites.met(field, alone), takes(host, alone), field + " alone");
            var load = Action.load(field, 0, 1, 1);
            assertEquals(field.writable(), takes(host, match, load), "writing " + field);
            assertEquals(field.maskable(), takes(host, part(field, match)), "a part of " + field);
            assertTrue(Prerequisites.met(field, match), () -> field + " with " + match);
            for (var required : match.fields().keySet()) {
              var less = without(required, match);
              boolean met =
                  less.fields().keySet().stream().allMatch(f -> Prerequisites.met(f, less));
              assertEquals(met, takes(host, less), () -> match + " without " + required);
            }
          });
    }
  }

  private static Match only(Field field, Match match, Bits mask) {
    return Match.ALL.and(field, match.fields().get(field).value().and(mask), mask);
  }

  private static Match without(Field field, Match match) {
    var less = Match.ALL;
    for (var entry : match.fields().entrySet()) {
      if (entry.getKey() != field) {
        less = less.and(entry.getKey(), entry.getValue().value(), entry.getValue().mask());
      }
    }
    return less;
  }

  /** Of the field bit 0 alone. */
  private static Match part(Field field, Match match) {
    var one = match.fields().get(field).value().and(Bits.of(1));
    return without(field, match).and(field, one, Bits.of(1));
  }

  private static boolean takes(OvsSwitch host, Match match, Action... actions) {
    return host.openflow(List.of(message(1, match, actions))).isEmpty();
  }
}
