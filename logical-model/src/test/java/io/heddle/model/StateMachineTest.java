package io.heddle.model;

import static io.heddle.model.Edit.delete;
import static io.heddle.model.Edit.put;
import static io.heddle.model.Edit.transaction;
import static io.heddle.model.Edit.update;
import static io.heddle.model.Rows.chassis;
import static io.heddle.model.Rows.port;
import static io.heddle.model.Rows.sw;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.FieldMask;
import io.heddle.v1.Chassis;
import io.heddle.v1.Encap;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import io.heddle.v1.PortBinding;
import io.heddle.v1.Put;
import io.heddle.v1.RowRef;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Rows, references, names and numbers. */
class StateMachineTest {
  private final Rows rows = new Rows();

  @Test
  void aPutMakesARowThenReplacesItByNameAndTheReceiptNamesIt() {
    var receipt = rows.commit(put(sw("s1")));
    assertEquals(1, receipt.getRevision());
    var row = rows.row(LogicalSwitch.class, "s1");
    assertEquals(row.uuid().toString(), receipt.getRows(0).getUuid());
    assertEquals("LogicalSwitch", receipt.getRows(0).getKind());
    assertEquals(1, receipt.getRows(0).getVersion());

    rows.commit(put(sw("s1").toBuilder().putExternalIds("a", "b").build()));
    var replaced = rows.row(LogicalSwitch.class, "s1");
    assertEquals(row.uuid(), replaced.uuid());
    assertEquals(1, replaced.created());
    assertEquals(2, replaced.version());
    assertEquals(
        List.of(new Change(replaced.kind(), row.uuid(), Optional.of(row), Optional.of(replaced))),
        rows.changes);
  }

  @Test
  void aTransactionOfManyRowsIsOneRevisionWhateverTheirOrder() {
    rows.commit(put(port("p1", "s1")), put(port("p2", "s1")), put(sw("s1")));
    assertEquals(1, rows.snapshot.revision());
    assertEquals(3, rows.changes.size());
    assertEquals(
        rows.uuid(LogicalSwitch.class, "s1").toString(), rows.port("p1").getLogicalSwitch());
  }

  @Test
  void whatChangesNothingKeepsTheRevisionAndTheVersions() {
    rows.commit(put(sw("s1")));
    var row = rows.row(LogicalSwitch.class, "s1");
    var receipt = rows.commit(put(sw("s1")));
    assertEquals(1, receipt.getRevision());
    assertEquals(1, receipt.getRows(0).getVersion());
    assertEquals(List.of(), rows.changes);
    assertEquals(row, rows.row(LogicalSwitch.class, "s1"));

    rows.commit(
        put(sw("s1").toBuilder().putExternalIds("a", "b").build()), put(row.uuid(), sw("s1")));
    assertEquals(1, rows.snapshot.revision(), "there and back again is no change");
    rows.commit(transaction());
    assertEquals(1, rows.snapshot.revision());
  }

  @Test
  void madeAndDeletedInOneTransactionLeavesNothing() {
    rows.commit(put(sw("s1")), delete(LogicalSwitch.class, "s1"));
    assertEquals(0, rows.snapshot.revision());
    assertTrue(rows.snapshot.rows(LogicalSwitch.class).isEmpty());
  }

  @Test
  void anUpdateWritesOnlyTheFieldsItNames() {
    rows.commit(
        put(sw("s1")),
        put(
            port("p1", "s1").toBuilder()
                .addAddresses("0a:00:00:00:00:01")
                .setEnabled(false)
                .build()));
    var uuid = rows.uuid(LogicalSwitchPort.class, "p1");
    rows.commit(
        update(
            uuid, LogicalSwitchPort.newBuilder().putExternalIds("a", "b").build(), "external_ids"));
    assertEquals(List.of("0a:00:00:00:00:01"), rows.port("p1").getAddressesList());
    assertFalse(rows.port("p1").getEnabled());
    assertEquals("b", rows.port("p1").getExternalIdsOrThrow("a"));
    rows.commit(update(uuid, LogicalSwitchPort.getDefaultInstance(), "enabled", "addresses"));
    assertFalse(rows.port("p1").hasEnabled(), "absent in the update is absent in the row");
    assertEquals(0, rows.port("p1").getAddressesCount());
  }

