package io.heddle.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program that runs to its end within a deadline. */
public final class Command {
  private Command() {}

  /** What a program said (both its streams) and its exit status. */
  public record Result(int status, String output) {}

  /**
   * Runs a program to its end.
   *
   * @throws IllegalStateException if it exits with another status than 0 or outlives the deadline;
   *     the message has its output
   */
  public static String run(List<String> words, Map<String, String> environment, Duration deadline) {
    Result result = runToAnyEnd(words, environment, deadline);
    if (result.status() != 0) {
      throw new IllegalStateException(
          "exit status " + result.status() + " of " + words + ":\n" + result.output());
    }
    return result.output();
  }

  /**
   * Runs a program to its end, whatever its exit status.
   *
   * @throws IllegalStateException if it outlives the deadline
   */
  public static Result runToAnyEnd(
      List<String> words, Map<String, String> environment, Duration deadline) {
    try {
      // A file, unlike a pipe, neither fills up nor stays open because a daemon inherited it.
      Path output = Files.createTempFile("heddle-lab-", ".out");
      try {
        Process process = start(words, environment, ProcessBuilder.Redirect.to(output.toFile()));
        boolean ended = process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
          process.destroyForcibly().waitFor();
          throw new IllegalStateException(
              "still running after " + deadline + ": " + words + "\n" + Files.readString(output));
        }
        return new Result(process.exitValue(), Files.readString(output));
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + words, e);
    }
  }

  /** Starts a program whose two streams go to one place. */
  public static Process start(
      List<String> words, Map<String, String> environment, ProcessBuilder.Redirect output) {
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().putAll(environment);
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectErrorStream(true).redirectOutput(output);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + words, e);
    }
  }
}
