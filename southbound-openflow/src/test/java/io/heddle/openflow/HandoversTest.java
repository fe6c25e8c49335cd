package io.heddle.openflow;

import static io.heddle.model.Eventually.becomes;
import static io.heddle.model.Eventually.eventually;
import static io.heddle.openflow.TablePlans.unit;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.answer.Answers;
import io.heddle.answer.Injection;
import io.heddle.answer.Punted;
import io.heddle.answer.PuntedPacket;
import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Meter;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
import io.heddle.model.Eventually;
import io.heddle.trace.Packet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Packets that real switches hand over, and what goes back to them. */
class HandoversTest {
  private static final Packet PROBE =
      Packet.parse("eth 0a:01 > 0a:fe ip 10.0.0.1 > 10.9.0.7 ttl 1 udp 1 > 33434 \"hops\"");
  private static final Bits ADDRESS6 = new Bits(0xfd00_0000_0000_0001L, 0xfe);
  private static final long ROUTER = 0x1_0000_0009L;

  /** Packets that come at once through all queues of Open vSwitch. */
  private static final int FEW = OvsSwitch.PORT_HOLDS / 4;

  private record Handed(UUID chassis, PuntedPacket packet) {}

  private final BlockingQueue<Handed> handed = new LinkedBlockingQueue<>();

  private void keep(UUID chassis, PuntedPacket packet) {
    handed.add(new Handed(chassis, packet));
  }

