package io.heddle.it.bench;

import static io.heddle.it.bench.Figures.print;

import com.google.common.collect.Lists;
import io.grpc.StatusRuntimeException;
import io.heddle.compiler.World;
import io.heddle.it.Northbound;
import io.heddle.it.lab.Lab;
import io.heddle.it.packets.SwitchPool;
import io.heddle.model.Edit;
import io.heddle.northbound.raft.StoreSettings;
import io.heddle.v1.Chassis;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * How much memory the whole controller takes, as it is shipped and configured, with 25,000 ports:
 * as many as are on 500 switches, each bound, spread round-robin over 500 chassis that have tunnels
 * to each other. Once after the API was told of them, and once more after a start on what is
 * stored, with {@value #HOSTS} of the chassis connected: Open vSwitch instances with the dummy
 * datapath.
 */
class MemoryBench {
  private static final int PORTS = 25_000;
  private static final int PORTS_PER_SWITCH = 50;
  private static final int CHASSIS = 500;
  private static final int HOSTS = 50;
  private static final int ROWS_PER_COMMIT = 1_000;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** In which nothing happens: what was used only to get there may be given back. */
  private static final Duration SETTLE = Duration.ofSeconds(45);

  /** Of the threads, those that are printed. */
  private static final int BUSIEST = 6;

  /** In a second, of the kernel's accounts (USER_HZ). */
  private static final double TICKS = 100;

  @TempDir Path folder;

  @Test
  @Timeout(900)
  void resident() throws Exception {
    try (var controller = Controller.ready(folder)) {
      print("the controller without a network: %s", controller.settled());
    }
    observe();
    try (var controller = Controller.ready(folder)) {
      load(controller);
      print("%,d ports, just told by the API: %s", PORTS, controller.settled());
    }
    long start = System.nanoTime();
    try (var controller = new Controller(folder, Map.of())) {
      controller.awaitServing();
      print("%,d ports: reads are answered %.1f s after the start", PORTS, secondsSince(start));
      controller.awaitReady();
      controller.awaitCompiled();
      print("%,d ports: ready and compiled %.1f s after the start", PORTS, secondsSince(start));
      print("%,d ports, started with them: %s", PORTS, controller.settled());
      try (var pool = new SwitchPool(HOSTS)) {
        for (int c = 0; c < HOSTS; c++) {
          pool.take().begin(datapathId(c), controller.openflow());
        }
        Northbound.await("the hosts", PATIENCE, () -> controller.client.connected() == HOSTS);
        print("%,d ports, %d hosts connected: %s", PORTS, HOSTS, controller.settled());
      }
    }
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static String datapathId(int chassis) {
    return "%016x".formatted(0x4000 + chassis);
  }

  /** The same as three members, each with the hosts connected and a third of them its own. */
  @Test
  @Timeout(900)
  void threeMembers() throws Exception {
    var addresses = new TreeMap<String, InetSocketAddress>();
    for (var name : List.of("m1", "m2", "m3")) {
      addresses.put(name, new InetSocketAddress("127.0.0.1", Lab.freePort()));
    }
    var stores = new ArrayList<StoreSettings>();
    for (var name : addresses.keySet()) {
      var others = new TreeMap<>(addresses);
      others.remove(name);
      var data = Files.createDirectories(Distribution.data(folder.resolve(name)));
      // As the launcher marks its folders; it takes no others that hold anything.
      Files.writeString(data.resolve("version"), "heddle-data 1\n");
      stores.add(
          StoreSettings.alone(data.resolve("store")).clustered(name, addresses.get(name), others));
    }
    StoredMembers.write(stores, Stream.concat(observed().stream(), network().stream()).toList());
    var list =
        addresses.entrySet().stream()
            .map(member -> member.getKey() + "=127.0.0.1:" + member.getValue().getPort())
            .collect(Collectors.joining(","));
    var members = new ArrayList<Controller>();
    try (var pool = new SwitchPool(HOSTS)) {
      for (var name : addresses.keySet()) {
        members.add(
            new Controller(
                folder.resolve(name),
                Map.of("HEDDLE_CLUSTER_MEMBERS", list, "HEDDLE_CLUSTER_MEMBER", name)));
      }
      members.forEach(Controller::awaitReady);
      members.forEach(Controller::awaitCompiled);
      for (int c = 0; c < HOSTS; c++) {
        var one = pool.take();
        one.begin(datapathId(c), members.get(0).openflow());
        one.configure(
            Stream.concat(
                    Stream.of("set-controller", "br-int"),
                    members.stream().map(member -> "tcp:127.0.0.1:" + member.openflow()))
                .toArray(String[]::new));
      }
      Northbound.await(
          "the hosts",
          PATIENCE,
          () -> members.stream().mapToLong(member -> member.client.connected()).sum() == HOSTS);
      rest(members, "just connected");
      rest(members, "at rest");
    } finally {
      for (var member : members) {
        member.close();
      }
    }
  }

  /** What the members take while nothing is asked of them, and which of their threads take most. */
  private static void rest(List<Controller> members, String when) throws InterruptedException {
    var before = members.stream().map(Controller::threadSeconds).toList();
    TimeUnit.NANOSECONDS.sleep(SETTLE.toNanos());
    for (int m = 0; m < members.size(); m++) {
      var earlier = before.get(m);
      var shares = new TreeMap<String, Double>();
      members
          .get(m)
          .threadSeconds()
          .forEach(
              (thread, seconds) ->
                  shares.put(
                      thread,
                      100 * (seconds - earlier.getOrDefault(thread, 0.0)) / SETTLE.toSeconds()));
      print(
          "%,d ports, %d hosts %s, member %d of three: %s, %.1f %% of a processor (%s)",
          PORTS,
          HOSTS,
          when,
          m + 1,
          members.get(m).memory(),
          shares.values().stream().mapToDouble(share -> share).sum(),
          shares.entrySet().stream()
              .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
              .limit(BUSIEST)
              .map(share -> "%s %.1f".formatted(share.getKey(), share.getValue()))
              .collect(Collectors.joining(", ")));
    }
  }

  private void observe() throws Exception {
    StoredMembers.write(
        List.of(StoreSettings.alone(Distribution.data(folder).resolve("store"))), observed());
  }

  /** What hosts would have told. */
  private static List<List<Operation>> observed() {
    var operations = new ArrayList<Operation>();
    for (int c = 0; c < CHASSIS; c++) {
      operations.addAll(World.chassis("hv" + c, c, "geneve"));
      operations.add(
          Edit.put(Chassis.newBuilder().setName("hv" + c).setDatapathId(datapathId(c)).build()));
    }
    for (int p = 0; p < PORTS; p++) {
      operations.add(World.bind(port(p), "hv" + p % CHASSIS, 1 + p / CHASSIS));
    }
    return Lists.partition(operations, ROWS_PER_COMMIT);
  }

  private static List<List<Operation>> network() {
    var operations = new ArrayList<Operation>();
    for (int p = 0; p < PORTS; p++) {
      var logicalSwitch = "s" + p / PORTS_PER_SWITCH;
      if (p % PORTS_PER_SWITCH == 0) {
        operations.add(World.logicalSwitch(logicalSwitch));
      }
      operations.add(World.port(port(p), logicalSwitch, World.address(p)));
    }
    return Lists.partition(operations, ROWS_PER_COMMIT);
  }

  private static void load(Controller controller) {
    network().forEach(rows -> controller.client.commit(rows.toArray(Operation[]::new)));
    controller.awaitCompiled();
  }

  private static String port(int number) {
    return "s" + number / PORTS_PER_SWITCH + "-p" + number % PORTS_PER_SWITCH;
  }

  /** The distribution, and who asks it. */
  private static final class Controller implements AutoCloseable {
    private final Distribution process;
    final Northbound client;

    static Controller ready(Path folder) throws IOException {
      var controller = new Controller(folder, Map.of());
      controller.awaitReady();
      return controller;
    }

    Controller(Path folder, Map<String, String> settings) throws IOException {
      process = new Distribution(folder, settings);
      client = new Northbound(process.grpc);
    }

    int openflow() {
      return process.openflow;
    }

    /** Until it tells what it has, and that nothing newer was acknowledged. */
    void awaitServing() {
      Northbound.await("the API", PATIENCE, this::serves);
    }

    private boolean serves() {
      process.checkRuns();
      // Who has called in vain would call again the more seldom the longer it takes.
      try (var listening = new Socket(InetAddress.getLoopbackAddress(), process.grpc)) {
        return !client.rows(LogicalSwitch.class).isEmpty();
      } catch (IOException | StatusRuntimeException notYet) {
        return false;
      }
    }

    void awaitReady() {
      process.awaitReady();
    }

    private Path proc(String name) {
      return Path.of("/proc", "" + process.handle().pid(), name);
    }

    /** Processor time of its threads so far, by their names, as far as the kernel keeps them. */
    Map<String, Double> threadSeconds() {
      var seconds = new TreeMap<String, Double>();
      try (var threads = Files.newDirectoryStream(proc("task"))) {
        for (var thread : threads) {
          stat(thread)
              .ifPresent(
                  stat -> {
                    // proc(5): the name in parentheses; utime and stime stand ten after the state.
                    var name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
                    var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                    double ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
                    seconds.merge(name, ticks / TICKS, Double::sum);
                  });
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return seconds;
    }

    private static Optional<String> stat(Path thread) {
      try {
        return Optional.of(Files.readString(thread.resolve("stat")));
      } catch (IOException ended) {
        return Optional.empty();
      }
    }

    void awaitCompiled() {
      client.awaitCompiled();
    }

    String settled() throws InterruptedException {
      TimeUnit.NANOSECONDS.sleep(SETTLE.toNanos());
      process.checkRuns();
      return memory();
    }

    String memory() {
      return "%d MB resident, %d MB at most before".formatted(status("VmRSS"), status("VmHWM"));
    }

    /** One of the sizes in proc(5)'s status, in megabytes. */
    private long status(String name) {
      return read(proc("status"))
          .lines()
          .filter(line -> line.startsWith(name + ":"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1_024)
          .findFirst()
          .orElseThrow();
    }

    private static String read(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws InterruptedException {
      client.close();
      process.close();
    }
  }
}
