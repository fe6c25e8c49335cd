package io.heddle.it.ovn;

import io.heddle.it.Northbound;
import io.heddle.it.lab.Command;
import io.heddle.it.lab.Lab;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** OVN's northbound database as OVN has it: ovsdb-server, and nobody who acts on it. */
public final class ReferenceDatabase implements AutoCloseable {
  private static final String SCHEMA = "/usr/share/ovn/ovn-nb.ovsschema";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final int port = Lab.freePort();
  private final Process process;

  public ReferenceDatabase(Path folder) {
    this(folder, "reference", List.of("create", path(folder, "reference"), SCHEMA));
  }

  /**
   * @param creation what ovsdb-tool is told
   */
  private ReferenceDatabase(Path folder, String name, List<String> creation) {
    var command = new ArrayList<>(List.of("ovsdb-tool"));
    command.addAll(creation);
    Command.run(command, Map.of(), PATIENCE);
    this.process =
        Command.start(
            List.of(
                "ovsdb-server",
                "--no-chdir",
                "--unixctl=" + folder.resolve(name + ".ctl"),
                "--remote=ptcp:" + port + ":127.0.0.1",
                path(folder, name)),
            Map.of(),
            Redirect.to(folder.resolve(name + ".log").toFile()));
    Northbound.await("ovsdb-server", PATIENCE, this::listens);
  }

  /** OVN_Southbound, as ovn-northd wants one. */
  static ReferenceDatabase southbound(Path folder) {
    var name = "southbound";
    var schema = "/usr/share/ovn/ovn-sb.ovsschema";
    return new ReferenceDatabase(folder, name, List.of("create", path(folder, name), schema));
  }

  private static String path(Path folder, String name) {
    return folder.resolve(name + ".db").toString();
  }

  /** A cluster of so many members, which fsync what they acknowledge. */
  public static List<ReferenceDatabase> cluster(Path folder, int size) {
    var first = "tcp:127.0.0.1:" + Lab.freePort();
    var members = new ArrayList<ReferenceDatabase>();
    for (int i = 0; i < size; i++) {
      var name = "reference" + i;
      var path = path(folder, name);
      var creation =
          i == 0
              ? List.of("create-cluster", path, SCHEMA, first)
              : List.of(
                  "join-cluster", path, "OVN_Northbound", "tcp:127.0.0.1:" + Lab.freePort(), first);
      members.add(new ReferenceDatabase(folder, name, creation));
    }
    return members;
  }

  private boolean listens() {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  public int port() {
    return port;
  }

  public double cpuSeconds() {
    return process.info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
