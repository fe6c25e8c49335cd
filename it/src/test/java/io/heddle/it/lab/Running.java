package io.heddle.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A program in the background whose output can be read while it runs. */
final class Running implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(10);

  private final Process process;
  private final Path output;
  private final List<String> words;

  private Running(Process process, Path output, List<String> words) {
    this.process = process;
    this.output = output;
    this.words = words;
  }

  static Running start(List<String> words, Map<String, String> environment) {
    try {
      Path output = Files.createTempFile("heddle-lab-", ".out");
      Process process =
          Command.start(words, environment, ProcessBuilder.Redirect.to(output.toFile()));
      return new Running(process, output, words);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it has said so far. */
  String output() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits until its output is as wished, and returns that output.
   *
   * @throws IllegalStateException if it ends before, or the deadline passes
   */
  String await(Predicate<String> wished, Duration deadline) {
    long end = System.nanoTime() + deadline.toNanos();
    while (true) {
      boolean alive = process.isAlive();
      String said = output();
      if (wished.test(said)) {
        return said;
      }
      if (!alive || System.nanoTime() > end) {
        String what = alive ? "not within " + deadline : "ended with " + process.exitValue();
        throw new IllegalStateException(what + ": " + words + "\n" + said);
      }
      pause();
    }
  }

  /** Ends it as Ctrl-C does, so that it says its last words, and returns all it said. */
  String interrupt() {
    if (process.isAlive()) {
      Command.runToAnyEnd(
          List.of("kill", "-INT", Long.toString(process.pid())), Map.of(), PATIENCE);
    }
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("does not heed SIGINT: " + words);
      }
      return output();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
      Files.deleteIfExists(output);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
