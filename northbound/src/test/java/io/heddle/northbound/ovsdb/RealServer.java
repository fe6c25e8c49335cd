package io.heddle.northbound.ovsdb;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;

/** A real ovsdb-server of one's own on a Unix socket, in a folder that goes with it. */
final class RealServer implements AutoCloseable {
  /** It found itself to be wrong, which version 3.1 does with some weak references. */
  static final class DiedException extends IOException {
    private static final long serialVersionUID = 1;

    DiedException(String said) {
      super(said);
    }
  }

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path folder;
  private final Process process;
  private final SocketChannel channel;
  private final JsonReader answers;

  private RealServer(Path folder, Process process, SocketChannel channel) {
    this.folder = folder;
    this.process = process;
    this.channel = channel;
    this.answers =
        new JsonReader(
            new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
    // One JSON value after another.
    answers.setStrictness(Strictness.LENIENT);
  }

  /** With an empty database of that schema. */
  static RealServer start(Path schema) throws IOException, InterruptedException {
    // Paths of Unix sockets must be short: they are given relative to this folder.
    var folder = Files.createTempDirectory(Files.createDirectories(Path.of("target")), "ovsdb");
    run(folder, "ovsdb-tool", "create", "db", schema.toAbsolutePath().toString());
    var process =
        builder(
                folder,
                "ovsdb-server",
                "--remote=punix:socket",
                "--unixctl=" + folder.toAbsolutePath() + "/control",
                "--log-file=log",
                "-vconsole:off",
                "db")
            .start();
    try {
      return new RealServer(folder, process, connect(folder.resolve("socket"), process));
    } catch (IOException | InterruptedException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  private static ProcessBuilder builder(Path folder, String... command) {
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("out").toFile());
    for (var variable : new String[] {"OVS_RUNDIR", "OVS_LOGDIR", "OVS_DBDIR"}) {
      builder.environment().put(variable, folder.toAbsolutePath().toString());
    }
    return builder;
  }

  private static void run(Path folder, String... command) throws IOException, InterruptedException {
    var process = builder(folder, command).start();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(
          String.join(" ", command) + ": " + Files.readString(folder.resolve("out")));
    }
  }

  private static SocketChannel connect(Path socket, Process process)
      throws IOException, InterruptedException {
    var deadline = Instant.now().plus(PATIENCE);
    while (true) {
      try {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return channel;
      } catch (IOException e) {
        if (!process.isAlive() || Instant.now().isAfter(deadline)) {
          throw e;
        }
        Thread.sleep(20);
      }
    }
  }

  /**
   * The result, or the error where the request as a whole was refused.
   *
   * @param params JSON
   */
  JsonElement transact(String params) throws IOException {
    send("{\"method\":\"transact\",\"id\":1,\"params\":" + params + "}");
    while (true) {
      if (answers.peek() == JsonToken.END_DOCUMENT) {
        throw hungUp();
      }
      var answer = JsonParser.parseReader(answers).getAsJsonObject();
      if (!answer.has("method")) {
        var error = answer.get("error");
        return error.isJsonNull() ? answer.get("result") : error;
      }
      // Nothing but "echo", which asks whether somebody is there.
      var echo = new JsonObject();
      echo.add("result", answer.get("params"));
      echo.add("error", JsonNull.INSTANCE);
      echo.add("id", answer.get("id"));
      send(echo.toString());
    }
  }

  private IOException hungUp() throws IOException {
    var said = Files.readString(folder.resolve("log")) + Files.readString(folder.resolve("out"));
    return said.contains("assertion")
        ? new DiedException(said)
        : new IOException("ovsdb-server hung up: " + said);
  }

  private void send(String message) throws IOException {
    var bytes = ByteBuffer.wrap(message.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    channel.close();
    process.destroy();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
