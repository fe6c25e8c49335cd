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
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import io.heddle.v1.StaticRoute;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The network of a cluster: one router, one switch for each chassis, whose ports are all there. How
 * many flows a chassis needs, and what single changes cost from commit to compiled.
 */
class RouterBench {
  private static final int WARM_UP = 200;
  private static final int REPETITIONS = 200;

  @TempDir Path folder;

  @Test
  void flowsPerChassis() {
    for (int ports : List.of(1, 20, 100)) {
      print(
          "1 router, 50 switches on 50 chassis, %d ports each: %,d flows on a chassis",
          ports, flows(50, ports));
    }
    print(
        "1 router, 500 switches on 500 chassis, 50 ports each: %,d flows on a chassis",
        flows(500, 50));
  }

  private static long flows(int chassis, int ports) {
    var world = new World();
    transactions(chassis, ports).forEach(operations -> world.commit(Edit.observation(operations)));
    var one = world.uuid(io.heddle.v1.Chassis.class, "hv0");
    return world.network().plan(one).mapToLong(unit -> unit.flows().size()).sum();
  }

  @Test
  void fromNothing() throws IOException {
    var world = new World();
    transactions(500, 50).forEach(operations -> world.commitOnly(Edit.observation(operations)));
    FromNothing.time("1 router, 500 switches on 500 chassis, 50 ports each", world.snapshot());
  }

  @Test
  void changes() throws Exception {
    changes(20, 50);
    changes(500, 50);
  }

  private void changes(int chassis, int ports) throws Exception {
    var progress = new Progress();
    try (var store = RaftStore.open(StoreSettings.alone(folder.resolve("store-" + chassis)));
        var loop = new CompileLoop(store, Features.ALL, progress, new Problems())) {
      for (var operations : transactions(chassis, ports)) {
        commit(store, operations);
      }
      progress.whenCompiled(store.snapshot().revision()).get();
      var size = String.format("%,d ports", chassis * ports);
      var clock = new Clock(size, store, loop, progress);
      clock.time("port added", RouterBench::newPort);
      clock.time("port moved", i -> List.of(World.bind("new0", "hv" + (1 + i % 2), 20_000 + i)));
      clock.time(
          "port deleted", i -> List.of(Edit.delete(LogicalSwitchPort.class, "new" + (i + 1))));
      clock.time("route added", RouterBench::newRoute);
      clock.time("router with switch added", i -> newRouter(i, ports));
    }
  }

  /** Times single commits, each from its beginning until it is compiled. */
  private record Clock(String size, RaftStore store, CompileLoop loop, Progress progress) {
    void time(String what, IntFunction<List<Operation>> change) throws Exception {
      var times = new double[REPETITIONS];
      var queries = new double[REPETITIONS];
      for (int i = -WARM_UP; i < REPETITIONS; i++) {
        long ran = loop.read(Network::queriesRun).get();
        var operations = change.apply(i + WARM_UP);
        long start = System.nanoTime();
        long revision = commit(store, operations);
        progress.whenCompiled(revision).get();
        if (i >= 0) {
          times[i] = (System.nanoTime() - start) / 1e6;
          queries[i] = loop.read(Network::queriesRun).get() - ran;
        }
      }
      print(
          "cluster of %s, %s: commit to compiled median %.2f ms, p95 %.2f ms; queries run %.0f",
          size, what, median(times), percentile(times, 95), median(queries));
    }
  }

  static long commit(RaftStore store, List<Operation> operations) throws Exception {
    if (store.commit(Edit.observation(operations)).get() instanceof Outcome.Committed committed) {
      return committed.receipt().getRevision();
    }
    throw new IllegalStateException("refused: " + operations);
  }

  static List<Operation> newPort(int i) {
    var mac = String.format("06:ff:00:00:%02x:%02x", i >> 8, i & 255);
    var ip = String.format("10.0.0.%d", 2 + (100 + i) % 250);
    return List.of(
        World.port("new" + i, "s0", mac + " " + ip), World.bind("new" + i, "hv0", 20_000 + i));
  }

  static List<Operation> newRoute(int i) {
    return List.of(
        Edit.put(
            StaticRoute.newBuilder()
                .setLogicalRouter("r")
                .setIpPrefix(String.format("172.16.%d.0/24", i % 256))
                .setNexthop("10.0.0." + (2 + i % 40))
                .setPolicy(i < 256 ? "dst-ip" : "src-ip")
                .build()));
  }

  static List<Operation> newRouter(int i, int ports) {
    var operations = new ArrayList<Operation>();
    operations.add(Edit.put(LogicalRouter.newBuilder().setName("new-r" + i).build()));
    operations.add(Edit.put(LogicalSwitch.newBuilder().setName("new-s" + i).build()));
    operations.addAll(
        link(
            "new-r" + i,
            "new-s" + i,
            String.format("192.168.%d.%d/30", i / 64, i % 64 * 4 + 1),
            40_000 + i));
    for (int p = 0; p < Math.min(ports, 20); p++) {
      var mac = String.format("06:%02x:%02x:00:00:%02x", i >> 8, i & 255, p);
      operations.add(World.port("new-s" + i + "-p" + p, "new-s" + i, mac));
    }
    return operations;
  }

  /** The network, in the transactions that make it. */
  static List<List<Operation>> transactions(int chassis, int ports) {
    var all = new ArrayList<List<Operation>>();
    var hosts = new ArrayList<Operation>();
    for (int c = 0; c < chassis; c++) {
      hosts.addAll(World.chassis("hv" + c, c, "geneve"));
    }
    hosts.add(Edit.put(LogicalRouter.newBuilder().setName("r").build()));
    all.add(hosts);
    for (int s = 0; s < chassis; s++) {
      var operations = new ArrayList<Operation>();
      operations.add(Edit.put(LogicalSwitch.newBuilder().setName("s" + s).build()));
      operations.addAll(link("r", "s" + s, String.format("10.%d.%d.1/24", s / 256, s % 256), s));
      for (int p = 0; p < ports; p++) {
        var name = "s" + s + "-p" + p;
        var mac = String.format("02:%02x:%02x:00:00:%02x", s >> 8, s & 255, p);
        var ip = String.format("10.%d.%d.%d", s / 256, s % 256, 2 + p);
        operations.add(World.port(name, "s" + s, mac + " " + ip));
        operations.add(World.bind(name, "hv" + s, 1 + p));
      }
      all.add(operations);
    }
    return all;
  }

  private static List<Operation> link(String router, String logicalSwitch, String network, int n) {
    var name = router + "-" + logicalSwitch;
    return List.of(
        Edit.put(
            LogicalRouterPort.newBuilder()
                .setName(name)
                .setLogicalRouter(router)
                .setMac(String.format("0e:00:00:%02x:%02x:%02x", n >> 16, n >> 8 & 255, n & 255))
                .addNetworks(network)
                .build()),
        Edit.put(
            LogicalSwitchPort.newBuilder()
                .setName(logicalSwitch + "-" + router)
                .setLogicalSwitch(logicalSwitch)
                .setType("router")
                .addAddresses("router")
                .putOptions("router-port", name)
                .build()));
  }
}