  @Test
  void anUpdateMustNameARowThatIsThereAndFieldsThatExist() {
    rows.commit(put(sw("s1")));
    var uuid = rows.uuid(LogicalSwitch.class, "s1");
    assertEquals("update_mask", rows.refuseOnce(update(uuid, sw("s1"), "nam")).field());
    assertTrue(
        rows.refuseOnce(update(UUID.randomUUID(), sw("s2"), "name")).message().contains("no such"));
    var nameless =
        Put.newBuilder()
            .setRow(Any.pack(sw("")))
            .setUpdateMask(FieldMask.newBuilder().addPaths("external_ids"));
    assertEquals("uuid", rows.refuseOnce(Operation.newBuilder().setPut(nameless).build()).field());
  }

  @Test
  void aRowMayComeWithItsUuid() {
    var uuid = UUID.fromString("00000000-0000-4000-8000-0000000000AB");
    var put = put(uuid, sw("s1")).toBuilder();
    put.getPutBuilder().setUuid(uuid.toString().toUpperCase(java.util.Locale.ROOT));
    rows.commit(put.build());
    assertEquals(uuid, rows.uuid(LogicalSwitch.class, "s1"));
    rows.commit(put(uuid, sw("renamed")));
    assertEquals(uuid, rows.uuid(LogicalSwitch.class, "renamed"));
    for (var wrong : List.of("1-1-1-1-1", "x", "00000000-0000-4000-8000-0000000000ag")) {
      put.getPutBuilder().setUuid(wrong);
      assertEquals("uuid", rows.refuseOnce(put.build()).field());
    }
  }

  @Test
  void aNewRowNeverTakesTheUuidOfOneThatIsThere() {
    var elsewhere = new Rows();
    elsewhere.commit(put(sw("")));
    elsewhere.commit(put(sw("")), put(sw("")));
    var taken = elsewhere.snapshot.rows(LogicalSwitch.class).keySet().stream().toList();
    // Rows copied from another store keep their UUIDs, which this one would give next.
    rows.commit(taken.stream().map(u -> put(u, sw("copied"))).toArray(Operation[]::new));
    rows.commit(put(sw("new1")), put(sw("new2")));
    assertEquals(5, rows.snapshot.rows(LogicalSwitch.class).size());
    assertEquals(3, rows.snapshot.named(Schema.rows().kind(LogicalSwitch.class), "copied").size());
  }

  @Test
  void referencesAreWrittenAsNameOrUuidAndStoredAsUuid() {
    rows.commit(put(sw("s1")));
    var uuid = rows.uuid(LogicalSwitch.class, "s1").toString();
    for (var text : List.of("s1", uuid, uuid.toUpperCase(java.util.Locale.ROOT))) {
      rows.commit(put(port("p1", text)));
      assertEquals(uuid, rows.port("p1").getLogicalSwitch());
      assertEquals(1, rows.snapshot.index(LogicalSwitchPort.class, "logical_switch", uuid).size());
    }
    rows.commit(delete(LogicalSwitch.class, "s1"));
    assertTrue(rows.snapshot.rows(LogicalSwitchPort.class).isEmpty());
  }

  @Test
  void aReferenceToNothingOrToSeveralIsRefused() {
    assertEquals(
        new Violation(0, "LogicalSwitchPort p1", "logical_switch", "there is no LogicalSwitch s1"),
        rows.refuseOnce(put(port("p1", "s1"))));
    rows.commit(put(UUID.randomUUID(), sw("s1")), put(UUID.randomUUID(), sw("s1")));
    assertTrue(
        rows.refuseOnce(put(port("p1", "s1"))).message().contains("several LogicalSwitch s1"));
    assertTrue(
        rows.refuseOnce(put(port("p1", UUID.randomUUID().toString()))).message().contains("no"));
  }

  @Test
  void anAmbiguousNameIsRefusedWhereARowMustBeMeant() {
    rows.commit(put(UUID.randomUUID(), sw("s1")), put(UUID.randomUUID(), sw("s1")));
    assertEquals("uuid", rows.refuseOnce(put(sw("s1"))).field());
    assertEquals("uuid", rows.refuseOnce(delete(LogicalSwitch.class, "s1")).field());
  }

  @Test
  void whatIsDeletedTakesWhatItHoldsWithIt() {
    rows.commit(put(sw("s1")), put(sw("s2")), put(port("p1", "s1")), put(port("p2", "s2")));
    rows.commit(put(chassis("c1")));
    var chassis = rows.uuid(Chassis.class, "c1").toString();
    rows.observe(
        put(Encap.newBuilder().setChassis(chassis).setType("geneve").setIp("192.0.2.1").build()),
        put(
            PortBinding.newBuilder()
                .setLogicalPort("p1")
                .setChassis(chassis)
                .setInterface("tap1")
                .build()));
    rows.commit(delete(LogicalSwitch.class, "s1"), delete(Chassis.class, "c1"));
    assertEquals(5, rows.changes.size());
    assertTrue(rows.snapshot.rows(Encap.class).isEmpty());
    assertTrue(rows.snapshot.rows(PortBinding.class).isEmpty());
    assertEquals(1, rows.snapshot.rows(LogicalSwitchPort.class).size());
    assertEquals("p2", rows.port("p2").getName());
  }

