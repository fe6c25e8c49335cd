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
import java.util.List;
import java.util.Map;

/** OVN's northbound database as OVN has it: ovsdb-server, and nobody who acts on it. */
public final class ReferenceDatabase implements AutoCloseable {
  private static final String SCHEMA = "/usr/share/ovn/ovn-nb.ovsschema";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final int port = Lab.freePort();
  private final Process process;

  public ReferenceDatabase(Path folder) {
    var database = folder.resolve("reference.db").toString();
    Command.run(List.of("ovsdb-tool", "create", database, SCHEMA), Map.of(), PATIENCE);
    this.process =
        Command.start(
            List.of(
                "ovsdb-server",
                "--no-chdir",
                "--unixctl=" + folder.resolve("reference.ctl"),
                "--remote=ptcp:" + port + ":127.0.0.1",
                database),
            Map.of(),
            Redirect.to(folder.resolve("reference.log").toFile()));
    Northbound.await("ovsdb-server", PATIENCE, this::listens);
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

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
