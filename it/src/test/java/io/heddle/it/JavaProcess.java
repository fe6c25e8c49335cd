package io.heddle.it;

import io.heddle.it.lab.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Java program on the tests' class path, in a process of its own. */
public final class JavaProcess {
  private static final Duration LIMIT = Duration.ofSeconds(150);

  private final Process process;
  private final Path log;

  private JavaProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts it and does not wait.
   *
   * @param log what it says goes there
   * @param prefix words that are put before those of this program; what they call must not fork
   * @param options more of them for the Java machine
   */
  public static JavaProcess start(
      Path log,
      List<String> prefix,
      List<String> options,
      Class<?> program,
      List<String> arguments) {
    var command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED",
            "--add-opens=java.base/java.util=ALL-UNNAMED"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(arguments);
    try {
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      return new JavaProcess(builder.redirectOutput(log.toFile()).start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it says that it is ready. */
  public void awaitReady() {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!List.of(output().split("\n")).contains("ready")) {
      if (!runs() || System.nanoTime() > deadline) {
        process.destroyForcibly();
        throw new IllegalStateException("it is not ready:\n" + output());
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What it has said. */
  String output() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it ends by itself. */
  void awaitEnd() {
    try {
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("it still runs:\n" + output());
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Has it end in order, and waits until it has. */
  void stop() {
    process.destroy();
    awaitEnd();
  }

  /** kill -9. */
  public void kill() {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * @param name a signal's, without SIG
   */
  void signal(String name) {
    Command.run(List.of("kill", "-" + name, Long.toString(process.pid())), Map.of(), LIMIT);
  }

  boolean runs() {
    return process.isAlive();
  }
}
