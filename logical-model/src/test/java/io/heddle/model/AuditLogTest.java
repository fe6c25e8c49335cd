package io.heddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.v1.AuditRecord;
import io.heddle.v1.KindChanges;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Origin;
import io.heddle.v1.Transaction;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was asked for is remembered with who asked, within bounds. */
class AuditLogTest {
  private static final Origin OPERATOR =
      Origin.newBuilder().setProof(Origin.Proof.CERTIFICATE).setWho("operator").build();

  private Snapshot snapshot = Snapshot.empty();
  private AuditLog log = AuditLog.EMPTY;

  private void apply(Transaction transaction) {
    var applied = StateMachine.apply(snapshot, transaction);
    log = log.with(transaction, applied);
    snapshot = applied.snapshot();
  }

  private static Transaction aSwitch(String name) {
    return Edit.transaction(Edit.put(LogicalSwitch.newBuilder().setName(name).build())).toBuilder()
        .setOrigin(OPERATOR)
        .build();
  }

  private static List<AuditRecord> all(AuditLog log) {
    return log.newestFirst(0, Long.MAX_VALUE).toList();
  }

  private static KindChanges changes(String kind, int added, int changed, int removed) {
    return KindChanges.newBuilder()
        .setKind(kind)
        .setAdded(added)
        .setChanged(changed)
        .setRemoved(removed)
        .build();
  }

  @Test
  void aRecordSaysWhoAndHowMuch() {
    apply(aSwitch("blue"));
    var port = LogicalSwitchPort.newBuilder().setLogicalSwitch("blue");
    apply(
        Edit.transaction(
                Edit.put(port.setName("p1").build()),
                Edit.put(port.setName("p2").build()),
                Edit.put(
                    LogicalSwitch.newBuilder().setName("blue").putExternalIds("a", "b").build()))
            .toBuilder()
            .setOrigin(OPERATOR)
            .build());
    apply(Edit.transaction(Edit.delete(LogicalSwitchPort.class, "p1")));
    var records = all(log);
    assertEquals(List.of(3L, 2L, 1L), records.stream().map(AuditRecord::getRevision).toList());
    assertEquals(OPERATOR, records.get(2).getOrigin());
    assertEquals(List.of(changes("LogicalSwitch", 1, 0, 0)), records.get(2).getChangesList());
    assertEquals(
        List.of(changes("LogicalSwitch", 0, 1, 0), changes("LogicalSwitchPort", 2, 0, 0)),
        records.get(1).getChangesList());
    assertTrue(!records.get(0).hasOrigin());
    assertEquals(List.of(changes("LogicalSwitchPort", 0, 0, 1)), records.get(0).getChangesList());
    assertEquals(List.of(2L), log.newestFirst(1, 3).map(AuditRecord::getRevision).toList());
  }

  @Test
  void neitherWhatChangesNothingNorWhatIsObservedIsRecorded() {
    apply(aSwitch("blue"));
    apply(aSwitch("blue"));
    apply(
        Edit.observation(
            List.of(Edit.put(LogicalSwitch.newBuilder().setName("observed").build()))));
    apply(Edit.transaction(Edit.put(LogicalSwitchPort.newBuilder().setName("lost").build())));
    assertEquals(1, all(log).size());
  }

  @Test
  void theOldestAreForgotten() throws IOException {
    var transaction = aSwitch("s");
    var changes = StateMachine.apply(snapshot, transaction).changes();
    for (int i = 1; i <= AuditLog.RECORDS + 10; i++) {
      var outcome = new Outcome.Refused(Outcome.Reason.INVALID, List.of());
      log = log.with(transaction, new Applied(Snapshot.empty().at(i), changes, outcome));
    }
    assertEquals(10, log.forgotten());
    assertEquals(AuditLog.RECORDS, all(log).size());
    var read = reread();
    assertEquals(10, read.forgotten());
    assertEquals(all(log), all(read));
    // So many large ones do not fit.
    var large =
        transaction.toBuilder()
            .setOrigin(OPERATOR.toBuilder().setWho("x".repeat((int) AuditLog.BYTES / 10)))
            .build();
    long last = AuditLog.RECORDS + 10;
    for (int i = 1; i <= 20; i++) {
      var outcome = new Outcome.Refused(Outcome.Reason.INVALID, List.of());
      log = log.with(large, new Applied(Snapshot.empty().at(last + i), changes, outcome));
    }
    assertTrue(all(log).size() < 10, () -> all(log).size() + " are kept");
    assertEquals(last + 20 - all(log).size(), log.forgotten());
  }

  /** Its own records are kept by who takes over the state of one that has none. */
  @Test
  void aGapIsToldAndKeepsWhatIsKnown() throws IOException {
    apply(aSwitch("blue"));
    log = log.incomplete(7);
    assertEquals(7, log.forgotten());
    snapshot = snapshot.at(7);
    apply(aSwitch("red"));
    assertEquals(List.of(8L, 1L), all(log).stream().map(AuditRecord::getRevision).toList());
    var read = reread();
    assertEquals(7, read.forgotten());
    assertEquals(all(log), all(read));
  }

  private AuditLog reread() throws IOException {
    var bytes = new ByteArrayOutputStream();
    log.write(new DataOutputStream(bytes));
    return AuditLog.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
  }

  @Test
  void whatIsNoLogIsRefused() {
    apply(aSwitch("blue"));
    var bytes = new ByteArrayOutputStream();
    var to = new DataOutputStream(bytes);
    assertThrows(
        IOException.class,
        () -> {
          to.writeLong(0);
          to.writeInt(1);
          to.writeInt(-1);
          AuditLog.read(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        });
  }
}
