package io.heddle.it.bench;

import static io.heddle.it.bench.Figures.print;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.management.ThreadMXBean;
import io.heddle.model.Outcome;
import io.heddle.model.Snapshot;
import io.heddle.model.StateMachine;
import io.heddle.model.ovn.OvnSchema;
import io.heddle.model.ovn.OvnTables;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.Clause;
import io.heddle.model.relation.Datum;
import io.heddle.model.relation.Interpreter;
import io.heddle.model.relation.Mutation;
import io.heddle.model.relation.Operation;
import io.heddle.model.relation.OperationMessages;
import io.heddle.model.relation.Result;
import io.heddle.v1.Transaction;
import io.vavr.collection.HashMap;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * OVSDB transactions per second on one core: by the interpreter alone, which writes nothing, and as
 * the log applies them, with one port each and with a hundred. Adding a port to a switch is to cost
 * the same however many it has.
 */
class OvsdbBench {
  private static final int TRANSACTIONS = 20_000;
  private static final int MANY = 100;

  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  private final Interpreter interpreter = new Interpreter(OvnSchema.database());

  @Test
  void transactions() {
    for (int ports : new int[] {10, 10_000}) {
      var sw = UUID.randomUUID();
      var snapshot = apply(Snapshot.empty(), transaction(List.of(insertSwitch(sw))));
      for (int i = 0; i < ports; i++) {
        snapshot = apply(snapshot, transaction(addPort(sw, "port" + i)));
      }
      // Once to warm up.
      interpret(snapshot, sw, ports, false);
      interpret(snapshot, sw, ports, true);
      for (int each : new int[] {1, MANY}) {
        apply(snapshot, sw, ports, each, false);
        apply(snapshot, sw, ports, each, true);
      }
    }
  }

  /** As the log has them: in bytes. */
  private static void apply(Snapshot from, UUID sw, int ports, int each, boolean shown) {
    var snapshot = from;
    var transactions = new ArrayList<byte[]>();
    for (int i = 0; i < TRANSACTIONS / each; i++) {
      transactions.add(transaction(addPorts(sw, "new" + i, each)).toByteArray());
    }
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long cpu = THREADS.getCurrentThreadCpuTime();
    for (var transaction : transactions) {
      snapshot = apply(snapshot, parsed(transaction));
    }
    double micros = (THREADS.getCurrentThreadCpuTime() - cpu) / 1e3 / TRANSACTIONS;
    double kilobytes = (THREADS.getCurrentThreadAllocatedBytes() - bytes) / 1024.0 / TRANSACTIONS;
    if (shown) {
      print(
          "switch of %,d ports: %d added at a time: %.1f µs of a processor and %.1f KB of memory"
              + " for each",
          ports, each, micros, kilobytes);
    }
  }

  private void interpret(Snapshot from, UUID sw, int ports, boolean shown) {
    var tables = new OvnTables(from);
    long start = System.nanoTime();
    for (int i = 0; i < TRANSACTIONS; i++) {
      require(interpreter.execute(tables, addPort(sw, "new" + i)).results());
    }
    double interpreted = TRANSACTIONS / ((System.nanoTime() - start) / 1e9);
    start = System.nanoTime();
    for (int i = 0; i < TRANSACTIONS; i++) {
      require(interpreter.execute(tables, List.of(touch(sw, i))).results());
    }
    double touched = TRANSACTIONS / ((System.nanoTime() - start) / 1e9);
    if (shown) {
      print(
          "switch of %,d ports: interpreted %,.0f added ports/s and %,.0f changed rows/s",
          ports, interpreted, touched);
    }
  }

  private static Transaction transaction(List<Operation> operations) {
    return Transaction.newBuilder().setOvsdb(OperationMessages.write(operations)).build();
  }

  private static Snapshot apply(Snapshot before, Transaction transaction) {
    var applied = StateMachine.apply(before, transaction);
    require(((Outcome.Executed) applied.outcome()).results());
    return applied.snapshot();
  }

  private static void require(List<Result> results) {
    for (var result : results) {
      if (result instanceof Result.Failed failed) {
        throw new AssertionError(failed);
      }
    }
  }

  private static Operation insertSwitch(UUID uuid) {
    return new Operation.Insert("Logical_Switch", uuid, HashMap.of("name", Datum.of(Atom.of("s"))));
  }

  private static List<Operation> addPort(UUID sw, String name) {
    var uuid = UUID.randomUUID();
    return List.of(
        new Operation.Insert(
            "Logical_Switch_Port", uuid, HashMap.of("name", Datum.of(Atom.of(name)))),
        new Operation.Mutate(
            "Logical_Switch",
            List.of(is(sw)),
            List.of(new Mutation("ports", Mutation.Mutator.INSERT, Datum.of(Atom.of(uuid))))));
  }

  private static List<Operation> addPorts(UUID sw, String name, int count) {
    var operations = new ArrayList<Operation>();
    var ports = new HashSet<UUID>();
    for (int i = 0; i < count; i++) {
      var uuid = UUID.randomUUID();
      var row =
          HashMap.of(
              "name", Datum.of(Atom.of(name + "-" + i)),
              "addresses", Datum.of(Atom.of(PortLoad.ADDRESS)));
      operations.add(new Operation.Insert("Logical_Switch_Port", uuid, row));
      ports.add(uuid);
    }
    var join = new Mutation("ports", Mutation.Mutator.INSERT, new Datum.Ids(ports));
    operations.add(new Operation.Mutate("Logical_Switch", List.of(is(sw)), List.of(join)));
    return operations;
  }

  private static Transaction parsed(byte[] transaction) {
    try {
      return Transaction.parseFrom(transaction);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static Operation touch(UUID sw, int number) {
    return new Operation.Update(
        "Logical_Switch", List.of(is(sw)), HashMap.of("name", Datum.of(Atom.of("s" + number))));
  }

  private static Clause is(UUID row) {
    return new Clause.Comparison("_uuid", Clause.Function.EQUAL, Datum.of(Atom.of(row)));
  }
}
