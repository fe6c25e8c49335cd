package io.heddle.openflow;

import static io.heddle.openflow.TablePlans.unit;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Flag;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What flows look like to Open vSwitch, compared with what ovs-ofctl makes of the same in words.
 */
class FlowBytesTest {
  /** A flow and how ovs-ofctl(8) writes it, without its cookie. */
  private record Sample(Flow flow, String words) {}

  private final List<Sample> samples = new ArrayList<>();

  private void sample(Table table, Match match, String words, Action... actions) {
    samples.add(new Sample(Flow.of(table, 100 + samples.size(), match, actions), words));
  }

  private void sample(Flow flow, String words) {
    samples.add(new Sample(flow, words));
  }

  private void matches() {
    sample(Table.PHYSICAL_IN, Match.of(Field.IN_PORT, 7), "in_port=7,actions=drop");
    var lookup = Table.SWITCH_IN_LOOKUP;
    var some = Match.of(Field.DATAPATH, 0x123456789abcdefL);
    sample(lookup, some, "metadata=0x123456789abcdef,actions=drop");
    var part = Match.ALL.and(Field.DATAPATH, Bits.of(0x1200), Bits.of(0xff00));
    sample(lookup, part, "metadata=0x1200/0xff00,actions=drop");
    sample(
        lookup, Match.of(Field.ETH_DST, 0x0a0000000001L), "dl_dst=0a:00:00:00:00:01,actions=drop");
    var group = Match.ALL.and(Field.ETH_DST, Bits.of(1L << 40), Bits.of(1L << 40));
    sample(lookup, group, "dl_dst=01:00:00:00:00:00/01:00:00:00:00:00,actions=drop");
    var admission = Table.SWITCH_IN_ADMISSION;
    sample(admission, Match.of(Field.INPORT, 9), "reg14=9,actions=drop");
    sample(admission, Match.of(Field.ETH_SRC, 1), "dl_src=00:00:00:00:00:01,actions=drop");
    sample(Table.TUNNEL_IN, Match.ALL.and(Flag.LOOK_UP_AGAIN, true), "reg10=2/2,actions=drop");
    sample(Table.TUNNEL_IN, Match.ALL.and(Flag.FROM_TUNNEL, false), "reg10=0/1,actions=drop");
    sample(Table.DELIVER, Match.of(Field.OUTPORT, 0x8000), "reg15=0x8000,actions=drop");
    sample(Table.TRANSMIT, Match.of(Field.CHASSIS, 16000), "reg13=16000,actions=drop");
    var arp = Match.arp().and(Field.ARP_OP, 1).and(Field.ARP_TPA, 0x0a000001);
    sample(Table.SWITCH_IN_NEIGHBOURS, arp, "arp,arp_op=1,arp_tpa=10.0.0.1,actions=drop");
    sample(
        Table.SWITCH_IN_NEIGHBOURS,
        Match.of(Field.ETH_TYPE, 0x86dd),
        "dl_type=0x86dd,actions=drop");
  }

