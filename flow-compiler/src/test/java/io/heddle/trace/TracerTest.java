package io.heddle.trace;

import static io.heddle.flow.Action.load;
import static io.heddle.flow.Action.output;
import static io.heddle.flow.Action.resubmit;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.compiler.Layer;
import io.heddle.compiler.Unit;
import io.heddle.compiler.UnitKey;
import io.heddle.flow.Action;
import io.heddle.flow.Action.Spec;
import io.heddle.flow.Bits;
import io.heddle.flow.Bounds;
import io.heddle.flow.Field;
import io.heddle.flow.Flag;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
import io.heddle.trace.Fabric.Host;
import io.heddle.trace.Fabric.Wire;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The interpreter's own rules, with flows written by hand. */
class TracerTest {
  private static final UUID HV1 = new UUID(0, 1);
  private static final UUID HV2 = new UUID(0, 2);
  private static final Packet FRAME = Packet.parse("eth 0a:01 > 0a:02");
  private static final int TO_HV1 = 100;
  private static final int TO_HV2 = 200;

  /** Two hosts with two interfaces each and a tunnel, each with its own flows. */
  private static Fabric fabric(String type, List<Flow> one, List<Flow> two) {
    var ports =
        Map.<Integer, Wire>of(1, new Wire.Interface("p1", "p1"), 2, new Wire.Interface("p2", "p2"));
    var hv1 = new java.util.HashMap<>(ports);
    hv1.put(TO_HV2, new Wire.Tunnel(type, HV2, TO_HV1));
    var hv2 = new java.util.HashMap<>(ports);
    hv2.put(TO_HV1, new Wire.Tunnel(type, HV1, TO_HV2));
    var unit = new UnitKey("Test", "by hand", new Layer.Pipeline());
    return new Fabric(
        List.of(new Host(HV1, "hv1", hv1), new Host(HV2, "hv2", hv2)),
        chassis -> List.of(new Unit(unit, chassis.equals(HV1) ? one : two)),
        uuid -> Optional.empty());
  }

  private static Trace send(Flow... flows) {
    return Tracer.trace(
        fabric("geneve", List.of(flows), List.of()), Learned.NOTHING, HV1, 1, FRAME);
  }

  private static List<Integer> ports(Trace trace) {
    return trace.deliveries().stream().map(Trace.Delivery::ofport).toList();
  }

  private static Flow first(Action... actions) {
    return Flow.of(Table.PHYSICAL_IN, 1, Match.ALL, actions);
  }

  @Test
  void theHighestPriorityWins() {
    var trace =
        send(
            first(output(1)),
            Flow.of(Table.PHYSICAL_IN, 7, Match.of(Field.IN_PORT, 1), output(2)),
            Flow.of(Table.PHYSICAL_IN, 9, Match.of(Field.IN_PORT, 2)));
    assertEquals(List.of(2), ports(trace));
  }

  @Test
  void twoFlowsOfOnePriorityAreAmbiguousUnlessTheyDoTheSame() {
    var trace = send(first(output(2)), Flow.of(Table.PHYSICAL_IN, 1, Match.of(Field.IN_PORT, 1)));
    assertEquals(1, trace.ambiguities().size());
    var same =
        send(
            first(output(2)), Flow.of(Table.PHYSICAL_IN, 1, Match.of(Field.IN_PORT, 1), output(2)));
    assertEquals(List.of(), same.ambiguities());
    assertEquals(List.of(2), ports(same));
  }

  @Test
  void nothingGoesBackToItsPortUntilThatIsForgotten() {
    assertEquals(List.of(2), ports(send(first(output(1), output(2)))));
    assertEquals(List.of(1), ports(send(first(load(Field.IN_PORT_REGISTER, 0), output(1)))));
    assertEquals(List.of(1), ports(send(first(load(Field.IN_PORT_REGISTER, 2), output(1)))));
    assertEquals(List.of(), ports(send(first(load(Field.IN_PORT_REGISTER, 2), output(2)))));
    var drop = send(first(output(1))).drops().get(0);
    assertEquals("it came from there", drop.why());
  }