  private PuntedPacket next() throws InterruptedException {
    var next = handed.poll(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    assertTrue(next != null, "nothing was handed over");
    return next.packet();
  }

  /** A port of a router whose addresses are 10.0.0.254 and fd00:0:0:1::fe. */
  private static List<Flow> entering(int port, Action... then) {
    var enter =
        Flow.of(
                Table.PHYSICAL_IN,
                1,
                Match.of(Field.IN_PORT, port),
                Action.load(Field.DATAPATH, ROUTER),
                Action.load(Field.INPORT, port))
            .then(Table.ROUTER_IN_LOCAL);
    var actions = new ArrayList<>(List.of(Action.load(Field.NEXTHOP_IPV4, 0x0a0000fe)));
    actions.addAll(Action.loadWide(Field.NEXTHOP_IPV6, ADDRESS6));
    actions.addAll(List.of(then));
    var match = Match.of(Field.DATAPATH, ROUTER).and(Field.INPORT, port);
    return List.of(enter, Flow.of(Table.ROUTER_IN_LOCAL, 1, match, actions));
  }

  /** What is injected into the routing table's place leaves by port 2, if it knows where it is. */
  private static Flow routed() {
    return Flow.of(
        Table.SWITCH_IN_LEARN,
        1,
        Match.of(Field.DATAPATH, ROUTER).and(Field.INPORT, 1),
        Action.output(2));
  }

  @Test
  void aProbesAnswerComesBackThroughTheSwitch() throws Exception {
    var answers = new Answers(Table.SWITCH_IN_LEARN, Punted.NOTHING);
    Punted both =
        (chassis, packet, back) -> {
          keep(chassis, packet);
          answers.punted(chassis, packet, back);
        };
    try (var host = OvsSwitch.start(0x2001);
        var controller = new Controller(Controller.QUICK, both)) {
      host.dummyPort("p1", 1);
      host.dummyPort("p2", 2);
      host.connect(controller.port());
      var chassis = controller.chassis("hv1", host);
      controller.install(
          chassis,
          unit("in", entering(1, Action.punt(Punt.ICMPV4_TIME_EXCEEDED))),
          unit("out", routed()));
      host.receive("p1", PROBE.hex());
      var packet = next();
      assertEquals(new Action.Punt(Punt.ICMPV4_TIME_EXCEEDED), packet.why());
      assertEquals(PROBE, packet.packet());
      assertEquals(
          Map.of(
              Field.DATAPATH,
              Bits.of(ROUTER),
              Field.INPORT,
              Bits.of(1),
              Field.NEXTHOP_IPV4,
              Bits.of(0x0a0000fe),
              Field.NEXTHOP_IPV6,
              ADDRESS6),
          packet.registers());
      var expected = answers.answer(packet).orElseThrow().packet();
      becomes(List.of(expected.hex()), () -> host.sent("p2"));
      eventually(
          "it is counted",
          () -> counts(controller, chassis).taken().equals(Map.of(Punt.ICMPV4_TIME_EXCEEDED, 1L)));
      assertEquals(List.of(), controller.problems.list());
    }
  }

  private static PuntCounts counts(Controller controller, UUID chassis) {
    return controller.state(chassis).orElseThrow().punts();
  }

  @Test
  void allOfTheRegistersComeBack() throws Exception {
    Map<Field, Bits> registers =
        Map.of(
            Field.DATAPATH, Bits.of(5),
            Field.INPORT, Bits.of(0xffff_ffffL),
            Field.NEXTHOP_IPV6, new Bits(-2, 0x8000_0000_0000_0001L));
    Punted there =
        (chassis, packet, back) -> {
          keep(chassis, packet);
          if (packet.why().reason() == Punt.ICMPV6_UNREACHABLE_NET) {
            back.inject(new Injection(packet.packet(), registers, Table.SWITCH_IN_LEARN));
          }
        };
    try (var host = OvsSwitch.start(0x2002);
        var controller = new Controller(Controller.QUICK, there)) {
      host.dummyPort("p1", 1);
      host.connect(controller.port());
      var noRoute = Action.punt(Punt.ICMPV6_UNREACHABLE_NET);
      controller.install(
          controller.chassis("hv1", host),
          unit("in", entering(1, Action.clone(noRoute))),
          unit(
              "again",
              Flow.of(
                  Table.SWITCH_IN_LEARN,
                  1,
                  Match.of(Field.DATAPATH, 5),
                  Action.punt(Punt.RESOLVE_IPV6))));
      host.receive("p1", PROBE.hex());
      assertEquals(noRoute, next().why());
      var again = next();
      assertEquals(new Action.Punt(Punt.RESOLVE_IPV6), again.why());
      assertEquals(registers, again.registers());
      assertEquals(PROBE, again.packet());
    }
  }

  /** The switch's clock stands still, so that its meters let a burst pass and no more. */
  @Test
  void aFloodIsCutToTheBurstOfItsOwnMeter() throws Exception {
    try (var host = OvsSwitch.start(0x2003);
        var controller = new Controller(Controller.QUICK, (c, packet, back) -> keep(c, packet))) {
      host.dummyPort("p1", 1);
      host.dummyPort("p2", 2);
      host.dummyPort("p3", 3);
      host.connect(controller.port());
      var chassis = controller.chassis("hv1", host);
      controller.install(
          chassis,
          unit("1", entering(1, Action.punt(Punt.ICMPV4_TIME_EXCEEDED), Action.output(3))),
          unit("2", entering(2, Action.punt(Punt.TCP_RESET))));
      host.appctl("time/stop");
      int burst = Meter.ICMPV4_ERRORS.burst();
      for (int through = 0; through < 3 * burst; ) {
        host.flood("p1", PROBE.hex(), FEW);
        through += FEW;
        becomes(through, () -> host.sent("p3").size());
      }
      host.receive("p2", PROBE.hex());
      eventually("the other meter lets it through", () -> handed.stream().anyMatch(reset()));
      Map<Punt, Long> reasons =
          handed.stream()
              .collect(
                  Collectors.groupingBy(h -> h.packet().why().reason(), Collectors.counting()));
      assertEquals(Map.of(Punt.ICMPV4_TIME_EXCEEDED, (long) burst, Punt.TCP_RESET, 1L), reasons);
    }
  }

  private static Predicate<Handed> reset() {
    return h -> h.packet().why().reason() == Punt.TCP_RESET;
  }

  private static Flow hearing(int port, long datapath) {
    return Flow.of(
        Table.PHYSICAL_IN,
        1,
        Match.of(Field.IN_PORT, port),
        Action.load(Field.DATAPATH, datapath),
        Action.resubmit(Table.ROUTER_IN_LOCAL),
        Action.output(3));
  }

  private static Flow heard(long datapath) {
    return Flow.of(
        Table.ROUTER_IN_LOCAL,
        1,
        Match.of(Field.DATAPATH, datapath),
        Action.punt(Punt.NEIGHBOUR_HEARD_ARP, Meter.share(datapath, 0)));
  }

  /** As before, but both ask the same. What was new to the plan has its meter as well. */
  @Test
  void oneDatapathsFloodCostsNoOtherItsShare() throws Exception {
    try (var host = OvsSwitch.start(0x2007);
        var controller = new Controller(Controller.QUICK, (c, packet, back) -> keep(c, packet))) {
      host.dummyPort("p1", 1);
      host.dummyPort("p2", 2);
      host.dummyPort("p3", 3);
      host.connect(controller.port());
      var chassis = controller.chassis("hv1", host);
      var first = unit("1", hearing(1, 1), heard(1));
      controller.install(chassis, first);
      controller.install(chassis, first, unit("2", hearing(2, 2), heard(2)));
      host.appctl("time/stop");
      int burst = Meter.HEARD_ARP.burst();
      for (int through = 0; through < 2 * burst; ) {
        host.flood("p2", PROBE.hex(), FEW);
        through += FEW;
        becomes(through, () -> host.sent("p3").size());
      }
      host.receive("p1", PROBE.hex());
      eventually("the other's is let through", () -> handed.stream().anyMatch(of(1)));
      assertEquals(burst, handed.stream().filter(of(2)).count());
    }
  }

  private static Predicate<Handed> of(long datapath) {
    return h -> h.packet().register(Field.DATAPATH).low() == datapath;
  }

  @Test
  void metersThatNoFlowNamesGo() {
    try (var host = OvsSwitch.start(0x2008);
        var controller = new Controller()) {
      host.connect(controller.port());
      var chassis = controller.chassis("hv1", host);
      controller.install(chassis, unit("1", heard(1)), unit("2", heard(2)));
      assertEquals(Meter.values().length + 2, host.meters().size());
      controller.install(chassis, unit("2", heard(2)));
      controller.restart();
      eventually("it is connected again", () -> controller.current(chassis));
      assertEquals(Meter.values().length + 1, host.meters().size());
    }
  }

  @Test
  void metersAreSetAgainHoweverTheyWere() {
    try (var host = OvsSwitch.start(0x2004);
        var controller = new Controller()) {
      host.connect(controller.port());
      var chassis = controller.chassis("hv1", host);
      controller.install(chassis, unit("x", routed()));
      var expected =
          Arrays.stream(Meter.values())
              .map(
                  m ->
                      "meter=%d pktps burst bands= type=drop rate=%d burst_size=%d"
                          .formatted(m.id(Meter.NOBODYS), m.rate(), m.burst()))
              .sorted()
              .toList();
      assertEquals(expected, host.meters());
      host.ofctl("mod-meter", "meter=1,pktps,burst,band=type=drop,rate=7,burst_size=7");
      host.ofctl("del-meter", "meter=2");
      controller.restart();
      eventually("it is connected again", () -> controller.current(chassis));
      assertEquals(expected, host.meters());
      assertEquals(List.of(), controller.problems.list());
    }
  }

  /** While one switch's packet is being answered, for ever, another's are answered as ever. */
  @Test
  void oneSwitchsFloodDelaysNobody() throws Exception {
    var stuck = new CountDownLatch(1);
    var entered = new CountDownLatch(1);
    Punted slow =
        (chassis, packet, back) -> {
          if (packet.why().reason() == Punt.RESOLVE_IPV4) {
            entered.countDown();
            await(stuck);
          }
          keep(chassis, packet);
        };
    try (var flooding = OvsSwitch.start(0x2005);
        var quiet = OvsSwitch.start(0x2006);
        var controller = new Controller(Controller.QUICK, slow)) {
      flooding.dummyPort("p1", 1);
      flooding.dummyPort("p2", 2);
      quiet.dummyPort("p1", 1);
      flooding.connect(controller.port());
      quiet.connect(controller.port());
      var one = controller.chassis("hv1", flooding);
      var two = controller.chassis("hv2", quiet);
      var flooded = unit("x", entering(1, Action.punt(Punt.RESOLVE_IPV4)));
      var other = unit("y", hearing(2, 2), heard(2));
      controller.install(one, flooded, other);
      controller.install(two, unit("x", entering(1, Action.punt(Punt.TCP_RESET))));
      flooding.ofctl("mod-meter", "meter=4,pktps,burst,band=type=drop,rate=9999,burst_size=9999");
      long flood = 0;
      while (flood < 2 * Handovers.MOST_WAITING) {
        flooding.flood("p1", PROBE.hex(), FEW);
        flood += FEW;
        becomes(flood, () -> total(controller, one));
      }
      assertTrue(entered.await(Eventually.PATIENCE.toSeconds(), TimeUnit.SECONDS));
      // Of another datapath of the flooding switch there is room for some, and it is the next.
      flooding.receive("p2", PROBE.hex());
      becomes(flood + 1, () -> total(controller, one));
      quiet.receive("p1", PROBE.hex());
      assertEquals(Punt.TCP_RESET, next().why().reason());
      // The flooding switch itself goes on as well: it answers, and takes flows.
      controller.install(one, flooded, unit("z", routed()));
      becomes(flood + 1, () -> total(controller, one));
      assertEquals(
          Handovers.MOST_WAITING + 1,
          counts(controller, one).taken().values().stream().mapToLong(n -> n).sum());
      stuck.countDown();
      eventually("what waited is answered", () -> handed.size() == Handovers.MOST_WAITING + 1);
      var order = handed.stream().map(h -> h.packet().why().reason()).limit(3).toList();
      assertTrue(order.contains(Punt.NEIGHBOUR_HEARD_ARP), order::toString);
    }
  }

  private static long total(Controller controller, UUID chassis) {
    var counts = counts(controller, chassis);
    return counts.dropped() + counts.taken().values().stream().mapToLong(n -> n).sum();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
