package io.heddle.it.bench;

import static io.heddle.it.bench.Figures.median;
import static io.heddle.it.bench.Figures.percentile;
import static io.heddle.it.bench.Figures.print;

import io.heddle.answer.Answers;
import io.heddle.answer.Punted;
import io.heddle.compiler.CompileLoop;
import io.heddle.compiler.PortStatus;
import io.heddle.compiler.World;
import io.heddle.feature.Features;
import io.heddle.it.packets.DummySwitch;
import io.heddle.it.packets.SwitchPool;
import io.heddle.model.Edit;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.northbound.raft.RaftStore;
import io.heddle.northbound.raft.StoreSettings;
import io.heddle.openflow.OpenflowSettings;
import io.heddle.openflow.OpenflowSouthbound;
import io.heddle.v1.Chassis;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster on real switches: one router, one switch for each chassis. What single changes cost
 * from commit until every chassis confirmed them, and how long the whole takes from nothing.
 */
class InstalledBench {
  private static final int CHASSIS = Integer.getInteger("bench.chassis", 50);
  private static final int PORTS = Integer.getInteger("bench.ports", 20);
  private static final int WARM_UP = 20;
  private static final int REPETITIONS = 50;
  private static final int PORT_CHANGES = 100;

  @TempDir Path folder;

  @Test
  void cluster() throws Exception {
    var parts = new ArrayDeque<AutoCloseable>();
    var pool = part(parts, new SwitchPool(CHASSIS));
    try {
      run(parts, pool);
    } finally {
      while (!parts.isEmpty()) {
        parts.pop().close();
      }
    }
  }

  private void run(Deque<AutoCloseable> parts, SwitchPool pool) throws Exception {
    var progress = new Progress();
    var problems = new Problems();
    var store = part(parts, RaftStore.open(StoreSettings.alone(folder)));
    var loop = part(parts, new CompileLoop(store, Features.ALL, progress, problems));
    part(parts, new PortStatus(store, progress));
    var openflow =
        part(
            parts,
            new OpenflowSouthbound(
                store,
                loop,
                new Answers(Answers.ROUTING, Punted.NOTHING),
                progress,
                problems,
                () -> 1,
                OpenflowSettings.defaults()
                    .listeningOn(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))));
    openflow.start();
    var transactions = RouterBench.transactions(CHASSIS, PORTS);
    RouterBench.commit(store, withDatapathIds(transactions.get(0)));
    var switches = new ArrayList<DummySwitch>();
    for (int c = 0; c < CHASSIS; c++) {
      var one = pool.take();
      one.begin(datapathId(c), openflow.port());
      switches.add(one);
    }
    await("all switches are connected", () -> openflow.switches().size() == CHASSIS);
    progress.whenInstalled(store.snapshot().revision()).get();

    long start = System.nanoTime();
    for (var operations : transactions.subList(1, transactions.size())) {
      RouterBench.commit(store, operations);
    }
    await("all ports are up", () -> up(store) == CHASSIS * PORTS);
    print(
        "%d chassis, %d ports each, from an empty network until all are up: %.0f ms",
        CHASSIS, PORTS, (System.nanoTime() - start) / 1e6);

    var clock = new Clock(store, progress);
    clock.time("port added", RouterBench::newPort);
    clock.time("port moved", i -> List.of(World.bind("new0", "hv" + (1 + i % 2), 20_000 + i)));
    clock.time("port deleted", i -> List.of(Edit.delete(LogicalSwitchPort.class, "new" + (i + 1))));
    clock.time("route added", RouterBench::newRoute);
    clock.time("router with switch added", i -> RouterBench.newRouter(i, PORTS));

    var before = processorTime(switches);
    for (int i = 0; i < PORT_CHANGES; i++) {
      long revision = RouterBench.commit(store, RouterBench.newPort(1_000 + i));
      progress.whenInstalled(revision).get();
    }
    print(
        "%d chassis, %d port changes: %.2f s of processor time, all processes together",
        CHASSIS, PORT_CHANGES, processorTime(switches).minus(before).toMillis() / 1e3);
  }

  /** Times single commits, each from its beginning until all chassis confirmed it. */
  private record Clock(RaftStore store, Progress progress) {
    void time(String what, IntFunction<List<Operation>> change) throws Exception {
      var times = new double[REPETITIONS];
      for (int i = -WARM_UP; i < REPETITIONS; i++) {
        var operations = change.apply(i + WARM_UP);
        long start = System.nanoTime();
        progress.whenInstalled(RouterBench.commit(store, operations)).get();
        if (i >= 0) {
          times[i] = (System.nanoTime() - start) / 1e6;
        }
      }
      print(
          "%d chassis, %d ports each, %s: commit to installed on all, median %.1f ms, p95 %.1f ms",
          CHASSIS, PORTS, what, median(times), percentile(times, 95));
    }
  }

  private static Duration processorTime(List<DummySwitch> switches) {
    return switches.stream()
        .map(DummySwitch::processorTime)
        .reduce(ProcessHandle.current().info().totalCpuDuration().orElseThrow(), Duration::plus);
  }

  private static long up(RaftStore store) {
    return store
        .snapshot()
        .rows(LogicalSwitchPort.class)
        .values()
        .toJavaStream()
        .map(row -> row.as(LogicalSwitchPort.class))
        .filter(port -> port.getType().isEmpty() && port.getUp())
        .count();
  }

  private static List<Operation> withDatapathIds(List<Operation> operations) {
    var all = new ArrayList<>(operations);
    for (int c = 0; c < CHASSIS; c++) {
      all.add(
          Edit.put(Chassis.newBuilder().setName("hv" + c).setDatapathId(datapathId(c)).build()));
    }
    return all;
  }

  private static String datapathId(int chassis) {
    return "%016x".formatted(0x4000 + chassis);
  }

  private static void await(String what, java.util.function.BooleanSupplier holds)
      throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not after three minutes: " + what);
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private static <T extends AutoCloseable> T part(Deque<AutoCloseable> parts, T part) {
    parts.push(part);
    return part;
  }
}
