package io.heddle.it.bench;

import static io.heddle.it.bench.Figures.median;
import static io.heddle.it.bench.Figures.percentile;
import static io.heddle.it.bench.Figures.print;

import io.heddle.compiler.World;
import io.heddle.it.packets.SwitchPool;
import io.heddle.model.Edit;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster on real switches: one router, one switch for each chassis. What single changes cost
 * from commit until every chassis confirmed them, and how long the whole takes from nothing; and,
 * where OVN is installed, what the same costs there.
 */
class InstalledBench {
  private static final int WARM_UP = 20;
  private static final int REPETITIONS = 50;
  private static final int PEER_REPETITIONS = 20;
  private static final int PORT_CHANGES = 100;

  @TempDir Path folder;

  /** Figures by what was measured. */
  private final Map<String, Double> ours = new HashMap<>();

  @Test
  void tenLiveAndThousandPorts() throws Exception {
    cluster(10, 10, 100);
  }

  @Test
  void fiftyLiveAndThousandPortsBesideOvn() throws Exception {
    cluster(50, 50, 20);
    if (OvnCluster.isInstalled()) {
      peer(50, 20);
    } else {
      print("OVN is not installed here (ovn-central, ovn-host), so nothing stands beside it");
    }
  }

  @Test
  void tenLiveOfFiveHundred() throws Exception {
    cluster(10, 500, 50);
  }

  @Test
  void fiftyLiveOfFiveHundred() throws Exception {
    cluster(50, 500, 50);
  }

  private void cluster(int live, int chassis, int ports) throws Exception {
    var what = "%d live of %d chassis, %d ports each".formatted(live, chassis, ports);
    var transactions = RouterBench.transactions(chassis, ports);
    try (var pool = new SwitchPool(live);
        var cluster = new LiveCluster(folder, pool, live, transactions.get(0))) {
      long start = System.nanoTime();
      for (var operations : transactions.subList(1, transactions.size())) {
        cluster.commit(operations);
      }
      cluster.awaitUp(live * ports);
      tell(what, "from an empty network until all ports are up", millis(start));

      var clock = new Clock(what, cluster);
      clock.time("port added", RouterBench::newPort);
      clock.time("port moved", i -> List.of(World.bind("new0", "hv" + (1 + i % 2), 20_000 + i)));
      clock.time(
          "port deleted", i -> List.of(Edit.delete(LogicalSwitchPort.class, "new" + (i + 1))));
      clock.time("route added", RouterBench::newRoute);
      clock.time("router with switch added", i -> RouterBench.newRouter(i, ports));

      var before = cluster.processorTime();
      for (int i = 0; i < PORT_CHANGES; i++) {
        cluster.install(RouterBench.newPort(1_000 + i));
      }
      var taken = cluster.processorTime().minus(before);
      tell(what, "processor time of 100 port changes, all processes", taken.toMillis());

      long restarted = System.nanoTime();
      var inSync = cluster.restart();
      tell(what, "controller started again until all are in sync", inSync.toMillis());
      long touched = cluster.youngerThan(Duration.ofNanos(System.nanoTime() - restarted));
      print("%s, flows touched by that: %d", what, touched);
    }
  }

  /** Times single commits, each from its beginning until all chassis confirmed it. */
  private final class Clock {
    private final String network;
    private final LiveCluster cluster;

    Clock(String network, LiveCluster cluster) {
      this.network = network;
      this.cluster = cluster;
    }

    void time(String what, IntFunction<List<Operation>> change) throws Exception {
      var times = new double[REPETITIONS];
      for (int i = -WARM_UP; i < REPETITIONS; i++) {
        var operations = change.apply(i + WARM_UP);
        long start = System.nanoTime();
        cluster.install(operations);
        if (i >= 0) {
          times[i] = millis(start);
        }
      }
      ours.put(what, median(times));
      print(
          "%s, %s: commit to installed on all, median %.1f ms, p95 %.1f ms",
          network, what, median(times), percentile(times, 95));
    }
  }

  private void tell(String network, String what, double millis) {
    ours.put(what, millis);
    print("%s, %s: %.0f ms", network, what, millis);
  }

  private static double millis(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  /** The same with OVN, as far as it has the same. */
  private void peer(int chassis, int ports) throws Exception {
    try (var pool = new SwitchPool(chassis);
        var ovn = new OvnCluster(pool, chassis, ports)) {
      beside("from an empty network until all ports are up", ovn.provision().toMillis());
      compare("port added", i -> ovn.addPort(i));
      compare("port deleted", i -> ovn.deletePort(i));
      compare("router with switch added", i -> ovn.addRouter(i));
      var before = ovn.processorTime();
      for (int i = 0; i < PORT_CHANGES; i++) {
        ovn.addPort(1_000 + i);
      }
      var taken = ovn.processorTime().minus(before);
      beside("processor time of 100 port changes, all processes", taken.toMillis());
      beside("controller started again until all are in sync", ovn.restart().toMillis());
    }
  }

  private interface Timed {
    Duration run(int i) throws Exception;
  }

  private void compare(String what, Timed change) throws Exception {
    var times = new double[PEER_REPETITIONS];
    for (int i = 0; i < PEER_REPETITIONS; i++) {
      times[i] = change.run(i).toNanos() / 1e6;
    }
    beside(what, median(times));
  }

  private void beside(String what, double theirs) {
    print(
        "beside OVN, %s: OVN %.0f ms, Heddle %.1f ms: %.1f times",
        what, theirs, ours.get(what), theirs / ours.get(what));
  }
}
