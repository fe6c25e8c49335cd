package io.heddle.openflow;

import static io.heddle.model.Eventually.eventually;
import static io.heddle.openflow.SynchronizingTest.flow;
import static io.heddle.openflow.SynchronizingTest.units;
import static io.heddle.openflow.TablePlans.unit;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.compiler.Unit;
import io.heddle.flow.Action;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Table;
import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.v1.LogicalSwitch;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a switch refuses is told of the row it comes from, and holds up nothing else. */
class RefusalTest {
  private OvsSwitch host;
  private Controller controller;
  private UUID chassis;

  @BeforeEach
  void start() {
    host = OvsSwitch.start(0x1002);
    controller = new Controller();
    chassis = controller.chassis("hv1", host);
    host.connect(controller.port());
  }

  @AfterEach
  void stop() {
    controller.close();
    host.close();
  }

  /** Open vSwitch refuses ports between its own numbers and the standard's reserved ones. */
  private static Flow refused(long mac) {
    return Flow.of(
        Table.SWITCH_IN_LOOKUP, 60, Match.of(Field.ETH_DST, mac), Action.output(0x00ff_0000));
  }

  private UUID logicalSwitch(String name) {
    var row = LogicalSwitch.newBuilder().setName(name).build();
    var outcome =
        (Outcome.Committed) controller.store.commit(Edit.transaction(Edit.put(row))).join();
    return UUID.fromString(outcome.receipt().getRows(0).getUuid());
  }

  private static List<Unit> with(List<Unit> units, Unit... more) {
    var all = new ArrayList<>(units);
    all.addAll(List.of(more));
    return all;
  }

  @Test
  void aRefusedFlowIsAProblemOfItsRowAndHoldsUpNothingElse() {
    var row = logicalSwitch("net1");
    controller.install(chassis, with(units(0, 20), unit(row, refused(1), flow(77))));
    assertEquals(21, host.count());
    eventually("it is told", () -> controller.hasProblem("net1", "BAD_OUT_PORT"));
    assertEquals(1, controller.problems.list().size());
    assertEquals(21, controller.state(chassis).orElseThrow().flows());
    controller.install(chassis, with(units(0, 30), unit(row, refused(1), flow(77))));
    assertTrue(controller.hasProblem("net1", "BAD_OUT_PORT"));
    controller.install(chassis, with(units(0, 30), unit(row, flow(78))));
    assertEquals(31, host.count());
    eventually("it is over", () -> controller.problems.list().isEmpty());
  }

  @Test
  void theFirstPlanMayHoldRefusedFlowsToo() {
    controller.install(chassis, with(units(0, 5), unit("x", refused(1)), unit("y", refused(2))));
    assertEquals(5, host.count());
    eventually("it is told", () -> controller.problems.list().size() == 2);
    controller.restart();
    eventually("the switch is back", () -> controller.current(chassis));
    assertEquals(5, host.count());
    eventually("it is told again", () -> controller.problems.list().size() == 2);
  }

  @Test
  void aFlowTooLongForAMessageIsAProblemToo() {
    var outputs = new ArrayList<Action>();
    for (int i = 0; i < 5_000; i++) {
      outputs.add(Action.output(1 + i % 100));
    }
    var huge = Flow.of(Table.DELIVER, 1, Match.ALL, outputs);
    controller.install(chassis, with(units(0, 5), unit("huge", huge)));
    assertEquals(5, host.count());
    eventually("it is told", () -> controller.hasProblem("huge", "longer than"));
    controller.install(chassis, units(0, 5));
    eventually("it is over", () -> controller.problems.list().isEmpty());
  }

  @Test
  void aTableThatIsFullHoldsUpOnlyWhatDoesNotFit() {
    host.vsctl(
        "--id=@full",
        "create",
        "Flow_Table",
        "flow_limit=10",
        "--",
        "set",
        "bridge",
        "br-int",
        "flow_tables:" + Table.SWITCH_IN_LOOKUP.number() + "=@full");
    controller.install(chassis, units(0, 12));
    assertEquals(10, host.count());
    assertEquals(10, controller.state(chassis).orElseThrow().flows());
    eventually("it is told", () -> controller.problems.list().size() == 2);
    assertTrue(controller.problems.list().get(0).message().contains("TABLE_FULL"));
  }

  @Test
  void aForeignMappingOfGeneveOptionsIsAProblem() {
    try (var other = OvsSwitch.start(0x1003)) {
      other.ofctl("add-tlv-map", "{class=0x103,type=0x80,len=4}->tun_metadata0");
      var second = controller.chassis("hv2", other);
      controller.plans.plan(second, units(0, 5));
      other.connect(controller.port());
      eventually("it is told", () -> controller.hasProblem("hv2", "mapped otherwise"));
      other.ofctl("del-tlv-map");
      eventually("it works", () -> controller.current(second));
      assertEquals(5, other.count());
    }
  }
}