  @Test
  void aPortThatMovesAwayInTheSameTransactionStays() {
    rows.commit(put(sw("s1")), put(sw("s2")), put(port("p1", "s1")));
    rows.commit(delete(LogicalSwitch.class, "s1"), put(port("p1", "s2")));
    assertEquals(
        rows.uuid(LogicalSwitch.class, "s2").toString(), rows.port("p1").getLogicalSwitch());
  }

  @Test
  void whatIsNotThereCannotBeDeleted() {
    assertTrue(
        rows.refuseOnce(delete(LogicalSwitch.class, "s1")).message().contains("no such row"));
    assertTrue(
        rows.refuseOnce(delete(LogicalSwitch.class, UUID.randomUUID()))
            .message()
            .contains("no such row"));
    var kind = Operation.newBuilder().setDelete(RowRef.newBuilder().setKind("Router")).build();
    assertEquals("kind", rows.refuseOnce(kind).field());
  }

  @Test
  void emptyOperationsAndUnknownRowsAreRefused() {
    assertTrue(rows.refuseOnce(Operation.getDefaultInstance()).message().contains("empty"));
    var url = Any.newBuilder().setTypeUrl("type.googleapis.com/heddle.v1.Router").build();
    assertEquals(
        "row",
        rows.refuseOnce(Operation.newBuilder().setPut(Put.newBuilder().setRow(url)).build())
            .field());
    var foreign = url.toBuilder().setTypeUrl("x/other.LogicalSwitch").build();
    assertEquals(
        "row",
        rows.refuseOnce(Operation.newBuilder().setPut(Put.newBuilder().setRow(foreign)).build())
            .field());
    var broken =
        Any.pack(sw("s1")).toBuilder()
            .setValue(com.google.protobuf.ByteString.copyFrom(new byte[] {10, 50, 1}))
            .build();
    assertTrue(
        rows.refuseOnce(Operation.newBuilder().setPut(Put.newBuilder().setRow(broken)).build())
            .message()
            .contains("does not parse"));
  }

  @Test
  void anObservationOfWhatIsGoneIsVoid() {
    var receipt =
        rows.observe(
            update(UUID.randomUUID(), chassis("c1"), "hostname"),
            delete(Encap.class, UUID.randomUUID()));
    assertEquals(0, receipt.getRevision());
    assertEquals(2, receipt.getRowsCount());
    assertEquals("", receipt.getRows(0).getUuid());
  }

  @Test
  void keysAreGivenAndAReturnedOneIsGivenLast() {
    rows.commit(put(sw("a")), put(sw("b")), put(sw("c")));
    assertEquals(1, rows.network("a").getTunnelKey());
    assertEquals(2, rows.network("b").getTunnelKey());
    assertEquals(3, rows.network("c").getTunnelKey());
    rows.commit(delete(LogicalSwitch.class, "b"));
    rows.commit(put(sw("d")));
    assertEquals(4, rows.network("d").getTunnelKey());
    rows.commit(put(sw("a").toBuilder().putExternalIds("x", "y").build()));
    assertEquals(1, rows.network("a").getTunnelKey(), "a row keeps its key");
  }

  @Test
  void keysGoRoundAndAllTakenIsSaid() {
    int last = 16000;
    rows.commit(put(chassis("last").toBuilder().setChassisKey(last).build()));
    var all = new ArrayList<Operation>();
    for (int i = 1; i < last; i++) {
      all.add(put(chassis("c" + i)));
    }
    rows.commit(transaction(all));
    assertTrue(rows.refuseOnce(put(chassis("more"))).message().contains("all numbers"));
    rows.commit(delete(Chassis.class, "c7"));
    rows.commit(put(chassis("more")));
    assertEquals(7, rows.host("more").getChassisKey());
    var keys = new HashSet<Integer>();
    rows.snapshot
        .rows(Chassis.class)
        .values()
        .forEach(r -> keys.add(r.as(Chassis.class).getChassisKey()));
    assertEquals(last, keys.size());
  }

