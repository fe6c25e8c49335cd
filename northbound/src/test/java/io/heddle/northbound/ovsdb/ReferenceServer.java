package io.heddle.northbound.ovsdb;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Open vSwitch's ovsdb-server with an empty northbound database. */
final class ReferenceServer implements AutoCloseable {
  private static final long START_SECONDS = 60;

  private final int port;
  private final Process process;

  ReferenceServer(Path folder) throws IOException, InterruptedException {
    this.port = freePort();
    var database = folder.resolve("reference.db").toString();
    var created =
        new ProcessBuilder("ovsdb-tool", "create", database, SchemaFile.OVN_NORTHBOUND.toString())
            .inheritIO()
            .start();
    if (created.waitFor() != 0) {
      throw new IOException("ovsdb-tool cannot create " + database);
    }
    this.process =
        new ProcessBuilder(
                "ovsdb-server",
                "--no-chdir",
                "--unixctl=" + folder.resolve("reference.ctl"),
                "--remote=ptcp:" + port + ":127.0.0.1",
                database)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("reference.log").toFile())
            .start();
    awaitStart(folder);
  }

  private void awaitStart(Path folder) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (true) {
      try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException e) {
        if (!process.isAlive() || System.nanoTime() > deadline) {
          close();
          throw new IOException(Files.readString(folder.resolve("reference.log")), e);
        }
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
