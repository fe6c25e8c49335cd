package io.heddle.it.bench;

import static io.heddle.it.bench.Figures.median;
import static io.heddle.it.bench.Figures.percentile;
import static io.heddle.it.bench.Figures.print;

import io.heddle.it.packets.SwitchPool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same ovn-nbctl commands carried out by OVN and by Heddle as it is shipped, one after the
 * other on switches of the same kind: one router, one switch for each chassis. What a step takes is
 * counted from the command until {@code --wait=hv} says that all chassis are in sync, or {@code
 * --wait=sb}, or until the host is told that the port works ({@code ovn-installed}).
 *
 * <p>Properties: {@code heddle.bench.chassis}, {@code heddle.bench.ports} of each, {@code
 * heddle.bench.repetitions} of each step, and {@code heddle.bench.warmup} before.
 */
class NbctlBench {
  private static final int CHASSIS = Integer.getInteger("heddle.bench.chassis", 50);
  private static final int PORTS = Integer.getInteger("heddle.bench.ports", 20);
  private static final int REPETITIONS = Integer.getInteger("heddle.bench.repetitions", 20);

  /** Of each step, before what counts. */
  private static final int WARM_UP = Integer.getInteger("heddle.bench.warmup", 20);

  @TempDir Path folder;

  /** Steps and what each took, one after the other. */
  private static final class Steps {
    private final String who;
    private final NbctlCluster cluster;
    private final Map<String, String> told = new LinkedHashMap<>();

    Steps(String who, NbctlCluster cluster) {
      this.who = who;
      this.cluster = cluster;
    }

    Map<String, String> run(Duration provisioned) throws Exception {
      tell("from an empty network until all ports are up, s", seconds(provisioned));
      tell("flows of one switch", "" + cluster.switches().get(0).flows().lines().count());
      var before = cluster.processorTime();
      repeat("nothing, all in sync", i -> time("--wait=hv", "sync"));
      var works = new double[REPETITIONS];
      repeat("port added and bound, all in sync", i -> bind(i, works));
      tell("port added and bound, its host was told so, ms", summary(works));
      repeat("router with switch added, all in sync", cluster::addRouter);
      repeat("port added, compiled", i -> time("--wait=sb", "lsp-add", "s0", "only" + i));
      repeat("port deleted, all in sync", cluster::deletePort);
      tell("processor time of all that, s", seconds(cluster.processorTime().minus(before)));
      tell("resident memory of all but the switches, MB", "" + cluster.memory());
      tell("all controllers started again until in sync, s", seconds(cluster.restart()));
      return told;
    }

    private Duration bind(int i, double[] works) {
      var host = cluster.switches().get(i % cluster.switches().size());
      var name = "new" + i;
      var words = new ArrayList<>(NbctlCluster.interfaceOf(name));
      long start = System.nanoTime();
      var plugged = CompletableFuture.runAsync(() -> host.configure(words.toArray(String[]::new)));
      cluster.nbctl(cluster.newPort(i));
      plugged.join();
      host.configure("wait-until", "Interface", name, "external_ids:ovn-installed=true");
      if (i >= WARM_UP) {
        works[i - WARM_UP] = millis(NbctlCluster.since(start));
      }
      cluster.nbctl("--wait=hv", "sync");
      return NbctlCluster.since(start);
    }

    private Duration time(String... words) {
      long start = System.nanoTime();
      cluster.nbctl(words);
      return NbctlCluster.since(start);
    }

    private interface Step {
      Duration run(int i) throws Exception;
    }

    private void repeat(String what, Step step) throws Exception {
      var times = new double[REPETITIONS];
      for (int i = 0; i < WARM_UP + REPETITIONS; i++) {
        var time = step.run(i);
        if (i >= WARM_UP) {
          times[i - WARM_UP] = millis(time);
        }
      }
      tell(what + ", ms", summary(times));
    }

    private static double millis(Duration time) {
      return time.toNanos() / 1e6;
    }

    private static String summary(double[] millis) {
      return "%.0f / %.0f".formatted(median(millis), percentile(millis, 95));
    }

    private static String seconds(Duration time) {
      return "%.1f".formatted(time.toMillis() / 1e3);
    }

    private void tell(String what, String figure) {
      told.put(what, figure);
      print("%s, %s: %s", who, what, figure);
    }
  }

  @Test
  @Timeout(3_600)
  void sideBySide() throws Exception {
    var columns = new ArrayList<Map<String, String>>();
    if (OvnCluster.isInstalled()) {
      try (var pool = new SwitchPool(CHASSIS);
          var ovn = new OvnCluster(pool, CHASSIS, PORTS)) {
        columns.add(new Steps("OVN", ovn).run(ovn.provision()));
      }
    } else {
      print("OVN is not installed here (ovn-central, ovn-host), so nothing stands beside it");
    }
    try (var pool = new SwitchPool(CHASSIS);
        var heddle = new HeddleCluster(folder, pool, CHASSIS, PORTS)) {
      columns.add(new Steps("Heddle", heddle).run(heddle.provision()));
    }
    print(
        "| %d chassis, %d ports each | %s",
        CHASSIS, PORTS, columns.size() > 1 ? "OVN | Heddle |" : "Heddle |");
    for (var step : columns.get(0).keySet()) {
      var figures = columns.stream().map(c -> c.get(step)).toList();
      print("| %s | %s |", step, String.join(" | ", figures));
    }
  }
}
