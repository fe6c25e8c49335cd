package io.heddle.it.bench;

import static io.heddle.it.bench.Figures.print;

import io.heddle.compiler.World;
import io.heddle.it.Northbound;
import io.heddle.it.lab.Lab;
import io.heddle.it.packets.SwitchPool;
import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.northbound.raft.RaftStore;
import io.heddle.northbound.raft.StoreSettings;
import io.heddle.v1.Chassis;
import io.heddle.v1.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

  /** Unpacked by make build. */
  private static final Path HOME = Path.of("..", ".run", "heddle").toAbsolutePath().normalize();

  @TempDir Path folder;

  @Test
  @Timeout(900)
  void resident() throws Exception {
    try (var controller = new Controller(folder)) {
      print("the controller without a network: %s", controller.settled());
    }
    observe();
    try (var controller = new Controller(folder)) {
      load(controller);
      print("%,d ports, just told by the API: %s", PORTS, controller.settled());
    }
    long start = System.nanoTime();
    try (var controller = new Controller(folder)) {
      controller.awaitCompiled();
      print("%,d ports: ready and compiled %.1f s after the start", PORTS, secondsSince(start));
      print("%,d ports, started with them: %s", PORTS, controller.settled());
      try (var pool = new SwitchPool(HOSTS)) {
        for (int c = 0; c < HOSTS; c++) {
          pool.take().begin(datapathId(c), controller.openflow);
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

  /** What hosts would have told: no client may write it, so it is stored before. */
  private void observe() throws Exception {
    try (var store = RaftStore.open(StoreSettings.alone(folder.resolve("store")))) {
      var operations = new ArrayList<Operation>();
      for (int c = 0; c < CHASSIS; c++) {
        operations.addAll(World.chassis("hv" + c, c, "geneve"));
        operations.add(
            Edit.put(Chassis.newBuilder().setName("hv" + c).setDatapathId(datapathId(c)).build()));
      }
      for (int p = 0; p < PORTS; p++) {
        operations.add(World.bind(port(p), "hv" + p % CHASSIS, 1 + p / CHASSIS));
        if (operations.size() >= ROWS_PER_COMMIT || p == PORTS - 1) {
          var outcome = store.commit(Edit.observation(operations)).get();
          if (!(outcome instanceof Outcome.Committed)) {
            throw new IllegalStateException("" + outcome);
          }
          operations.clear();
        }
      }
    }
  }

  private static void load(Controller controller) {
    var operations = new ArrayList<Operation>();
    for (int p = 0; p < PORTS; p++) {
      var logicalSwitch = "s" + p / PORTS_PER_SWITCH;
      if (p % PORTS_PER_SWITCH == 0) {
        operations.add(World.logicalSwitch(logicalSwitch));
      }
      operations.add(World.port(port(p), logicalSwitch, World.address(p)));
      if (operations.size() >= ROWS_PER_COMMIT || p == PORTS - 1) {
        controller.client.commit(operations.toArray(Operation[]::new));
        operations.clear();
      }
    }
    controller.awaitCompiled();
  }

  private static String port(int number) {
    return "s" + number / PORTS_PER_SWITCH + "-p" + number % PORTS_PER_SWITCH;
  }

  /** The unpacked distribution as a process. */
  private static final class Controller implements AutoCloseable {
    private final Process process;
    private final Path log;
    final int openflow = Lab.freePort();
    final Northbound client;

    Controller(Path data) throws IOException {
      int grpc = Lab.freePort();
      log = Files.createTempFile("memory-bench", ".log");
      var builder = new ProcessBuilder(HOME.resolve("bin/heddle").toString(), "run");
      builder.redirectErrorStream(true).redirectOutput(log.toFile());
      builder
          .environment()
          .putAll(
              Map.of(
                  "HEDDLE_DATA", data.toString(),
                  "HEDDLE_OPENFLOW_PORT", "" + openflow,
                  "HEDDLE_OPENFLOW_ADDRESS", "127.0.0.1",
                  "HEDDLE_OVSDB_PORT", "" + Lab.freePort(),
                  "HEDDLE_OVSDB_ADDRESS", "127.0.0.1",
                  "HEDDLE_GRPC_PORT", "" + grpc,
                  "HEDDLE_NORTHBOUND_PORT", "" + Lab.freePort(),
                  "HEDDLE_SSH_PORT", "" + Lab.freePort()));
      process = builder.start();
      client = new Northbound(grpc);
      Northbound.await("the controller", PATIENCE, this::ready);
    }

    private boolean ready() {
      var said = read(log);
      if (!process.isAlive()) {
        throw new IllegalStateException("no controller:\n" + said);
      }
      return said.lines().anyMatch(line -> line.startsWith("Heddle is ready"));
    }

    void awaitCompiled() {
      client.awaitCompiled();
    }

    String settled() throws InterruptedException {
      TimeUnit.NANOSECONDS.sleep(SETTLE.toNanos());
      if (!process.isAlive()) {
        throw new IllegalStateException("the controller ended:\n" + read(log));
      }
      return "%d MB resident, %d MB at most before".formatted(status("VmRSS"), status("VmHWM"));
    }

    /** One of the sizes in proc(5)'s status, in megabytes. */
    private long status(String name) {
      return read(Path.of("/proc", "" + process.pid(), "status"))
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
    public void close() throws IOException, InterruptedException {
      client.close();
      process.destroy();
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("the controller does not end:\n" + read(log));
      }
      Files.delete(log);
    }
  }
}
