package io.heddle.model;

import static io.heddle.model.Edit.delete;
import static io.heddle.model.Edit.put;
import static io.heddle.model.Edit.transaction;
import static io.heddle.model.Rows.chassis;
import static io.heddle.model.Rows.port;
import static io.heddle.model.Rows.sw;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.UnknownFieldSet;
import io.heddle.v1.Chassis;
import io.heddle.v1.Encap;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPolicy;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import io.heddle.v1.Precondition;
import io.heddle.v1.Put;
import io.heddle.v1.RowRef;
import io.heddle.v1.RowVersion;
import io.heddle.v1.Transaction;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is refused and why; and requests that come again. */
class RefusalTest {
  private final Rows rows = new Rows();

  private String fault(LogicalSwitchPort port) {
    rows.commit(put(sw("s1")));
    return rows.refuseOnce(put(port)).field();
  }

  private String fault(Encap encap) {
    rows.commit(put(chassis("c1")));
    var outcome = rows.apply(Edit.observation(put(encap))).outcome();
    var violations = ((Outcome.Refused) outcome).violations();
    assertEquals(1, violations.size(), violations.toString());
    return violations.get(0).field();
  }

  @Test
  void fieldsThatMustBeSet() {
    rows.commit(put(sw("s1")));
    assertEquals("name", rows.refuseOnce(put(port("", "s1"))).field());
    assertEquals("logical_switch", rows.refuseOnce(put(port("p1", ""))).field());
    rows.commit(put(sw("")));
  }

  @Test
  void textThatIsTooLong() {
    rows.commit(put(sw("x".repeat(255))));
    var longer = rows.refuseOnce(put(sw("x".repeat(256))));
    assertEquals("name", longer.field());
    assertTrue(longer.message().contains("256"), longer.message());
    var key = sw("s").toBuilder().putExternalIds("k".repeat(256), "").build();
    assertEquals("external_ids[0]", rows.refuseOnce(put(key)).field());
    var value = sw("s").toBuilder().putExternalIds("a", "").putExternalIds("b", "v".repeat(256));
    assertEquals("external_ids[1]", rows.refuseOnce(put(value.build())).field());
  }

  @Test
  void tooManyElements() {
    var row = sw("s").toBuilder();
    IntStream.range(0, Limits.ELEMENTS_PER_FIELD).forEach(i -> row.putExternalIds("k" + i, ""));
    rows.commit(put(row.build()));
    row.putExternalIds("one more", "");
    assertEquals("external_ids", rows.refuseOnce(put(row.build())).field());
  }

  @Test
  void valuesThatAreNotAmongThoseAllowed() {
    assertEquals("type", fault(port("p1", "s1").toBuilder().setType("vtep").build()));
    assertEquals(
        "type",
        fault(Encap.newBuilder().setChassis("c1").setType("gre").setIp("192.0.2.1").build()));
  }

  @Test
  void numbersThatAreTooLarge() {
    rows.commit(put(LogicalRouter.newBuilder().setName("r1").build()));
    var policy =
        LogicalRouterPolicy.newBuilder().setLogicalRouter("r1").setMatch("ip").setAction("drop");
    rows.commit(put(policy.setPriority(32_767).build()));
    assertEquals("priority", rows.refuseOnce(put(policy.setPriority(32_768).build())).field());
    assertEquals("priority", rows.refuseOnce(put(policy.setPriority(-1).build())).field());
  }

  @Test
  void addressesThatAreNone() {
    var bad = port("p1", "s1").toBuilder().addAddresses("unknown").addAddresses("nonsense");
    assertEquals("addresses[1]", fault(bad.build()));
    assertEquals(
        "ip", fault(Encap.newBuilder().setChassis("c1").setType("vxlan").setIp("192.0.2").build()));
  }

  @Test
  void targets() {
    for (var good : List.of("", "tcp:192.0.2.1:6640", "tcp:[2001:db8::1]:6640")) {
      rows.commit(put(chassis("c1").toBuilder().setTarget(good).build()));
    }
    for (var bad :
        List.of(
            "192.0.2.1:6640",
            "tcp:192.0.2.1",
            "tcp:192.0.2.1:0",
            "tcp:192.0.2.1:65536",
            "tcp:host:6640",
            "tcp:192.0.2.0/24:6640",
            "tcp:2001:db8::1",
            "ssl:192.0.2.1:6640",
            "tcp:",
            "tcp:[2001:db8::1]")) {
      assertEquals(
          "target",
          rows.refuseOnce(put(chassis("c1").toBuilder().setTarget(bad).build())).field(),
          bad);
    }
  }

