package io.heddle.it.bench;

import io.heddle.it.Northbound;
import io.heddle.it.lab.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Heddle as it is shipped, unpacked by make build, as a process with ports of its own. */
final class Distribution implements AutoCloseable {
  private static final Path HOME = Path.of("..", ".run", "heddle").toAbsolutePath().normalize();
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Path folder;
  private final Map<String, String> settings;
  final int openflow = Lab.freePort();
  final int grpc = Lab.freePort();
  private final int ssh = Lab.freePort();
  final int ovsdb = Lab.freePort();
  final int northbound = Lab.freePort();
  private Process process;

  /**
   * @param settings more of them, as environment variables
   */
  Distribution(Path folder, Map<String, String> settings) throws IOException {
    this.folder = folder;
    this.settings = settings;
    begin();
  }

  private void begin() throws IOException {
    var builder = new ProcessBuilder(HOME.resolve("bin/heddle").toString(), "run");
    builder.redirectErrorStream(true).redirectOutput(log().toFile());
    builder
        .environment()
        .putAll(
            Map.of(
                "HEDDLE_DATA", data(folder).toString(),
                "HEDDLE_OPENFLOW_PORT", "" + openflow,
                "HEDDLE_OPENFLOW_ADDRESS", "127.0.0.1",
                "HEDDLE_OVSDB_PORT", "" + ovsdb,
                "HEDDLE_OVSDB_ADDRESS", "127.0.0.1",
                "HEDDLE_GRPC_PORT", "" + grpc,
                "HEDDLE_NORTHBOUND_PORT", "" + northbound,
                "HEDDLE_SSH_PORT", "" + ssh));
    builder.environment().putAll(settings);
    process = builder.start();
  }

  /** Where it keeps what it stores. */
  static Path data(Path folder) {
    return folder.resolve("data");
  }

  private Path log() {
    return folder.resolve("controller.log");
  }

  void awaitReady() {
    Northbound.await("the controller", PATIENCE, this::ready);
  }

  private boolean ready() {
    checkRuns();
    return said().lines().anyMatch(line -> line.startsWith("Heddle is ready"));
  }

  /**
   * @throws IllegalStateException where it has ended
   */
  void checkRuns() {
    if (!process.isAlive()) {
      throw new IllegalStateException("no controller:\n" + said());
    }
  }

  private String said() {
    try {
      return Files.readString(log());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts it again on what it stored, once it has ended. */
  void startAgain() throws IOException {
    begin();
  }

  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  double cpuSeconds() {
    return process.info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
  }

  @Override
  public void close() throws InterruptedException {
    stop();
  }
}
