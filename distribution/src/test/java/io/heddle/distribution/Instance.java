package io.heddle.distribution;

import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** The unpacked distribution as a process, with a data folder and ports of its own. */
final class Instance implements AutoCloseable {
  static final Path HOME = Path.of("target", "assembly").toAbsolutePath();

  /** Generous: the machine may be busy with other things. */
  static final Duration PATIENCE = Duration.ofSeconds(120);

  /** The ports of an instance, free a moment ago. */
  record Ports(int openflow, int ovsdb, int grpc, int northbound, int ssh) {
    static Ports free() throws IOException {
      try (var a = new ServerSocket(0);
          var b = new ServerSocket(0);
          var c = new ServerSocket(0);
          var d = new ServerSocket(0);
          var e = new ServerSocket(0)) {
        return new Ports(
            a.getLocalPort(),
            b.getLocalPort(),
            c.getLocalPort(),
            d.getLocalPort(),
            e.getLocalPort());
      }
    }
  }

  /** What a command printed, and how it ended. */
  record Answer(int status, String output) {}

  private final Process process;
  private final Path data;
  private final Ports ports;
  private final List<String> output = new CopyOnWriteArrayList<>();
  private final Thread reader;

  private Instance(Process process, Path data, Ports ports) {
    this.process = process;
    this.data = data;
    this.ports = ports;
    this.reader = new Thread(this::read, "output of " + process.pid());
    reader.start();
  }

  /** Starts one that hosts reach on loopback only, and does not wait for anything. */
  static Instance launch(Path data, Ports ports) throws IOException {
    return launch(data, ports, "127.0.0.1");
  }

  /**
   * @param hosts the address where hosts reach it
   */
  private static Instance launch(Path data, Ports ports, String hosts) throws IOException {
    return launch(data, ports, hosts, Map.of());
  }

  /**
   * @param more environment variables
   */
  static Instance launch(Path data, Ports ports, String hosts, Map<String, String> more)
      throws IOException {
    var builder = new ProcessBuilder(HOME.resolve("bin/heddle").toString(), "run");
    builder.redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "HEDDLE_DATA",
                data.toString(),
                "HEDDLE_OPENFLOW_PORT",
                "" + ports.openflow(),
                "HEDDLE_OPENFLOW_ADDRESS",
                hosts,
                "HEDDLE_OVSDB_PORT",
                "" + ports.ovsdb(),
                "HEDDLE_OVSDB_ADDRESS",
                hosts,
                "HEDDLE_GRPC_PORT",
                "" + ports.grpc(),
                "HEDDLE_NORTHBOUND_PORT",
                "" + ports.northbound(),
                "HEDDLE_SSH_PORT",
                "" + ports.ssh(),
                "HEDDLE_HEAP",
                "512m"));
    builder.environment().putAll(more);
    return new Instance(builder.start(), data, ports);
  }

  /** Starts one and waits until it says that it is ready. */
  static Instance start(Path data, Ports ports) throws Exception {
    return ready(launch(data, ports));
  }

  /** The same for one that hosts reach at an address of theirs. */
  static Instance start(Path data, Ports ports, String hosts) throws Exception {
    return ready(launch(data, ports, hosts));
  }

  /** The same with more environment variables. */
  static Instance start(Path data, Ports ports, Map<String, String> more) throws Exception {
    return ready(launch(data, ports, "127.0.0.1", more));
  }

  private static Instance ready(Instance instance) throws Exception {
    try {
      instance.awaitLine("Heddle is ready");
      return instance;
    } catch (Throwable failure) {
      instance.close();
      throw failure;
    }
  }

  private void read() {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        output.add(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void awaitLine(String start) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (output.stream().noneMatch(l -> l.startsWith(start))) {
      if (!process.isAlive()) {
        reader.join();
        throw new AssertionError(
            "ended with " + process.exitValue() + " before \"" + start + "\":\n" + output());
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no \"" + start + "\" in time:\n" + output());
      }
      Thread.sleep(50);
    }
  }

  /** Waits for its end and returns the exit status. */
  int awaitEnd(Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("still runs after " + patience + ":\n" + output());
    }
    reader.join();
    return process.exitValue();
  }

  String output() {
    return String.join("\n", output);
  }

  long pid() {
    return process.pid();
  }

  Path data() {
    return data;
  }

  Ports ports() {
    return ports;
  }

  void terminate() {
    process.destroy();
  }

  /** kill -9. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  Answer console(String... command) throws Exception {
    var words = new ArrayList<>(List.of(HOME.resolve("bin/heddle-console").toString()));
    words.addAll(List.of(command));
    return run(words);
  }

  Answer heddlectl(String... arguments) throws Exception {
    var words = new ArrayList<>(List.of(HOME.resolve("bin/heddlectl").toString()));
    words.addAll(List.of("--server", "127.0.0.1:" + ports.grpc()));
    words.addAll(List.of(arguments));
    return run(words);
  }

  Answer run(List<String> words) throws Exception {
    var builder = new ProcessBuilder(words);
    builder.environment().put("HEDDLE_DATA", data.toString());
    builder.redirectErrorStream(true);
    var command = builder.start();
    command.getOutputStream().close();
    var text = new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Answer(command.waitFor(), text);
  }

  /** What gRPC's health says of all services; UNKNOWN where nobody answers. */
  ServingStatus health() throws InterruptedException {
    var channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", ports.grpc()).usePlaintext().build();
    try {
      return HealthGrpc.newBlockingStub(channel)
          .withDeadlineAfter(5, TimeUnit.SECONDS)
          .check(HealthCheckRequest.getDefaultInstance())
          .getStatus();
    } catch (StatusRuntimeException e) {
      return ServingStatus.UNKNOWN;
    } finally {
      channel.shutdownNow();
    }
  }

  ServingStatus awaitHealth(ServingStatus wanted) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    var health = health();
    while (health != wanted && System.nanoTime() < deadline) {
      Thread.sleep(50);
      health = health();
    }
    return health;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
