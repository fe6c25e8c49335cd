package io.heddle.it.bench;

import static io.heddle.it.bench.Figures.median;
import static io.heddle.it.bench.Figures.percentile;
import static io.heddle.it.bench.Figures.print;

import io.heddle.compiler.CompileLoop;
import io.heddle.compiler.Network;
import io.heddle.compiler.World;
import io.heddle.feature.Features;
import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.northbound.raft.RaftStore;
import io.heddle.northbound.raft.StoreSettings;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One port in a network of 1,000 and of 25,000: from commit to compiled, through the store on disk.
 * And the large network compiled from nothing.
 */
class CompileBench {
  private static final int PORTS_PER_SWITCH = 50;
  private static final int WARM_UP = 300;
  private static final int REPETITIONS = 200;

  @TempDir Path folder;

  @Test
  void onePort() throws Exception {
    double small = onePort(1_000, 20);
    double large = onePort(25_000, 500);
    print("port added, 25,000 ports : 1,000 ports = %.2f", large / small);
  }

  private double onePort(int ports, int chassis) throws Exception {
    var progress = new Progress();
    try (var store = RaftStore.open(StoreSettings.alone(folder.resolve("store-" + ports)));
        var loop = new CompileLoop(store, Features.ALL, progress, new Problems())) {
      fill(store, ports, chassis);
      progress.whenCompiled(store.snapshot().revision()).get();
      var times = new double[REPETITIONS];
      var compiling = new double[REPETITIONS];
      var queries = new double[REPETITIONS];
      for (int i = -WARM_UP; i < REPETITIONS; i++) {
        var name = "new" + (i + WARM_UP);
        long ran = loop.read(Network::queriesRun).get();
        long start = System.nanoTime();
        var outcome =
            store
                .commit(
                    Edit.observation(
                        World.port(name, "s0", String.format("02:ff:00:00:%02x:01", i & 255)),
                        World.bind(name, "hv0", 20_000 + i)))
                .get();
        long committed = System.nanoTime();
        progress.whenCompiled(((Outcome.Committed) outcome).receipt().getRevision()).get();
        long compiled = System.nanoTime();
        if (i >= 0) {
          times[i] = (compiled - start) / 1e6;
          compiling[i] = (compiled - committed) / 1e6;
          queries[i] = loop.read(Network::queriesRun).get() - ran;
        }
        store.commit(Edit.transaction(Edit.delete(LogicalSwitchPort.class, name))).get();
        progress.whenCompiled(store.snapshot().revision()).get();
      }
      print(
          "%,d ports, one added: commit to compiled median %.2f ms, p95 %.2f ms; of it after the commit %.2f ms; queries run %.0f",
          ports, median(times), percentile(times, 95), median(compiling), median(queries));
      return median(times);
    }
  }

  private static void fill(RaftStore store, int ports, int chassis) throws Exception {
    var operations = new ArrayList<Operation>();
    for (int c = 0; c < chassis; c++) {
      operations.addAll(World.chassis("hv" + c, c, "geneve"));
    }
    commit(store, operations);
    for (int s = 0; s < ports / PORTS_PER_SWITCH; s++) {
      operations.clear();
      operations.add(World.logicalSwitch("s" + s));
      for (int p = 0; p < PORTS_PER_SWITCH; p++) {
        int number = s * PORTS_PER_SWITCH + p;
        var name = "s" + s + "-p" + p;
        operations.add(World.port(name, "s" + s, World.address(number)));
        int ofport = 1 + s / chassis * PORTS_PER_SWITCH + p;
        operations.add(World.bind(name, "hv" + s % chassis, ofport));
      }
      commit(store, operations);
    }
  }

  private static void commit(RaftStore store, List<Operation> operations) throws Exception {
    var outcome = store.commit(Edit.observation(operations)).get();
    if (!(outcome instanceof Outcome.Committed)) {
      throw new IllegalStateException("" + outcome);
    }
  }

  @Test
  void fromNothing() throws IOException {
    FromNothing.time(
        "25,000 ports, 500 switches, 500 chassis", World.of(500, PORTS_PER_SWITCH, 500).snapshot());
  }
}