  @Test
  void resubmitKeepsWhatItChangedAndCloneDoesNot() {
    var set = Flow.of(Table.TUNNEL_IN, 1, Match.ALL, load(Field.DATAPATH, 5));
    var at5 = Flow.of(Table.LOCATE, 1, Match.ALL.and(Field.DATAPATH, 5), output(2));
    assertEquals(
        List.of(2), ports(send(first(resubmit(Table.TUNNEL_IN)).then(Table.LOCATE), set, at5)));
    assertEquals(
        List.of(),
        ports(send(first(Action.clone(resubmit(Table.TUNNEL_IN))).then(Table.LOCATE), set, at5)));
    var rewritten = load(Field.ETH_DST, 9);
    var trace = send(first(Action.clone(rewritten, output(2)), output(2)));
    assertEquals(
        "eth 0a:00:00:00:00:01 > 00:00:00:00:00:09", trace.deliveries().get(0).packet() + "");
    assertEquals(FRAME, trace.deliveries().get(1).packet());
  }

  @Test
  void aMissAfterGotoDropsAndAMissInResubmitDoesNot() {
    var goneOn = send(first().then(Table.LOCATE)).drops().get(0);
    assertEquals(Optional.of(Table.LOCATE), goneOn.table());
    assertEquals("no flow matched", goneOn.why());
    assertEquals(List.of(2), ports(send(first(resubmit(Table.LOCATE), output(2)))));
  }

  @Test
  void movesTakeTheNamedBits() {
    var trace =
        send(
            first(
                    load(Field.OUTPORT, 0x12345678),
                    new Action.Move(Field.OUTPORT, 8, Field.INPORT, 4, 8))
                .then(Table.SWITCH_IN_LEARN),
            Flow.of(Table.SWITCH_IN_LEARN, 1, Match.of(Field.INPORT, 0x560), output(2)));
    assertEquals(List.of(2), ports(trace));
  }

  @Test
  void tunnelsCarryTheKeyAndOnlyGeneveThePorts() {
    var out = first(load(Field.TUNNEL_ID, 0x1234567), load(Field.TUNNEL_PORTS, 7), output(TO_HV2));
    var in =
        List.of(
            first(
                    Action.move(Field.TUNNEL_ID, Field.DATAPATH),
                    Action.move(Field.TUNNEL_PORTS, Field.INPORT))
                .then(Table.TUNNEL_IN),
            Flow.of(
                Table.TUNNEL_IN,
                2,
                Match.of(Field.DATAPATH, 0x234567).and(Field.INPORT, 7),
                output(1)),
            Flow.of(
                Table.TUNNEL_IN,
                1,
                Match.of(Field.DATAPATH, 0x234567).and(Field.INPORT, 0),
                output(2)));
    var learned = Learned.NOTHING;
    var geneve = Tracer.trace(fabric("geneve", List.of(out), in), learned, HV1, 1, FRAME);
    assertEquals(List.of(1), ports(geneve));
    assertEquals("hv2", geneve.deliveries().get(0).host().name());
    assertEquals(TO_HV1, geneve.hops().get(1).ofport());
    var vxlan = Tracer.trace(fabric("vxlan", List.of(out), in), learned, HV1, 1, FRAME);
    assertEquals(List.of(2), ports(vxlan));
  }

  @Test
  void aFlowLearnedFromOnePacketIsThereForTheNext() {
    var learn =
        new Action.Learn(
            Table.LEARNED,
            100,
            300,
            4096,
            List.of(
                new Spec.MatchField(Field.DATAPATH, Field.DATAPATH),
                new Spec.MatchField(Field.ETH_SRC, Field.ETH_DST),
                new Spec.LoadField(Field.IN_PORT, Field.OUTPORT)));
    var flows =
        List.of(
            first(learn, resubmit(Table.LEARNED)).then(Table.LOCATE),
            Flow.of(Table.LOCATE, 1, Match.of(Field.OUTPORT, 1), output(1)),
            Flow.of(Table.LOCATE, 1, Match.of(Field.OUTPORT, 0), output(2)));
    var fabric = fabric("geneve", flows, List.of());
    var itself = Packet.parse("eth 0a:01 > 0a:01");
    var one = Tracer.trace(fabric, Learned.NOTHING, HV1, 1, itself);
    assertEquals(List.of(2), ports(one), "a packet does not see what it taught");
    assertEquals(1, one.learned().of(HV1).size());
    assertEquals(0, one.learned().of(HV2).size());
    var back = Packet.parse("eth 0a:02 > 0a:01");
    var two = Tracer.trace(fabric, one.learned(), HV1, 2, back);
    assertEquals(List.of(1), ports(two));
    assertEquals(2, two.learned().of(HV1).size());
    var again = Tracer.trace(fabric, two.learned(), HV1, 1, itself);
    assertEquals(2, again.learned().of(HV1).size());
    var without = fabric("geneve", List.of(first(output(2))), List.of());
    assertEquals(0, two.learned().in(without).of(HV1).size());
    assertEquals(2, two.learned().in(fabric).of(HV1).size());
  }