  @Test
  void aKeyMayBeAskedForIfItIsFreeAndInRange() {
    rows.commit(put(sw("a").toBuilder().setTunnelKey(77).build()));
    assertEquals(77, rows.network("a").getTunnelKey());
    assertEquals(
        "tunnel_key", rows.refuseOnce(put(sw("b").toBuilder().setTunnelKey(77).build())).field());
    for (int wrong : new int[] {16777216, -1}) {
      assertTrue(
          rows.refuseOnce(put(sw("b").toBuilder().setTunnelKey(wrong).build()))
              .message()
              .contains("from 1 to 16777215"));
    }
    rows.commit(
        delete(LogicalSwitch.class, "a"), put(sw("b").toBuilder().setTunnelKey(77).build()));
    assertEquals(77, rows.network("b").getTunnelKey(), "returned and taken in one transaction");
    rows.commit(put(sw("b").toBuilder().setTunnelKey(78).build()));
    rows.commit(put(sw("c").toBuilder().setTunnelKey(77).build()));
    assertEquals(78, rows.network("b").getTunnelKey());
  }

  @Test
  void keysMaySwap() {
    rows.commit(put(sw("a")), put(sw("b")));
    rows.commit(
        put(sw("a").toBuilder().setTunnelKey(2).build()),
        put(sw("b").toBuilder().setTunnelKey(1).build()));
    assertEquals(2, rows.network("a").getTunnelKey());
    assertEquals(1, rows.network("b").getTunnelKey());
  }

  @Test
  void portsHaveKeysWithinTheirSwitch() {
    rows.commit(put(sw("s1")), put(sw("s2")));
    rows.commit(put(port("a", "s1")), put(port("b", "s1")), put(port("c", "s2")));
    assertEquals(1, rows.port("a").getTunnelKey());
    assertEquals(2, rows.port("b").getTunnelKey());
    assertEquals(1, rows.port("c").getTunnelKey());
    // Read, changed and written back whole: the key of the old switch is no wish for the new one.
    rows.commit(put(rows.port("c").toBuilder().setLogicalSwitch("s1").build()));
    assertEquals(3, rows.port("c").getTunnelKey());
    rows.commit(put(port("d", "s2")));
    assertEquals(2, rows.port("d").getTunnelKey(), "1 was returned last");
  }

  @Test
  void aSwitchThatGoesLeavesNoPoolBehind() {
    for (int i = 0; i < 20; i++) {
      rows.commit(put(sw("s")), put(port("p", "s")));
      rows.commit(delete(LogicalSwitch.class, "s"));
    }
    assertEquals(1, rows.snapshot.pools.size(), rows.snapshot.pools.keySet().toString());
  }

  @Test
  void uniqueMeansUniqueAtTheEndOfTheTransaction() {
    rows.commit(put(sw("s1")), put(port("p1", "s1")), put(port("p2", "s1")));
    var p1 = rows.uuid(LogicalSwitchPort.class, "p1");
    var p2 = rows.uuid(LogicalSwitchPort.class, "p2");
    var taken = rows.refuseOnce(put(p1, port("p2", "s1")));
    assertEquals("name", taken.field());
    assertTrue(taken.message().contains("taken"));
    rows.commit(put(p1, port("p2", "s1")), put(p2, port("p1", "s1")));
    assertEquals(p1, rows.uuid(LogicalSwitchPort.class, "p2"));
  }

  /** Two ways to one chassis are fine, one way to two chassis is not, of whatever type. */
  @Test
  void anAddressIsExclusiveToItsChassis() {
    rows.commit(put(chassis("c1")), put(chassis("c2")));
    var geneve = Encap.newBuilder().setType("geneve").setIp("192.0.2.1");
    var vxlan = Encap.newBuilder().setType("vxlan").setIp("192.0.2.1");
    rows.observe(put(geneve.setChassis("c1").build()), put(vxlan.setChassis("c1").build()));
    for (var encap : List.of(geneve, vxlan)) {
      var refused = rows.refuse(Edit.observation(put(encap.setChassis("c2").build())));
      assertEquals(1, refused.violations().size());
      assertEquals("ip", refused.violations().get(0).field());
      assertEquals("192.0.2.1 is that of Chassis c1", refused.violations().get(0).message());
    }
    // Both at once, so that each could take the other for the one that was there before.
    var both =
        rows.refuse(Edit.observation(put(geneve.build()), put(vxlan.setChassis("c2").build())));
    assertEquals(2, both.violations().size());

    rows.observe(delete(Chassis.class, "c1"), put(geneve.build()), put(vxlan.build()));
    assertEquals(2, rows.snapshot.rows(Encap.class).size());
  }
}
