package io.heddle.ovsdb.host;

import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.model.StateMachine;
import io.heddle.v1.Chassis;
import io.heddle.v1.Encap;
import io.heddle.v1.Operation;
import io.heddle.v1.Transaction;
import java.util.List;
import org.junit.jupiter.api.Assertions;

/** A store's state that tests write to step by step. */
final class Network {
  private Snapshot snapshot = Snapshot.empty();

  Snapshot snapshot() {
    return snapshot;
  }

  Outcome apply(Transaction transaction) {
    var applied = StateMachine.apply(snapshot, transaction);
    snapshot = applied.snapshot();
    return applied.outcome();
  }

  void observe(Operation... operations) {
    Assertions.assertInstanceOf(
        Outcome.Committed.class, apply(Edit.observation(List.of(operations))));
  }

  void observe(Observation observation) {
    var transaction =
        Edit.observation(observation.operations()).toBuilder()
            .addAllPreconditions(observation.preconditions())
            .build();
    Assertions.assertInstanceOf(Outcome.Committed.class, apply(transaction));
  }

  Row chassis(String name, String ip, String... types) {
    observe(Edit.put(Chassis.newBuilder().setName(name).build()));
    for (var type : types) {
      observe(
          Edit.put(
              Encap.newBuilder()
                  .setChassis(name)
                  .setType(type)
                  .setIp(ip)
                  .putOptions("csum", "true")
                  .build()));
    }
    return row(name);
  }

  Row row(String name) {
    return Observation.chassis(snapshot, name).orElseThrow();
  }
}