  @Test
  void tooManyLookUpsLoseThePacket() {
    var to = Flow.of(Table.TUNNEL_IN, 1, Match.ALL);
    var enough = Collections.nCopies(Bounds.LOOKUPS, resubmit(Table.TUNNEL_IN));
    var within = new ArrayList<>(enough);
    within.add(output(2));
    assertEquals(List.of(2), ports(send(first(within.toArray(Action[]::new)), to)));
    var tooMany = Stream.concat(Stream.of(output(2), resubmit(Table.TUNNEL_IN)), enough.stream());
    var trace = send(first(tooMany.toArray(Action[]::new)), to);
    assertEquals(List.of(), ports(trace));
    assertTrue(trace.drops().get(0).why().contains("4096"), trace.drops().toString());
  }

  @Test
  void aCheckOfItsLengthCostsAPacketBothWays() {
    var check = new Action.CheckLarger(1000, Flag.TOO_LARGE);
    var measured = Flow.of(Table.ROUTER_OUT, 1, Match.ALL, check).then(Table.TUNNEL_OUT);
    var large = Flow.of(Table.TUNNEL_OUT, 2, Match.ALL.and(Flag.TOO_LARGE, true), output(1));
    var small = Flow.of(Table.TUNNEL_OUT, 1, Match.ALL).then(Table.DELIVER);
    var deliver = Flow.of(Table.DELIVER, 1, Match.ALL, output(2));
    var trace = send(first().then(Table.ROUTER_OUT), measured, large, small, deliver);
    assertEquals(List.of(2), ports(trace));
    assertEquals(new Effort(4, 0), trace.hops().get(0).effort());
  }

  @Test
  void entrancesMayLieWithinEachOtherToADepth() {
    var to = first().then(Table.ROUTER_IN_ROUTING);
    var entered = Flow.of(Table.ROUTER_IN_LOCAL, 1, Match.ALL).then(Table.ROUTER_IN_ROUTING);
    var flows = new ArrayList<>(List.of(to, entered));
    for (int n = 0; n < Bounds.DEPTH; n++) {
      flows.add(
          Flow.of(
              Table.ROUTER_IN_ROUTING,
              1,
              Match.of(Field.INPORT, n),
              load(Field.INPORT, n + 1),
              resubmit(Table.ROUTER_IN_LOCAL)));
    }
    int deepest = Bounds.DEPTH - 1;
    var last = Flow.of(Table.ROUTER_IN_ROUTING, 2, Match.of(Field.INPORT, deepest), output(2));
    var through = send(Stream.concat(flows.stream(), Stream.of(last)).toArray(Flow[]::new));
    assertEquals(List.of(2), ports(through));
    assertEquals(new Effort(1 + 2 * deepest, deepest), through.hops().get(0).effort());
    var tooDeep = send(flows.toArray(Flow[]::new));
    assertTrue(tooDeep.drops().get(0).why().contains("64 routers"), tooDeep.drops().toString());
  }

  @Test
  void aLoopBetweenHostsEnds() {
    var trace =
        Tracer.trace(
            fabric(
                "geneve",
                List.of(first(load(Field.IN_PORT_REGISTER, 0), output(TO_HV2))),
                List.of(first(load(Field.IN_PORT_REGISTER, 0), output(TO_HV1)))),
            Learned.NOTHING,
            HV1,
            1,
            FRAME);
    assertEquals(Tracer.HOPS + 1, trace.hops().size());
    assertTrue(trace.drops().get(0).why().contains("hosts"));
  }

  @Test
  void aPortThatIsNotThereLosesThePacket() {
    assertEquals("there is no port 77", send(first(output(77))).drops().get(0).why());
  }

