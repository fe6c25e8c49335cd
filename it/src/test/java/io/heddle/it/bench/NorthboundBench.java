package io.heddle.it.bench;

import static io.heddle.it.bench.Figures.median;
import static io.heddle.it.bench.Figures.print;

import com.google.common.base.Joiner;
import io.heddle.it.lab.Lab;
import io.heddle.it.ovn.ReferenceDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ports added over OVSDB to Heddle as it is shipped, and to ovsdb-server, which does not wait for
 * its disk where it is alone, with one member each and with three. They take turns; each is warmed
 * up by {@value #WARM} rounds, the figures are the medians of {@value #ROUNDS} more. After each
 * round the ports go again.
 */
class NorthboundBench {
  private static final int WARM = 3;
  private static final int ROUNDS = 5;
  private static final int SWITCHES = 20;

  /**
   * @param window transactions that wait for their answer
   */
  private record Load(int window, int transactions, int portsEach, int switches) {}

  private static final List<Load> LOADS =
      List.of(
          new Load(1, 1_000, 1, 1),
          new Load(16, 2_500, 1, SWITCHES),
          new Load(64, 5_000, 1, SWITCHES),
          new Load(8, 100, 100, SWITCHES));

  @TempDir Path folder;

  @Test
  @Timeout(1_200)
  void oneMember() throws Exception {
    try (var controller = new Distribution(folder, Map.of());
        var reference = new ReferenceDatabase(folder)) {
      compare("one member", List.of(controller), List.of(reference));
    }
  }

  /** All three on this machine, each with a disk of its own in name only. */
  @Test
  @Timeout(1_800)
  void threeMembers() throws Exception {
    var members = new TreeMap<String, String>();
    for (int i = 1; i <= 3; i++) {
      members.put("m" + i, "127.0.0.1:" + Lab.freePort());
    }
    var list = Joiner.on(",").withKeyValueSeparator("=").join(members);
    var controllers = new ArrayList<Distribution>();
    List<ReferenceDatabase> references = List.of();
    try {
      for (var member : members.keySet()) {
        controllers.add(
            new Distribution(
                Files.createDirectory(folder.resolve(member)),
                Map.of(
                    "HEDDLE_CLUSTER_MEMBERS", list,
                    "HEDDLE_CLUSTER_MEMBER", member,
                    "HEDDLE_HEAP", "512m")));
      }
      references = ReferenceDatabase.cluster(folder, 3);
      compare("three members", controllers, references);
    } finally {
      references.forEach(ReferenceDatabase::close);
      for (var controller : controllers) {
        controller.close();
      }
    }
  }

  private static void compare(
      String what, List<Distribution> controllers, List<ReferenceDatabase> references)
      throws IOException {
    controllers.forEach(Distribution::awaitReady);
    int heddle = PortLoad.leader(controllers.stream().map(c -> c.northbound).toList());
    int ovsdb = PortLoad.leader(references.stream().map(ReferenceDatabase::port).toList());
    for (int port : new int[] {heddle, ovsdb}) {
      try (var client = new PortLoad(port, SWITCHES)) {
        client.addSwitches();
      }
    }
    for (int i = 0; i < WARM; i++) {
      round(heddle);
      round(ovsdb);
    }
    var ours = new ArrayList<List<PortLoad.Result>>();
    var theirs = new ArrayList<List<PortLoad.Result>>();
    double before = cpuSeconds(controllers);
    for (int i = 0; i < ROUNDS; i++) {
      ours.add(round(heddle));
      theirs.add(round(ovsdb));
    }
    for (int i = 0; i < LOADS.size(); i++) {
      report("Heddle, " + what, LOADS.get(i), i, ours);
      report("ovsdb-server, " + what, LOADS.get(i), i, theirs);
    }
    int commits = LOADS.stream().mapToInt(Load::transactions).sum() * ROUNDS;
    print(
        "Heddle, %s: %.2f ms of processor time for each of %,d transactions, all loads together",
        what, 1_000 * (cpuSeconds(controllers) - before) / commits, commits);
  }

  private static double cpuSeconds(List<Distribution> controllers) {
    return controllers.stream().mapToDouble(Distribution::cpuSeconds).sum();
  }

  /** By a connection of its own: while the other has its turn ovsdb-server would end it. */
  private static List<PortLoad.Result> round(int port) throws IOException {
    var results = new ArrayList<PortLoad.Result>();
    try (var client = new PortLoad(port, SWITCHES)) {
      for (var load : LOADS) {
        results.add(
            client.run(load.window(), load.transactions(), load.portsEach(), load.switches()));
      }
      client.clear();
    }
    return results;
  }

  private static void report(
      String server, Load load, int which, List<List<PortLoad.Result>> rounds) {
    ToDoubleFunction<ToDoubleFunction<PortLoad.Result>> over =
        figure ->
            median(rounds.stream().mapToDouble(r -> figure.applyAsDouble(r.get(which))).toArray());
    print(
        "%s, %d in flight, %d ports each: %,.0f transactions/s, %,.0f ports/s, median %.2f ms,"
            + " p99 %.2f ms",
        server,
        load.window(),
        load.portsEach(),
        over.applyAsDouble(PortLoad.Result::transactions),
        over.applyAsDouble(PortLoad.Result::ports),
        over.applyAsDouble(PortLoad.Result::median),
        over.applyAsDouble(PortLoad.Result::p99));
  }
}
