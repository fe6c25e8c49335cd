package io.heddle.distribution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/** A person's session at the console: a terminal at the far end of ssh, typed into key by key. */
final class Terminal implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String PROMPT = "heddle@heddle()> ";

  /** What moves the cursor, colours and such: ECMA-48 control sequences and single escapes. */
  private static final Pattern CONTROLS = Pattern.compile("\u001b(\\[[0-9;?]*[A-Za-z]|[=>])");

  private final Process process;
  private final Thread reader;
  private final StringBuilder output = new StringBuilder();
  private int looked;

  private Terminal(Process process) {
    this.process = process;
    this.reader = new Thread(this::read, "terminal");
    reader.start();
  }

  /** Logs in, and waits for the prompt. */
  static Terminal open(Instance heddle) throws IOException, InterruptedException {
    var console = heddle.data().resolve("console");
    var builder =
        new ProcessBuilder(
            List.of(
                "ssh",
                "-q",
                "-tt",
                "-F",
                "/dev/null",
                "-i",
                console.resolve("key").toString(),
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "BatchMode=yes",
                "-o",
                "UserKnownHostsFile=" + console.resolve("known_hosts"),
                "-o",
                "HostKeyAlias=heddle-console",
                "-p",
                "" + heddle.ports().ssh(),
                "heddle@127.0.0.1"));
    builder.environment().put("TERM", "xterm");
    builder.redirectErrorStream(true);
    var terminal = new Terminal(builder.start());
    terminal.await(PROMPT);
    return terminal;
  }

  private void read() {
    try (var in = process.getInputStream()) {
      byte[] bytes = new byte[4096];
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        synchronized (output) {
          output.append(new String(bytes, 0, n, StandardCharsets.ISO_8859_1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Types keys; what is shown from here on is what {@link #await} looks at. */
  Terminal type(String keys) throws IOException {
    looked = shown().length();
    process.getOutputStream().write(keys.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    return this;
  }

  /** Waits until this is shown, and returns all that is shown since the last keys. */
  String await(String part) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      var since = shown().substring(looked);
      if (since.contains(part)) {
        return since;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no \"" + part + "\" in \"" + since + "\"");
      }
      Thread.sleep(20);
    }
  }

  /** Types a line and returns all that is shown until the next prompt. */
  String line(String keys) throws IOException, InterruptedException {
    return type(keys + "\r").await(PROMPT);
  }

  private String shown() {
    synchronized (output) {
      return CONTROLS.matcher(output).replaceAll("");
    }
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
    reader.join();
  }
}