  @Test
  void hopsAreCountedDownToTheLast() {
    var dec = first(Action.decTtl(), output(2)).then(Table.LOCATE);
    var later = Flow.of(Table.LOCATE, 1, Match.ALL, output(2));
    var trace = trace("eth 0a:01 > 0a:02 ip 10.0.0.1 > 10.0.0.2 ttl 2 udp 1 > 2", dec);
    var expected = Packet.parse("eth 0a:01 > 0a:02 ip 10.0.0.1 > 10.0.0.2 ttl 1 udp 1 > 2");
    assertEquals(expected, trace.deliveries().get(0).packet());
    var last = trace("eth 0a:01 > 0a:02 ip6 fd00::1 > fd00::2 hops 1 udp 1 > 2", dec, later);
    assertEquals(List.of(), ports(last));
    assertEquals("its TTL is at its end", last.drops().get(0).why());
    var copied = first(Action.clone(Action.decTtl(), output(1)), output(2));
    assertEquals(
        List.of(2),
        ports(trace("eth 0a:01 > 0a:02 ip 10.0.0.1 > 10.0.0.2 ttl 1 udp 1 > 2", copied)));
    assertEquals(List.of(2), ports(send(first(Action.decTtl(), output(2)))), "not IP");
  }

  private static Trace trace(String packet, Flow... flows) {
    var fabric = fabric("geneve", List.of(flows), List.of());
    return Tracer.trace(fabric, Learned.NOTHING, HV1, 1, Packet.parse(packet));
  }

  @Test
  void whatIsHandedToTheControllerIsNotLost() {
    var punt = Action.punt(Punt.NEIGHBOUR_HEARD_ARP);
    var enter = first(load(Field.DATAPATH, 5), load(Field.ETH_DST, 7)).then(Table.LOCATE);
    var trace = send(enter, Flow.of(Table.LOCATE, 1, Match.ALL, punt));
    assertEquals(List.of(), trace.drops());
    var handover = trace.handovers().get(0);
    assertEquals("hv1", handover.host().name());
    assertEquals(Bits.of(5), handover.registers().get(Field.DATAPATH));
    var text = TraceText.verdict(fabric("geneve", List.of(), List.of()), trace);
    assertEquals(
        "hv1 to controller NEIGHBOUR_HEARD_ARP: eth 0a:00:00:00:00:01 > 00:00:00:00:00:07", text);
    var copied = Flow.of(Table.LOCATE, 1, Match.ALL, Action.clone(punt), output(2));
    var both = send(first().then(Table.LOCATE), copied);
    assertEquals(List.of(2), ports(both));
    assertEquals(FRAME, both.handovers().get(0).packet());
  }

  @Test
  void whatTheControllerGivesBeginsInTheMidst() {
    var at = Match.of(Field.DATAPATH, 5).and(Field.OUTPORT, 3);
    var flows =
        List.of(
            first(output(1)),
            Flow.of(Table.LOCATE, 1, at, load(Field.TUNNEL_ID, 5), output(TO_HV2), output(2)));
    var there = List.of(first(output(1)));
    var fabric = fabric("geneve", flows, there);
    Map<Field, Bits> registers = Map.of(Field.DATAPATH, Bits.of(5), Field.OUTPORT, Bits.of(3));
    var trace = Tracer.trace(fabric, Learned.NOTHING, HV1, Table.LOCATE, registers, FRAME);
    assertEquals(List.of(2, 1), ports(trace));
    assertEquals("hv2", trace.deliveries().get(1).host().name());
    assertTrue(TraceText.of(fabric, trace).startsWith("hv1 from the controller"));
  }

  @Test
  void theTextTellsAll() {
    var fabric =
        fabric(
            "geneve",
            List.of(first(load(Field.TUNNEL_ID, 3), output(TO_HV2))),
            List.of(first(resubmit(Table.LEARNED)).then(Table.LOCATE)));
    var trace = Tracer.trace(fabric, Learned.NOTHING, HV1, 1, FRAME);
    var expected =
        """
        hv1 p1, in_port=1: eth 0a:00:00:00:00:01 > 0a:00:00:00:00:02
          PHYSICAL_IN 1   # Test/by hand
            load:0x3->tun_id[0..63]
            output by geneve to hv2
        hv2 by geneve from hv1, tun_id=0x3, tun_metadata0=0x0, in_port=100: eth 0a:00:00:00:00:01 > 0a:00:00:00:00:02
          PHYSICAL_IN 1   # Test/by hand
            resubmit LEARNED
              LEARNED no flow matched in_port=0x64,tun_id=0x3
          LOCATE no flow matched in_port=0x64,tun_id=0x3
        dropped at hv2 LOCATE (no flow matched)
        """;
    assertEquals(expected, TraceText.of(fabric, trace));
  }
}
