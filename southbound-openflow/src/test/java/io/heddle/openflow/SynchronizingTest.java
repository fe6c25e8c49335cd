package io.heddle.openflow;

import static io.heddle.model.Eventually.becomes;
import static io.heddle.model.Eventually.eventually;
import static io.heddle.openflow.TablePlans.unit;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.compiler.Unit;
import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Meter;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A switch gets its plan, all of it and nothing else, and keeps it through everything. */
class SynchronizingTest {
  private OvsSwitch host;
  private Controller controller;
  private UUID chassis;

  @BeforeEach
  void start() {
    host = OvsSwitch.start(0x1001);
    controller = new Controller();
    chassis = controller.chassis("hv1", host);
    host.connect(controller.port());
  }

  @AfterEach
  void stop() {
    controller.close();
    host.close();
  }

  static Flow flow(long mac) {
    return Flow.of(
        Table.SWITCH_IN_LOOKUP,
        50,
        Match.of(Field.DATAPATH, 1).and(Field.ETH_DST, mac),
        Action.load(Field.OUTPORT, mac & 0xffff));
  }

  static List<Unit> units(long from, long to) {
    return LongStream.range(from, to).mapToObj(i -> unit(i, flow(i))).toList();
  }

  /** "table cookie" of every flow of the units. */
  static Set<String> keys(List<Unit> units) {
    return units.stream()
        .flatMap(u -> u.flows().stream())
        .map(f -> f.table().number() + " " + Long.toHexString(f.cookie()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void theSwitchGetsThePlanAndEveryChange() {
    controller.install(chassis, units(0, 100));
    assertEquals(keys(units(0, 100)), host.born().keySet());
    controller.install(chassis, units(50, 150));
    assertEquals(keys(units(50, 150)), host.born().keySet());
    controller.install(chassis);
    assertEquals(Set.of(), host.born().keySet());
    var state = controller.state(chassis).orElseThrow();
    assertEquals(SwitchState.Role.MASTER, state.role());
    assertEquals(controller.plans.revision(), state.revision());
    assertEquals(host.datapathId(), state.datapathId().orElseThrow());
  }

  @Test
  void whatStaysIsNeverTouched() {
    controller.install(chassis, units(0, 50));
    var before = host.born();
    OvsSwitch.awaitAged(before);
    controller.install(chassis, units(10, 60));
    var after = host.born();
    assertEquals(keys(units(10, 60)), after.keySet());
    units(10, 50).forEach(u -> assertSameAge(before, after, keys(List.of(u)).iterator().next()));
    var added = after.get(keys(units(55, 56)).iterator().next());
    assertTrue(before.values().stream().noneMatch(added::meets), added::toString);
  }

  private static void assertSameAge(
      Map<String, Birth> before, Map<String, Birth> after, String key) {
    assertTrue(before.get(key).meets(after.get(key)), key + " was added anew");
  }

  @Test
  void aRestartOfTheControllerTouchesNothing() {
    controller.install(chassis, units(0, 50));
    var before = host.born();
    OvsSwitch.awaitAged(before);
    for (int i = 0; i < 3; i++) {
      controller.restart();
      eventually("the switch is back", () -> controller.current(chassis));
    }
    var after = host.born();
    assertEquals(before.keySet(), after.keySet());
    before.keySet().forEach(key -> assertSameAge(before, after, key));
    assertEquals(List.of(), controller.problems.list());
  }

  @Test
  void whatStrangersAddedGoesAtTheNextStart() {
    controller.install(chassis, units(0, 10));
    var ours = flow(3);
    var cookie = "cookie=0x" + Long.toHexString(ours.cookie());
    host.ofctl("add-flow", "table=3,priority=7,actions=drop");
    host.ofctl("add-flow", "cookie=0x77,table=200,priority=7,actions=output:1");
    host.ofctl("add-flow", cookie + ",table=9,priority=50,actions=drop");
    host.ofctl("add-flow", cookie + ",table=" + ours.table().number() + ",priority=9,actions=drop");
    host.ofctl(
        "del-flows",
        "cookie=0x%x/-1,table=%d".formatted(flow(5).cookie(), flow(5).table().number()));
    assertEquals(13, host.count());
    controller.restart();
    eventually("the switch is back", () -> controller.current(chassis));
    assertEquals(keys(units(0, 10)), host.born().keySet());
    assertEquals(10, host.count());
  }

  @Test
  void whatTheSwitchLearnedStays() {
    var learner =
        Flow.of(
            Table.SWITCH_IN_LEARN,
            10,
            Match.ALL,
            new Action.Learn(
                Table.LEARNED,
                50,
                300,
                4096,
                List.of(
                    new Action.Spec.MatchField(Field.ETH_SRC, Field.ETH_DST),
                    new Action.Spec.LoadValue(Bits.of(5), Field.OUTPORT))));
    var enter = Flow.of(Table.PHYSICAL_IN, 10, Match.ALL).then(Table.SWITCH_IN_LEARN);
    host.vsctl("add-port", "br-int", "p1", "--", "set", "Interface", "p1", "type=dummy");
    controller.install(chassis, unit("learner", enter, learner));
    host.appctl(
        "netdev-dummy/receive",
        "p1",
        "in_port(1),eth(src=0a:00:00:00:00:07,dst=0a:00:00:00:00:08)");
    eventually("a flow is learned", () -> host.count() == 3);
    controller.restart();
    eventually("the switch is back", () -> controller.current(chassis));
    assertEquals(3, host.count());
    controller.install(chassis, unit("learner", enter));
    becomes(1, host::count);
  }

  @Test
  void flowsThatSeveralUnitsHaveStayUntilTheLastIsGone() {
    controller.install(chassis, unit("a", flow(1), flow(2)), unit("b", flow(2), flow(3)));
    assertEquals(3, host.count());
    controller.install(chassis, unit("b", flow(2), flow(3)));
    assertEquals(keys(List.of(unit("b", flow(2), flow(3)))), host.born().keySet());
    controller.install(chassis, unit("b", flow(3)));
    assertEquals(keys(List.of(unit("b", flow(3)))), host.born().keySet());
  }

  @Test
  void aSwitchThatStartsAnewGetsAllAgain() {
    controller.install(chassis, units(0, 50));
    host.killVswitch();
    eventually("it is gone", () -> controller.progress.installed(chassis).isEmpty());
    long revision = controller.plans.plan(chassis, units(0, 60));
    host.startVswitch();
    becomes(OptionalLong.of(revision), () -> controller.progress.installed(chassis));
    assertEquals(keys(units(0, 60)), host.born().keySet());
  }

  @Test
  void driftIsRepairedWhereAskedFor() {
    try (var watchful = new Controller(Controller.QUICK.withResync(Duration.ofSeconds(1)))) {
      var other = watchful.chassis("hv1", host);
      host.connect(watchful.port());
      watchful.install(other, units(0, 10));
      host.ofctl("del-flows");
      host.ofctl("add-flow", "table=1,actions=drop");
      becomes(keys(units(0, 10)), () -> host.born().keySet());
      eventually(
          "that is told",
          () ->
              watchful
                  .state(other)
                  .flatMap(SwitchState::lastError)
                  .orElse("")
                  .contains("differed"));
    }
  }

  /** Flows whose meter went are made anew: to Open vSwitch they have none, whatever comes. */
  @Test
  void metersAreRepairedWhereAskedFor() {
    try (var watchful = new Controller(Controller.QUICK.withResync(Duration.ofSeconds(1)))) {
      var other = watchful.chassis("hv1", host);
      host.connect(watchful.port());
      var punt = new Action.Punt(Punt.NEIGHBOUR_HEARD_ARP, Meter.share(7, 1));
      watchful.install(
          other,
          unit("mute", flow(0)),
          unit("ear", Flow.of(Table.SWITCH_IN_NEIGHBOURS, 1, Match.ALL, punt)));
      var meters = host.meters();
      var born = host.born();
      OvsSwitch.awaitAged(born);
      host.ofctl("del-meters");
      becomes(meters, host::meters);
      eventually("one flow is new", () -> differing(born, host.born()) == 1);
      host.ofctl(
          "mod-meter",
          "meter=" + punt.meterId() + ",pktps,burst,band=type=drop,rate=7,burst_size=7");
      becomes(meters, host::meters);
    }
  }

  /** Flows that were made at other times. */
  private static long differing(Map<String, Birth> before, Map<String, Birth> after) {
    return after.entrySet().stream()
        .filter(e -> !before.containsKey(e.getKey()) || !before.get(e.getKey()).meets(e.getValue()))
        .count();
  }

  @Test
  void manyChangesInARowEndRight() {
    var random = new Random(7);
    var now = new ArrayList<Unit>();
    for (int i = 0; i < 300; i++) {
      var subject = random.nextInt(40);
      now.removeIf(u -> u.key().subject().equals(subject));
      if (random.nextInt(4) > 0) {
        var flows = random.longs(random.nextInt(30), 0, 200).mapToObj(SynchronizingTest::flow);
        now.add(unit(subject, flows.distinct().toList()));
      }
      controller.plans.plan(chassis, List.copyOf(now));
    }
    eventually("all is confirmed", () -> controller.current(chassis));
    assertEquals(keys(now), host.born().keySet());
    assertEquals(keys(now).size(), host.count());
    assertEquals(keys(now).size(), controller.state(chassis).orElseThrow().flows());
  }
}
