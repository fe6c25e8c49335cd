package io.heddle.packets;

import static io.heddle.flow.Action.load;
import static io.heddle.flow.Action.output;
import static io.heddle.flow.Action.resubmit;
import static io.heddle.flow.Action.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Flag;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Flows that do well or badly by registers. */
class LivenessTest {
  private static final Match OUT = Match.of(Field.OUTPORT, 5);
  private static final Flow OUTPUT = Flow.of(Table.PHYSICAL_OUT, 1, OUT, output(1));
  private static final Action OUTPORT = load(Field.OUTPORT, 5);

  private static RegisterUse check(Flow... flows) {
    var use = new RegisterUse();
    Liveness.check(List.of(flows), use);
    return use;
  }

  private static void refused(Flow... flows) {
    assertThrows(AssertionError.class, () -> check(flows));
  }

  private static Flow enter(Table next, Action... actions) {
    return Flow.of(Table.PHYSICAL_IN, 1, Match.ALL, actions).then(next);
  }

  @Test
  void whatIsReadWasWritten() {
    refused(enter(Table.PHYSICAL_OUT), OUTPUT);
    check(enter(Table.PHYSICAL_OUT, OUTPORT), OUTPUT);
    refused(enter(Table.PHYSICAL_OUT, Action.clone(OUTPORT)), OUTPUT);
    check(enter(Table.DELIVER, Action.clone(OUTPORT, resubmit(Table.PHYSICAL_OUT))), OUTPUT);
    refused(
        enter(Table.TRANSMIT),
        Flow.of(Table.TRANSMIT, 1, Match.ALL, Action.move(Field.DATAPATH, Field.TUNNEL_ID)));
  }

  @Test
  void onEveryWayThereIs() {
    var some = Match.of(Field.ETH_DST, 7);
    var lookup = Flow.of(Table.SWITCH_IN_LOOKUP, 2, some, OUTPORT).then(Table.PHYSICAL_OUT);
    var enter = enter(Table.SWITCH_IN_LOOKUP, load(Field.DATAPATH, 1));
    check(enter, lookup, OUTPUT);
    var others = Flow.of(Table.SWITCH_IN_LOOKUP, 1, Match.ALL).then(Table.PHYSICAL_OUT);
    refused(enter, lookup, others, OUTPUT);
    var lower = Flow.of(Table.SWITCH_IN_LOOKUP, 0, Match.ALL).then(Table.PHYSICAL_OUT);
    var hiding = Flow.of(Table.SWITCH_IN_LOOKUP, 1, Match.ALL);
    check(enter, lookup, hiding, lower, OUTPUT);
  }

  @Test
  void wherePacketsGoByTheirRegistersCounts() {
    var onward = Flow.of(Table.SWITCH_IN_UNKNOWN, 1, Match.ALL).then(Table.PHYSICAL_OUT);
    var unknown = Flow.of(Table.SWITCH_IN_UNKNOWN, 2, Match.of(Field.OUTPORT, 0));
    var enter = enter(Table.SWITCH_IN_UNKNOWN);
    check(enter, unknown, onward, OUTPUT);
    refused(enter, onward, OUTPUT);
    var flagged = Match.ALL.and(Flag.FROM_TUNNEL, true);
    var drop = Flow.of(Table.TUNNEL_IN, 2, flagged);
    var deliver = Flow.of(Table.TUNNEL_IN, 1, Match.ALL).then(Table.PHYSICAL_OUT);
    check(enter(Table.TUNNEL_IN, set(Flag.FROM_TUNNEL)), drop, deliver, OUTPUT);
    refused(enter(Table.TUNNEL_IN, set(Flag.LOOK_UP_AGAIN)), drop, deliver, OUTPUT);
  }

  @Test
  void whatWasLearnedWritesToo() {
    var learn =
        new Action.Learn(
            Table.LEARNED,
            1,
            1,
            1,
            List.of(
                new Action.Spec.MatchField(Field.ETH_SRC, Field.ETH_DST),
                new Action.Spec.LoadValue(Bits.of(5), Field.OUTPORT)));
    var enter = enter(Table.SWITCH_IN_UNKNOWN, learn, resubmit(Table.LEARNED));
    var read = Flow.of(Table.SWITCH_IN_UNKNOWN, 1, OUT);
    assertEquals(List.of(), check(enter, read).faults());
  }

  @Test
  void registersThatNobodyWritesOrReadsAreTold() {
    var faults = new ArrayList<String>();
    faults.addAll(check(enter(Table.DELIVER, OUTPORT)).faults());
    var flagged = Match.ALL.and(Flag.FROM_TUNNEL, true);
    faults.addAll(check(enter(Table.LOCATE), Flow.of(Table.LOCATE, 1, flagged)).faults());
    // Written over before anybody looked.
    var again = Flow.of(Table.TUNNEL_IN, 1, Match.ALL, OUTPORT).then(Table.PHYSICAL_OUT);
    faults.addAll(check(enter(Table.TUNNEL_IN, OUTPORT), again, OUTPUT).faults());
    assertEquals(
        List.of(
            "nobody reads what is written to OUTPORT in PHYSICAL_IN",
            "nobody writes what is read from FROM_TUNNEL in LOCATE",
            "nobody reads what is written to OUTPORT in PHYSICAL_IN"),
        faults);
    assertEquals(Set.of(), Set.copyOf(check(enter(Table.PHYSICAL_OUT, OUTPORT), OUTPUT).faults()));
  }
}
