package io.heddle.model.ovn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.google.protobuf.Message;
import io.heddle.model.Edit;
import io.heddle.model.Edition;
import io.heddle.model.Outcome;
import io.heddle.model.Replay;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.Datum;
import io.heddle.model.relation.Operation;
import io.heddle.model.relation.OperationMessages;
import io.heddle.model.relation.OvsdbRow;
import io.heddle.v1.ClusterVersion;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Transaction;
import io.vavr.collection.HashMap;
import io.vavr.collection.TreeMap;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What OVN's schema has no place for, or has otherwise. */
class OvnViewTest {
  private static final Datum NO_TEXT = Datum.of(Atom.of(""));
  private static final Datum NO_FLAG = Datum.Atoms.EMPTY;

  private Snapshot snapshot = Snapshot.empty();

  private void commit(Transaction transaction) {
    var applied = Replay.apply(snapshot, transaction);
    assertFalse(applied.outcome() instanceof Outcome.Refused, () -> "" + applied.outcome());
    snapshot = applied.snapshot();
  }

  /** Gives columns of the only row of a table values. */
  private void update(String table, HashMap<String, Datum> columns) {
    run(new Operation.Update(table, List.of(), columns));
  }

  private void run(Operation... operations) {
    var ovsdb = OperationMessages.write(List.of(operations));
    var applied = Replay.apply(snapshot, Transaction.newBuilder().setOvsdb(ovsdb).build());
    assertInstanceOf(Outcome.Executed.class, applied.outcome());
    snapshot = applied.snapshot();
  }

  private OvsdbRow seen(String table) {
    return new OvnTables(snapshot).rows(table).iterator().next();
  }

  private <T extends Message> T row(Class<T> type) {
    Row row = snapshot.rows(type).values().iterator().next();
    return row.as(type);
  }

  private static Datum pairs(String... texts) {
    TreeMap<Atom, Atom> pairs = TreeMap.empty();
    for (int i = 0; i < texts.length; i += 2) {
      pairs = pairs.put(Atom.of(texts[i]), Atom.of(texts[i + 1]));
    }
    return new Datum.Pairs(pairs);
  }

  @Test
  void aFieldWithoutColumnIsAKeyOfOneThatThereIs() {
    var port =
        LogicalSwitchPort.newBuilder()
            .setName("one")
            .setLogicalSwitch("s")
            .setType("switch")
            .setPeer("two")
            .putOptions("colour", "blue");
    commit(
        Edit.transaction(
            Edit.put(LogicalSwitch.newBuilder().setName("s").build()), Edit.put(port.build())));
    assertEquals(
        pairs("colour", "blue", "peer", "two"), seen("Logical_Switch_Port").get("options"));

    update("Logical_Switch_Port", HashMap.of("options", pairs("peer", "three")));
    assertEquals("three", row(LogicalSwitchPort.class).getPeer());
    assertEquals(0, row(LogicalSwitchPort.class).getOptionsCount());

    var before = snapshot;
    update("Logical_Switch_Port", HashMap.of("options", pairs("colour", "red")));
    assertFalse(row(LogicalSwitchPort.class).hasPeer());
    assertEquals(pairs("colour", "red"), seen("Logical_Switch_Port").get("options"));

    // Who writes the field by another door changes the column.
    snapshot = before;
    var uuid = snapshot.rows(LogicalSwitchPort.class).values().iterator().next().uuid();
    var four = LogicalSwitchPort.newBuilder().setPeer("four").build();
    var applied = Replay.apply(snapshot, Edit.transaction(Edit.update(uuid, four, "peer")));
    var told = OvnChanges.of(snapshot, applied.snapshot(), applied.changes());
    assertEquals("options", told.get(0).columns().get(0).column());
  }

  @Test
  void aNewPortIsNotUpUnlessItsWriterSaysSo() {
    var version = ClusterVersion.newBuilder().setVersion(Edition.VERSION);
    commit(Edit.observation(Edit.put(version.build())));
    for (var up : List.of(NO_FLAG, Datum.of(Atom.of(true)), Datum.of(Atom.of(false)))) {
      var port = HashMap.of("name", Datum.of(Atom.of("p")), "up", up);
      var id = new UUID(1, 1);
      var of = HashMap.of("name", Datum.of(Atom.of("s")), "ports", Datum.of(Atom.of(id)));
      run(
          new Operation.Insert("Logical_Switch_Port", id, port),
          new Operation.Insert("Logical_Switch", new UUID(1, 2), of));
      var expected = up == NO_FLAG ? Datum.of(Atom.of(false)) : up;
      assertEquals(expected, seen("Logical_Switch_Port").get("up"));
      update("Logical_Switch_Port", HashMap.of("up", NO_FLAG));
      assertEquals(NO_FLAG, seen("Logical_Switch_Port").get("up"));
      run(new Operation.Delete("Logical_Switch", List.of()));
    }
  }

  @Test
  void whereOvnWantsAtLeastOneTextNoneIsTheEmptyOne() {
    var port =
        LogicalRouterPort.newBuilder()
            .setName("one")
            .setLogicalRouter("r")
            .setMac("0a:00:00:00:00:01")
            .setPeer("two");
    commit(
        Edit.transaction(
            Edit.put(LogicalRouter.newBuilder().setName("r").build()), Edit.put(port.build())));
    assertEquals(NO_TEXT, seen("Logical_Router_Port").get("networks"));

    update("Logical_Router_Port", HashMap.of("networks", Datum.of(Atom.of("10.0.0.1/24"))));
    assertEquals(List.of("10.0.0.1/24"), row(LogicalRouterPort.class).getNetworksList());
    update("Logical_Router_Port", HashMap.of("networks", NO_TEXT));
    assertEquals(List.of(), row(LogicalRouterPort.class).getNetworksList());
  }
}
