package io.heddle.it.bench;

import static io.heddle.it.bench.Figures.print;

import com.google.common.base.Joiner;
import io.heddle.it.lab.Lab;
import io.heddle.it.ovn.ReferenceDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same ports added to Heddle as it is shipped, over OVSDB and over gRPC, and to ovsdb-server,
 * with one member each and with three. One ovsdb-server does not wait for its disk; a cluster of
 * them does, as Heddle always does. Heddle, which is to run for months, is warmed up by {@value
 * #WARM} rounds through each of its doors, so that what runs often is compiled as it will be;
 * ovsdb-server needs none of that. Then they take turns; the figures are the medians of {@value
 * #ROUNDS} rounds. After each round the ports go again, and {@value #REST_SECONDS} s later the next
 * one begins, so that nobody pays for what another left behind.
 */
class NorthboundBench {
  private static final int WARM = 40;
  private static final int ROUNDS = 5;
  private static final int REST_SECONDS = 2;
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

  /** One door of one database, and what was measured there. */
  private static final class Door {
    private final String name;
    private final Callable<LoadClient> client;
    private final DoubleSupplier cpuSeconds;
    private final List<List<LoadClient.Result>> rounds = new ArrayList<>();
    private double spent;

    Door(String name, Callable<LoadClient> client, DoubleSupplier cpuSeconds) {
      this.name = name;
      this.client = client;
      this.cpuSeconds = cpuSeconds;
    }

    /** By a connection of its own: while others have their turn ovsdb-server would end it. */
    void round(boolean counts) throws Exception {
      var results = new ArrayList<LoadClient.Result>();
      double before = cpuSeconds.getAsDouble();
      try (var load = client.call()) {
        for (var one : LOADS) {
          results.add(load.run(one.window(), one.transactions(), one.portsEach(), one.switches()));
        }
        if (counts) {
          rounds.add(results);
          spent += cpuSeconds.getAsDouble() - before;
        }
        load.clear();
      }
      Thread.sleep(Duration.ofSeconds(REST_SECONDS).toMillis());
    }

    double median(int load, ToDoubleFunction<LoadClient.Result> figure) {
      return Figures.median(
          rounds.stream().mapToDouble(r -> figure.applyAsDouble(r.get(load))).toArray());
    }
  }

  @Test
  @Timeout(1_200)
  void oneMember() throws Exception {
    try (var controller = new Distribution(folder, Map.of());
        var reference = new ReferenceDatabase(folder)) {
      compare(List.of(controller), List.of(reference));
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
                    "HEDDLE_CLUSTER_MEMBER", member)));
      }
      references = ReferenceDatabase.cluster(folder, 3);
      compare(controllers, references);
    } finally {
      references.forEach(ReferenceDatabase::close);
      for (var controller : controllers) {
        controller.close();
      }
    }
  }

  private static void compare(List<Distribution> controllers, List<ReferenceDatabase> references)
      throws Exception {
    controllers.forEach(Distribution::awaitReady);
    int heddle = PortLoad.leader(controllers.stream().map(c -> c.northbound).toList());
    int ovsdb = PortLoad.leader(references.stream().map(ReferenceDatabase::port).toList());
    int api =
        controllers.stream().filter(c -> c.northbound == heddle).findFirst().orElseThrow().grpc;
    for (int port : new int[] {heddle, ovsdb}) {
      try (var client = new PortLoad(port, SWITCHES)) {
        client.addSwitches();
      }
    }
    DoubleSupplier ours = () -> controllers.stream().mapToDouble(Distribution::cpuSeconds).sum();
    DoubleSupplier theirs =
        () -> references.stream().mapToDouble(ReferenceDatabase::cpuSeconds).sum();
    var doors =
        List.of(
            new Door("Heddle, OVSDB", () -> new PortLoad(heddle, SWITCHES), ours),
            new Door("Heddle, gRPC", () -> new GrpcLoad(api), ours),
            new Door("ovsdb-server", () -> new PortLoad(ovsdb, SWITCHES), theirs));
    for (int i = 0; i < WARM; i++) {
      for (var door : doors.subList(0, doors.size() - 1)) {
        door.round(false);
      }
    }
    for (int i = 0; i < ROUNDS; i++) {
      for (var door : doors) {
        door.round(true);
      }
    }
    report(controllers.size() == 1 ? "one member" : controllers.size() + " members", doors);
  }

  /** Each door beside the last one, in transactions. */
  private static void report(String members, List<Door> doors) {
    var last = doors.get(doors.size() - 1);
    for (int i = 0; i < LOADS.size(); i++) {
      var load = LOADS.get(i);
      for (var door : doors) {
        double rate = door.median(i, LoadClient.Result::transactions);
        print(
            "%-10s | %2d in flight | %3d ports each | %-13s | %,8.0f transactions/s |"
                + " %,8.0f ports/s | median %7.2f ms | p99 %7.2f ms | %5.2f times",
            members,
            load.window(),
            load.portsEach(),
            door.name,
            rate,
            door.median(i, LoadClient.Result::ports),
            door.median(i, LoadClient.Result::median),
            door.median(i, LoadClient.Result::p99),
            rate / last.median(i, LoadClient.Result::transactions));
      }
    }
    int ports = LOADS.stream().mapToInt(l -> l.transactions() * l.portsEach()).sum() * ROUNDS;
    for (var door : doors) {
      print(
          "%-10s | %-13s | %.3f ms of processor time for each of %,d ports, all loads together",
          members, door.name, 1_000 * door.spent / ports, ports);
    }
  }
}
