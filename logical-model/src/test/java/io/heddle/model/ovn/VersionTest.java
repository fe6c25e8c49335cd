package io.heddle.model.ovn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.heddle.model.Edit;
import io.heddle.model.Snapshot;
import io.heddle.model.StateMachine;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Of which changes {@code _version} tells. */
class VersionTest {
  private static final UUID SWITCH = new UUID(1, 0);

  private Snapshot snapshot = Snapshot.empty();

  /** Returns the version that the switch has then. */
  private UUID apply(Operation... operations) {
    snapshot = StateMachine.apply(snapshot, Edit.transaction(operations)).snapshot();
    return new OvnTables(snapshot).row("Logical_Switch", SWITCH).orElseThrow().version();
  }

  private static Operation port(long number, String name) {
    var port = LogicalSwitchPort.newBuilder().setName(name).setLogicalSwitch(SWITCH.toString());
    return Edit.put(new UUID(2, number), port.build());
  }

  private static Operation without(long number) {
    return Edit.delete(LogicalSwitchPort.class, new UUID(2, number));
  }

  @Test
  void itIsAnotherWhereOtherRowsBelongToARow() {
    var empty = apply(Edit.put(SWITCH, LogicalSwitch.newBuilder().setName("s").build()));
    var one = apply(port(1, "a"));
    assertNotEquals(empty, one);
    assertEquals(one, apply(port(1, "b")), "what belongs to it is still the same row");
    var other = apply(without(1), port(2, "a"));
    assertNotEquals(one, other, "as many as before, but another");
    assertNotEquals(other, apply(port(1, "b")));
    assertEquals(other, apply(without(1)));
    assertNotEquals(
        other, apply(Edit.put(SWITCH, LogicalSwitch.newBuilder().setName("t").build())));
  }
}