  private void actions() {
    for (var field : List.of(Field.DATAPATH, Field.INPORT, Field.OUTPORT, Field.CHASSIS)) {
      sample(
          Table.PHYSICAL_IN,
          Match.ALL,
          "actions=load:0x7f->%s[]".formatted(nxm(field)),
          Action.load(field, 0x7f));
    }
    sample(
        Table.PHYSICAL_IN,
        Match.ALL,
        "actions=load:0x0->NXM_OF_IN_PORT[]",
        Action.load(Field.IN_PORT_REGISTER, 0));
    sample(
        Table.PHYSICAL_IN,
        Match.ALL,
        "actions=load:0x1->NXM_NX_REG10[1]",
        Action.set(Flag.LOOK_UP_AGAIN));
    sample(
        Table.TRANSMIT,
        Match.ALL,
        "actions=load:0xffffff->NXM_NX_TUN_ID[0..23],load:0x5->NXM_NX_TUN_METADATA0[16..30],"
            + "load:0x30001->NXM_NX_TUN_METADATA0[]",
        Action.load(Field.TUNNEL_ID, 0, 24, 0xffffff),
        Action.load(Field.TUNNEL_PORTS, 16, 15, 5),
        Action.load(Field.TUNNEL_PORTS, 0x30001));
    sample(
        Table.TRANSMIT,
        Match.ALL,
        "actions=move:NXM_NX_REG14[0..14]->NXM_NX_TUN_METADATA0[16..30],"
            + "move:OXM_OF_METADATA[0..23]->NXM_NX_TUN_ID[0..23],output:33000",
        new Action.Move(Field.INPORT, 0, Field.TUNNEL_PORTS, 16, 15),
        new Action.Move(Field.DATAPATH, 0, Field.TUNNEL_ID, 0, 24),
        Action.output(33000));
    sample(
        Flow.of(
                Table.SWITCH_IN_NEIGHBOURS,
                7,
                Match.arp().and(Field.ARP_OP, 1),
                Action.move(Field.ETH_SRC, Field.ETH_DST),
                Action.load(Field.ETH_SRC, 0x0a0000000001L),
                Action.load(Field.ARP_OP, 2),
                Action.move(Field.ARP_SHA, Field.ARP_THA),
                Action.load(Field.ARP_SHA, 0x0a0000000001L),
                Action.move(Field.ARP_SPA, Field.ARP_TPA),
                Action.load(Field.ARP_SPA, 0x0a000001),
                Action.load(Field.IN_PORT_REGISTER, 0))
            .then(Table.DELIVER),
        ("arp,arp_op=1,actions=move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[],"
                + "load:0xa0000000001->NXM_OF_ETH_SRC[],load:2->NXM_OF_ARP_OP[],"
                + "move:NXM_NX_ARP_SHA[]->NXM_NX_ARP_THA[],load:0xa0000000001->NXM_NX_ARP_SHA[],"
                + "move:NXM_OF_ARP_SPA[]->NXM_OF_ARP_TPA[],load:0xa000001->NXM_OF_ARP_SPA[],"
                + "load:0->NXM_OF_IN_PORT[],goto_table:%d")
            .formatted(Table.DELIVER.number()));
    sample(
        Table.DELIVER,
        Match.ALL,
        "actions=clone(load:0x1->NXM_NX_REG15[],resubmit(,%1$d)),resubmit(,%1$d)"
            .formatted(Table.PHYSICAL_OUT.number()),
        Action.clone(Action.load(Field.OUTPORT, 1), Action.resubmit(Table.PHYSICAL_OUT)),
        Action.resubmit(Table.PHYSICAL_OUT));
    sample(
        Table.TUNNEL_IN,
        Match.ALL,
        ("actions=learn(table=%d,hard_timeout=300,priority=50,delete_learned,limit=4096,"
                + "OXM_OF_METADATA[],NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],"
                + "load:NXM_NX_REG14[]->NXM_NX_REG15[],load:0x7fff->NXM_NX_REG13[])")
            .formatted(Table.LEARNED.number()),
        new Action.Learn(
            Table.LEARNED,
            50,
            300,
            4096,
            List.of(
                new Action.Spec.MatchField(Field.DATAPATH, Field.DATAPATH),
                new Action.Spec.MatchField(Field.ETH_SRC, Field.ETH_DST),
                new Action.Spec.LoadField(Field.INPORT, Field.OUTPORT),
                new Action.Spec.LoadValue(Bits.of(0x7fff), Field.CHASSIS))));
    sample(Flow.of(Table.SWITCH_IN_LEARN, 0, Match.ALL).then(Table.LOCATE), gotoLocate());
    sample(Table.PHYSICAL_OUT, Match.ALL, "actions=output:1", Action.output(1));
    sample(
        Table.ROUTER_IN_ROUTING,
        Match.ALL,
        "actions=multipath(symmetric_l3l4+udp,0,hrw,5,0,NXM_NX_REG7[])",
        new Action.Multipath(5, Field.ECMP_MEMBER));
    var ip = Match.of(Field.ETH_TYPE, 0x0800);
    sample(
        Table.SWITCH_IN_NEIGHBOURS,
        ip,
        "ip,actions=dec_ttl,controller(userdata=%s,meter_id=1)"
            .formatted(hex("ICMPV4_TIME_EXCEEDED")),
        Action.decTtl(),
        Action.punt(Punt.ICMPV4_TIME_EXCEEDED));
    sample(
        Table.SWITCH_IN_NEIGHBOURS,
        ip,
        "ip,actions=clone(controller(userdata=%s,meter_id=2))"
            .formatted(hex("ICMPV6_PACKET_TOO_BIG")),
        Action.clone(Action.punt(Punt.ICMPV6_PACKET_TOO_BIG)));
    sample(
        Table.TRANSMIT,
        Match.ALL,
        "actions=check_pkt_larger(1456)->NXM_NX_REG10[2]",
        new Action.CheckLarger(1456, Flag.TOO_LARGE));
  }

  private static String hex(String text) {
    return HexFormat.ofDelimiter(".").formatHex(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String gotoLocate() {
    return "actions=goto_table:" + Table.LOCATE.number();
  }

  private static String nxm(Field field) {
    return field == Field.DATAPATH
        ? "OXM_OF_METADATA"
        : "NXM_NX_" + field.toString().toUpperCase(java.util.Locale.ROOT);
  }

  /** The words with the flow's own table, priority and cookie, which a learned flow gets too. */
  private static String complete(Sample sample) {
    var flow = sample.flow();
    var cookie = "cookie=0x" + Long.toHexString(flow.cookie());
    return cookie
        + (",table=" + flow.table().number() + ",priority=" + flow.priority() + ",")
        + sample.words().replace("delete_learned", "delete_learned," + cookie);
  }

  @Test
  void openVswitchReadsWhatWasMeant() {
    matches();
    actions();
    try (var ours = OvsSwitch.start(1);
        var theirs = OvsSwitch.start(2);
        var controller = new Controller()) {
      theirs.ofctl("add-tlv-map", "{class=0x102,type=0x80,len=4}->tun_metadata0");
      samples.forEach(s -> theirs.ofctl("add-flow", complete(s)));
      ours.connect(controller.port());
      controller.install(
          controller.chassis("hv1", ours),
          unit("all", samples.stream().map(Sample::flow).toList()));
      assertEquals(String.join("\n", theirs.flows()), String.join("\n", ours.flows()));
      assertEquals(samples.size(), ours.count());
      assertEquals(List.of(), controller.problems.list());
    }
  }

  @Test
  void aFlowLongerThanAMessageIsLeftOut() {
    var many = new ArrayList<Action>();
    for (int i = 0; i < 5_000; i++) {
      many.add(Action.output(1 + i));
    }
    var out = new Octets(16);
    out.u32(1);
    assertFalse(FlowBytes.add(out, Flow.of(Table.PHYSICAL_OUT, 1, Match.ALL, many)));
    assertEquals(4, out.size());
    var unit = unit("x", Flow.of(Table.PHYSICAL_OUT, 1, Match.ALL, many));
    assertEquals(true, UnitBytes.of(unit).tooLong(0));
  }

  @Test
  void aUnitIsEncodedOnce() {
    var encoder = new Encoder();
    var unit = unit("x", Flow.of(Table.PHYSICAL_OUT, 1, Match.ALL));
    assertEquals(encoder.encode(unit), encoder.encode(unit));
  }
}
