package io.heddle.northbound.grpc;

import static io.heddle.northbound.grpc.Served.aPort;
import static io.heddle.northbound.grpc.Served.aSwitch;
import static io.heddle.northbound.grpc.Served.violations;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.heddle.model.Edit;
import io.heddle.model.Limits;
import io.heddle.model.MemoryStore;
import io.heddle.northbound.CannotListenException;
import io.heddle.v1.Chassis;
import io.heddle.v1.Encap;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPolicy;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import io.heddle.v1.OvsdbTransaction;
import io.heddle.v1.Precondition;
import io.heddle.v1.Put;
import io.heddle.v1.Transaction;
import io.heddle.v1.api.GetRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commits over a real socket, and how they are refused. */
class CommitTest {
  private Served served;

  @BeforeEach
  void serve() throws CannotListenException {
    served = new Served();
  }

  @AfterEach
  void close() {
    served.close();
  }

  private StatusRuntimeException refused(Code code, Transaction transaction) {
    long before = served.store.snapshot().revision();
    var refused = assertThrows(StatusRuntimeException.class, () -> served.commit(transaction));
    assertEquals(code, refused.getStatus().getCode(), refused.toString());
    assertEquals(before, served.store.snapshot().revision(), "a refusal changes nothing");
    return refused;
  }

  @Test
  void aCommittedRowCanBeRead() throws Exception {
    var receipt = served.commit(aSwitch("s1"), aPort("p1", "s1", "0a:00:00:00:00:01 10.0.0.1"));
    assertEquals(1, receipt.getRevision());
    assertEquals(2, receipt.getRowsCount());
    var row =
        served
            .api()
            .get(GetRequest.newBuilder().setKind("LogicalSwitchPort").setName("p1").build());
    assertEquals(receipt.getRows(1).getUuid(), row.getUuid());
    assertEquals(1, row.getVersion());
    var port = row.getRow().unpack(LogicalSwitchPort.class);
    assertEquals(receipt.getRows(0).getUuid(), port.getLogicalSwitch());
    assertEquals(
        row,
        served
            .api()
            .get(
                GetRequest.newBuilder()
                    .setKind("LogicalSwitchPort")
                    .setUuid(row.getUuid())
                    .build()));
  }

  @Test
  void aRetryWithTheSameRequestIdIsAnsweredWithTheFirstReceipt() {
    var transaction = Edit.transaction(aSwitch("s1")).toBuilder().setRequestId("r1").build();
    var first = served.commit(transaction);
    served.commit(aSwitch("s2"));
    assertEquals(first, served.commit(transaction));
    assertEquals(2, served.store.snapshot().revision());
  }

  @Test
  void allErrorsAreReportedAtOnceWithTheirRowsAndFields() {
    var refused =
        refused(
            Code.INVALID_ARGUMENT,
            Edit.transaction(
                aSwitch("s1"),
                aPort("p1", "s1", "0a:00:00:00:00:01", "nonsense"),
                aPort("p2", "nowhere"),
                Edit.delete(LogicalSwitch.class, "absent")));
    var violations = violations(refused);
    assertEquals(
        Set.of(
            "operations[1].put.row.addresses[1]",
            "operations[2].put.row.logical_switch",
            "operations[3].delete"),
        violations.keySet());
    assertTrue(
        violations.get("operations[1].put.row.addresses[1]").startsWith("LogicalSwitchPort p1: "));
    assertEquals(
        "LogicalSwitchPort p2: there is no LogicalSwitch nowhere",
        violations.get("operations[2].put.row.logical_switch"));
    assertEquals(
        "LogicalSwitch absent: there is no such row", violations.get("operations[3].delete"));
    assertTrue(refused.getStatus().getDescription().contains("3 errors"), refused.toString());
  }

  private static LogicalRouterPolicy policy(int priority, String match) {
    return LogicalRouterPolicy.newBuilder()
        .setLogicalRouter("r1")
        .setPriority(priority)
        .setMatch(match)
        .setAction("drop")
        .build();
  }

  /** By the OVSDB door it may come in; who writes another field by this one is not hindered. */
  @Test
  void aMatchThatNobodyCanReadIsRefused() {
    served.commit(Edit.put(LogicalRouter.newBuilder().setName("r1").build()));
    served.language.readBy(
        text -> text.contains("(") ? Optional.of("no end") : Optional.<String>empty());
    var refused =
        refused(
            Code.INVALID_ARGUMENT, Edit.transaction(aSwitch("s1"), Edit.put(policy(1, "(udp"))));
    assertEquals(
        Map.of("operations[1].put.row.match", "LogicalRouterPolicy: no end"), violations(refused));
    served.commit(Edit.put(policy(1, "udp")));

    var row = new UUID(1, 1);
    served.store.commit(Edit.observation(Edit.put(row, policy(2, "(tcp")))).join();
    served.commit(Edit.put(row, policy(3, "(tcp")));
    served.commit(Edit.update(row, policy(4, "(ip4"), "priority"));
    refused(
        Code.INVALID_ARGUMENT,
        Edit.transaction(Edit.update(row, policy(4, "(ip4"), "priority", "match")));
  }