  @Test
  void fieldsOfAnotherVersion() {
    var unknown =
        UnknownFieldSet.newBuilder()
            .addField(1234, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    var row = sw("s1").toBuilder().setUnknownFields(unknown).build();
    assertTrue(rows.refuseOnce(put(row)).message().contains("1234"));
  }

  @Test
  void textThatIsNotUnicode() {
    var bytes = new byte[] {10, 2, (byte) 0xff, (byte) 0xfe};
    var any = Any.pack(sw("")).toBuilder().setValue(com.google.protobuf.ByteString.copyFrom(bytes));
    var put = Operation.newBuilder().setPut(Put.newBuilder().setRow(any)).build();
    assertTrue(rows.refuseOnce(put).message().contains("does not parse"));
  }

  @Test
  void severalViolationsAreToldAtOnce() {
    rows.commit(put(sw("s1")), put(port("taken", "s1")));
    var violations =
        rows.refuse(
            put(port("p1", "nowhere")),
            put(port("", "s1").toBuilder().addAddresses("x").addAddresses("y").build()),
            delete(LogicalSwitch.class, "s9"),
            put(UUID.randomUUID(), port("taken", "s1")),
            put(sw("fine")));
    var found =
        violations.stream().map(v -> v.operation() + " " + v.field()).collect(Collectors.toSet());
    assertEquals(
        java.util.Set.of(
            "0 logical_switch", "1 name", "1 addresses[0]", "1 addresses[1]", "2 ", "3 name"),
        found);
  }

  @Test
  void noMoreViolationsAreToldThanTheLimit() {
    var bad = IntStream.range(0, 500).mapToObj(i -> put(port("p" + i, "nowhere"))).toList();
    var refused = rows.refuse(transaction(bad));
    assertEquals(Limits.REPORTED_VIOLATIONS, refused.violations().size());
    var empty = IntStream.range(0, 500).mapToObj(i -> Operation.getDefaultInstance()).toList();
    assertEquals(Limits.REPORTED_VIOLATIONS, rows.refuse(transaction(empty)).violations().size());
  }

  /** Else an answer could be a thousand times as long as the question, and fill the memory. */
  @Test
  void violationsDoNotRepeatHugeNames() {
    var huge = "n".repeat(1_000_000);
    var row = port(huge, huge).toBuilder();
    IntStream.range(0, 1000).forEach(i -> row.addAddresses("bad" + huge.substring(0, 1000)));
    rows.refuse(
            put(row.build()),
            Operation.newBuilder().setDelete(RowRef.newBuilder().setKind(huge)).build(),
            put(chassis("c1").toBuilder().setTarget(huge).build()))
        .forEach(v -> assertTrue(v.toString().length() < 1000, v.toString().length() + ""));
  }

  @Test
  void limitsOfATransaction() {
    var many =
        transaction(
            java.util.Collections.nCopies(Limits.OPERATIONS_PER_TRANSACTION + 1, put(sw("s"))));
    assertEquals(Outcome.Reason.LIMIT, rows.refuse(many).reason());
    assertEquals("operations", rows.refuse(many).violations().get(0).field());
    var ids = Transaction.newBuilder().setRequestId("r".repeat(Limits.REQUEST_ID_LENGTH + 1));
    assertEquals("request_id", rows.refuse(ids.build()).violations().get(0).field());
    var conditions = Transaction.newBuilder();
    IntStream.rangeClosed(0, Limits.PRECONDITIONS_PER_TRANSACTION)
        .forEach(i -> conditions.addPreconditions(Precondition.newBuilder().setRevision(0)));
    assertEquals("preconditions", rows.refuse(conditions.build()).violations().get(0).field());
  }

  private static Transaction on(Precondition.Builder condition) {
    return transaction(put(sw("written"))).toBuilder().addPreconditions(condition).build();
  }

  private static Precondition.Builder version(RowRef.Builder row, long version) {
    return Precondition.newBuilder()
        .setRow(RowVersion.newBuilder().setRow(row).setVersion(version));
  }

  private static RowRef.Builder named(String name) {
    return RowRef.newBuilder().setKind("LogicalSwitch").setName(name);
  }

  @Test
  void preconditionsOnTheRevision() {
    rows.commit(put(sw("s1")));
    var refused = rows.refuse(on(Precondition.newBuilder().setRevision(0)));
    assertEquals(Outcome.Reason.CONFLICT, refused.reason());
    assertEquals("preconditions[0]", refused.violations().get(0).field());
    rows.commit(on(Precondition.newBuilder().setRevision(1)));
  }

  @Test
  void preconditionsOnRows() {
    rows.commit(put(sw("s1")));
    var uuid = rows.uuid(LogicalSwitch.class, "s1").toString();
    assertEquals(Outcome.Reason.CONFLICT, rows.refuse(on(version(named("s1"), 0))).reason());
    assertEquals(Outcome.Reason.CONFLICT, rows.refuse(on(version(named("s1"), 2))).reason());
    assertEquals(Outcome.Reason.CONFLICT, rows.refuse(on(version(named("s2"), 1))).reason());
    rows.commit(on(version(named("s1"), 1)));
    rows.commit(on(version(named("").setUuid(uuid), 1)));
    rows.commit(on(version(named("s2"), 0)));
  }

  @Test
  void preconditionsThatNameNoRowInParticular() {
    rows.commit(put(UUID.randomUUID(), sw("two")), put(UUID.randomUUID(), sw("two")));
    var kindless = RowRef.newBuilder().setKind("Router").setName("r1");
    for (var condition :
        List.of(
            version(named("two"), 0),
            version(kindless, 0),
            version(named("").setUuid("not a uuid"), 0),
            Precondition.newBuilder())) {
      assertEquals(Outcome.Reason.CONFLICT, rows.refuse(on(condition)).reason());
    }
  }

  @Test
  void allPreconditionsThatFailAreTold() {
    rows.commit(put(sw("s1")));
    var transaction =
        on(Precondition.newBuilder().setRevision(7)).toBuilder()
            .addPreconditions(version(named("s1"), 1))
            .addPreconditions(version(named("s1"), 9))
            .build();
    assertEquals(
        List.of("preconditions[0]", "preconditions[2]"),
        rows.refuse(transaction).violations().stream().map(Violation::field).toList());
  }

  private static Transaction request(String id, Operation... operations) {
    return transaction(operations).toBuilder().setRequestId(id).build();
  }

  @Test
  void aRequestThatComesAgainIsAnsweredAsTheFirstTime() {
    var first = rows.commit(request("r1", put(sw(""))));
    rows.commit(put(sw("between")));
    assertEquals(first, rows.commit(request("r1", put(sw("")))));
    assertEquals(List.of(), rows.changes);
    assertEquals(2, rows.snapshot.revision());
    var nothing = rows.commit(request("r2", put(sw("between"))));
    assertEquals(2, nothing.getRevision());
    rows.commit(delete(LogicalSwitch.class, "between"));
    assertEquals(nothing, rows.commit(request("r2", put(sw("between")))), "it changed nothing");
  }

  @Test
  void aRequestThatWasRefusedMayComeAgain() {
    rows.refuse(request("r1", put(port("p1", "s1"))));
    rows.commit(put(sw("s1")));
    assertEquals(2, rows.commit(request("r1", put(port("p1", "s1")))).getRevision());
  }

  @Test
  void theOldestRequestsAreForgottenFirst() {
    for (int i = 0; i <= Limits.REMEMBERED_REQUESTS; i++) {
      rows.commit(request("r" + i));
    }
    rows.commit(put(sw("s1")));
    assertEquals(0, rows.commit(request("r1")).getRevision());
    assertEquals(1, rows.commit(request("r0")).getRevision(), "r0 was to be forgotten");
  }

  @Test
  void receiptsOfManyRowsAreForgottenSooner() {
    var many = IntStream.range(0, 20_000).mapToObj(i -> Operation.newBuilder().build()).toList();
    assertEquals(Limits.REPORTED_VIOLATIONS, rows.refuse(transaction(many)).violations().size());
    var uuid = UUID.randomUUID();
    var void20000 =
        Edit.observation(java.util.Collections.nCopies(20_000, delete(Chassis.class, uuid)));
    for (int i = 0; i < 30; i++) {
      rows.commit(void20000.toBuilder().setRequestId("r" + i).build());
    }
    assertTrue(rows.snapshot.receipts.rows() <= Limits.REMEMBERED_ROWS);
    assertEquals(Limits.REMEMBERED_ROWS / 20_000, rows.snapshot.receipts.requests().size());
    assertTrue(rows.snapshot.receipts.of("r29").isPresent());
  }
}
