package io.heddle.it.bench;

import io.heddle.answer.Answers;
import io.heddle.answer.Punted;
import io.heddle.compiler.CompileLoop;
import io.heddle.compiler.PortStatus;
import io.heddle.feature.Features;
import io.heddle.it.lab.Lab;
import io.heddle.it.packets.DummySwitch;
import io.heddle.it.packets.SwitchPool;
import io.heddle.model.Edit;
import io.heddle.model.Ownership;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.model.Store;
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
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/** A controller with its store on disk, and real switches of some of the network's chassis. */
final class LiveCluster implements AutoCloseable {
  private static final Pattern AGE = Pattern.compile("duration=([0-9.]+)s");

  private final Path folder;
  private final int port = Lab.freePort();
  private final List<DummySwitch> switches = new ArrayList<>();
  private Controller controller;

  /**
   * @param live how many of the chassis hv0, hv1, … there really are
   */
  LiveCluster(Path folder, SwitchPool pool, int live, List<Operation> chassis) throws Exception {
    this.folder = folder;
    this.controller = new Controller();
    var known = new ArrayList<>(chassis);
    for (int c = 0; c < live; c++) {
      known.add(
          Edit.put(Chassis.newBuilder().setName("hv" + c).setDatapathId(datapathId(c)).build()));
    }
    commit(known);
    for (int c = 0; c < live; c++) {
      var one = pool.take();
      one.begin(datapathId(c), port);
      switches.add(one);
    }
    awaitInSync();
  }

  private static String datapathId(int chassis) {
    return "%016x".formatted(0x4000 + chassis);
  }

  /** All that makes the controller but the OVSDB side, which has no part in what is measured. */
  private final class Controller implements AutoCloseable {
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Progress progress = new Progress();
    private final RaftStore store;
    private final OpenflowSouthbound openflow;

    Controller() throws Exception {
      var problems = new Problems();
      store = part(RaftStore.open(StoreSettings.alone(folder)));
      var loop = part(new CompileLoop(store, Features.ALL, progress, problems));
      part(new PortStatus(store, progress, snapshot -> Ownership.sole("m1", 1)));
      openflow =
          part(
              new OpenflowSouthbound(
                  store,
                  loop,
                  new Answers(Answers.ROUTING, Punted.NOTHING),
                  progress,
                  problems,
                  snapshot -> Ownership.sole("m1", 1),
                  OpenflowSettings.defaults()
                      .withListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))));
      openflow.start();
    }

    private <T extends AutoCloseable> T part(T part) {
      parts.push(part);
      return part;
    }

    @Override
    public void close() throws Exception {
      while (!parts.isEmpty()) {
        parts.pop().close();
      }
    }
  }

  long commit(List<Operation> operations) throws Exception {
    return RouterBench.commit(controller.store, operations);
  }

  /** Commits, and waits until every switch has confirmed it. */
  void install(List<Operation> operations) throws Exception {
    controller.progress.whenInstalled(commit(operations)).get();
  }

  void awaitUp(int ports) throws InterruptedException {
    await(ports + " ports are up", () -> up(controller.store) == ports);
  }

  private void awaitInSync() throws Exception {
    await("all are connected", () -> controller.openflow.switches().size() == switches.size());
    controller.progress.whenInstalled(controller.store.snapshot().revision()).get();
  }

  /**
   * Ends the controller and starts it again on what it stored.
   *
   * @return how long from the start until all switches are in sync
   */
  Duration restart() throws Exception {
    controller.close();
    long start = System.nanoTime();
    controller = new Controller();
    awaitInSync();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** How many flows of all switches are younger than that. */
  long youngerThan(Duration age) {
    return switches.stream()
        .flatMap(one -> AGE.matcher(one.flows()).results())
        .filter(result -> Double.parseDouble(result.group(1)) < age.toMillis() / 1e3)
        .count();
  }

  private static long up(Store store) {
    return store.snapshot().rows(LogicalSwitchPort.class).values().stream()
        .map(row -> row.as(LogicalSwitchPort.class))
        .filter(one -> one.getType().isEmpty() && one.getUp())
        .count();
  }

  /** What this process and the switches have taken so far. */
  Duration processorTime() {
    return switches.stream()
        .map(DummySwitch::processorTime)
        .reduce(ProcessHandle.current().info().totalCpuDuration().orElseThrow(), Duration::plus);
  }

  private static void await(String what, BooleanSupplier holds) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not after three minutes: " + what);
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  @Override
  public void close() throws Exception {
    controller.close();
  }
}