  @Test
  void aViolatedUniquenessNamesEachField() {
    served
        .store
        .commit(
            Edit.observation(
                Edit.put(Chassis.newBuilder().setName("hv1").build()),
                Edit.put(
                    Encap.newBuilder()
                        .setChassis("hv1")
                        .setType("geneve")
                        .setIp("192.0.2.1")
                        .build())))
        .join();
    served.commit(aSwitch("s1"), aPort("p1", "s1"));
    var refused =
        refused(
            Code.INVALID_ARGUMENT,
            Edit.transaction(
                Operation.newBuilder()
                    .setPut(
                        Put.newBuilder()
                            .setUuid("00000000-0000-0000-0000-00000000000a")
                            .setRow(
                                Any.pack(
                                    LogicalSwitchPort.newBuilder()
                                        .setName("p1")
                                        .setLogicalSwitch("s1")
                                        .build())))
                    .build()));
    assertEquals(Set.of("operations[0].put.row.name"), violations(refused).keySet());
  }

  @Test
  void aStrangePayloadIsRefusedWhereItStands() {
    var strange = Any.newBuilder().setTypeUrl("type.googleapis.com/heddle.v1.Nonsense").build();
    var broken =
        Any.pack(LogicalSwitch.getDefaultInstance()).toBuilder()
            .setValue(ByteString.copyFrom(new byte[] {10, 100, 1}))
            .build();
    var refused =
        refused(
            Code.INVALID_ARGUMENT,
            Edit.transaction(
                Operation.newBuilder().setPut(Put.newBuilder().setRow(strange)).build(),
                Operation.newBuilder().setPut(Put.newBuilder().setRow(broken)).build(),
                Operation.getDefaultInstance(),
                Operation.newBuilder().setPut(Put.getDefaultInstance()).build()));
    assertEquals(
        Set.of(
            "operations[0].put.row",
            "operations[1].put.row",
            "operations[2]",
            "operations[3].put.row"),
        violations(refused).keySet());
  }

  @Test
  void clientsCannotObserve() {
    var refused =
        refused(
            Code.INVALID_ARGUMENT,
            Edit.observation(Edit.put(Chassis.newBuilder().setName("hv1").build())));
    assertEquals(Set.of("observation"), violations(refused).keySet());
  }

  /** It would be a way around all that is refused here. */
  @Test
  void transactionsOfTheOvsdbDoorAreRefused() {
    var ovsdb = OvsdbTransaction.getDefaultInstance();
    var refused = refused(Code.INVALID_ARGUMENT, Transaction.newBuilder().setOvsdb(ovsdb).build());
    assertEquals(Set.of("ovsdb"), violations(refused).keySet());
  }

  @Test
  void anUnmetPreconditionAborts() {
    served.commit(aSwitch("s1"));
    var refused =
        refused(
            Code.ABORTED,
            Edit.transaction(aSwitch("s2")).toBuilder()
                .addPreconditions(Precondition.newBuilder().setRevision(0))
                .build());
    assertEquals(Set.of("preconditions[0]"), violations(refused).keySet());
  }

  @Test
  void tooManyOperationsNeverReachTheStore() {
    var operations =
        Collections.nCopies(Limits.OPERATIONS_PER_TRANSACTION + 1, Operation.getDefaultInstance());
    var refused = refused(Code.RESOURCE_EXHAUSTED, Edit.transaction(operations));
    assertEquals(Set.of("operations"), violations(refused).keySet());
  }

  @Test
  void anUnavailableStoreIsUnavailable() throws Exception {
    var store = new MemoryStore();
    store.available(false);
    try (var without = new Served(store)) {
      var refused = assertThrows(StatusRuntimeException.class, () -> without.commit(aSwitch("s1")));
      assertEquals(Code.UNAVAILABLE, refused.getStatus().getCode());
      assertTrue(refused.getStatus().getDescription().contains("request_id"), refused.toString());
    }
  }

  @Test
  void manyLongErrorsFitTheTrailersThatClientsAccept() {
    var operations = new ArrayList<Operation>();
    for (int i = 0; i < 200; i++) {
      operations.add(aPort("p" + i, "語".repeat(5_000) + i));
    }
    var refused = refused(Code.INVALID_ARGUMENT, Edit.transaction(operations));
    var told = violations(refused);
    assertTrue(told.size() >= 5, "told " + told.size());
    assertTrue(
        refused.getStatus().getDescription().contains("only " + told.size() + " of them"),
        refused.toString());
  }
}
