package io.heddle.distribution;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Real hosts in network namespaces, by the script {@code it/lab/lab}; see there. Needs root. */
final class LabHosts implements AutoCloseable {
  private static final Path SCRIPT = Path.of("..", "it", "lab", "lab").toAbsolutePath().normalize();

  private final String prefix =
      "d" + Integer.toString(ThreadLocalRandom.current().nextInt(1 << 30), 36);

  /** An empty lab whose hosts look for the controller's OVSDB listener on this TCP port. */
  static LabHosts up(int ovsdbPort) throws Exception {
    var lab = new LabHosts();
    lab.call("up", "--ovsdb-port", "" + ovsdbPort);
    return lab;
  }

  /**
   * Runs a subcommand of the script and returns what it prints.
   *
   * @throws IOException where it fails; the message is what it says
   */
  String call(String... words) throws IOException, InterruptedException {
    var line = new ArrayList<>(List.of(SCRIPT.toString()));
    line.addAll(List.of(words));
    var builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().put("LAB_PREFIX", prefix);
    builder.environment().put("LAB_OWNER", "" + ProcessHandle.current().pid());
    var process = builder.start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(line + ": " + said);
    }
    return said;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    call("down");
  }
}
