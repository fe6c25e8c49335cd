package io.heddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.google.protobuf.Message;
import io.heddle.v1.Chassis;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.NbGlobal;
import io.heddle.v1.Operation;
import io.heddle.v1.Receipt;
import io.heddle.v1.Transaction;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/** A state in a test, and short ways to change it and to look at it. */
final class Rows {
  Snapshot snapshot = Snapshot.empty();
  List<Change> changes = List.of();

  static LogicalSwitch sw(String name) {
    return LogicalSwitch.newBuilder().setName(name).build();
  }

  /** A switch with keys and values of other_config, which say what addresses it gives. */
  static Operation giving(String name, String... config) {
    var row = sw(name).toBuilder();
    for (int i = 0; i < config.length; i += 2) {
      row.putOtherConfig(config[i], config[i + 1]);
    }
    return Edit.put(row.build());
  }

  static LogicalSwitchPort port(String name, String on, String... addresses) {
    return LogicalSwitchPort.newBuilder()
        .setName(name)
        .setLogicalSwitch(on)
        .addAllAddresses(List.of(addresses))
        .build();
  }

  static Chassis chassis(String name) {
    return Chassis.newBuilder().setName(name).build();
  }

  Applied apply(Transaction transaction) {
    var applied = Replay.apply(snapshot, transaction);
    snapshot = applied.snapshot();
    changes = applied.changes();
    return applied;
  }

  Receipt commit(Transaction transaction) {
    var outcome = apply(transaction).outcome();
    return assertInstanceOf(Outcome.Committed.class, outcome, outcome.toString()).receipt();
  }

  Receipt commit(Operation... operations) {
    return commit(Edit.transaction(operations));
  }

  Receipt commit(List<Operation> operations) {
    return commit(Edit.transaction(operations));
  }

  Receipt observe(Operation... operations) {
    return commit(Edit.observation(operations));
  }

  Outcome.Refused refuse(Transaction transaction) {
    var before = snapshot;
    var outcome = apply(transaction).outcome();
    var refused = assertInstanceOf(Outcome.Refused.class, outcome, outcome.toString());
    assertSame(before, snapshot, "what was refused changed something");
    assertEquals(List.of(), changes);
    return refused;
  }

  List<Violation> refuse(Operation... operations) {
    var refused = refuse(Edit.transaction(operations));
    assertEquals(Outcome.Reason.INVALID, refused.reason());
    return refused.violations();
  }

  /** The one violation, as operation, row, field and message. */
  Violation refuseOnce(Operation... operations) {
    var violations = refuse(operations);
    assertEquals(1, violations.size(), violations.toString());
    return violations.get(0);
  }

  UUID uuid(Class<? extends Message> type, String name) {
    var found = snapshot.named(Schema.rows().kind(type), name);
    assertEquals(1, found.size(), "rows called " + name);
    return found.iterator().next();
  }

  Row row(Class<? extends Message> type, String name) {
    return snapshot.row(Schema.rows().kind(type), uuid(type, name)).orElseThrow();
  }

  LogicalSwitch network(String name) {
    return row(LogicalSwitch.class, name).as(LogicalSwitch.class);
  }

  LogicalSwitchPort port(String name) {
    return row(LogicalSwitchPort.class, name).as(LogicalSwitchPort.class);
  }

  /** The addresses that a port was given. */
  String given(String port) {
    return port(port).getDynamicAddresses();
  }

  /** As a member has it that starts again. */
  static Snapshot reloaded(Snapshot snapshot) throws IOException {
    var bytes = new ByteArrayOutputStream();
    SnapshotFile.write(snapshot, bytes);
    return SnapshotFile.read(new ByteArrayInputStream(bytes.toByteArray()));
  }

  /** The row that concerns the whole network. */
  Row global() {
    return snapshot.rows(NbGlobal.class).values().iterator().next();
  }

  Chassis host(String name) {
    return row(Chassis.class, name).as(Chassis.class);
  }
}
