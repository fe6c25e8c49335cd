package io.heddle.it.packets;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonStreamParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * What ovs-appctl(8) does, without a process for each call: JSON-RPC over a daemon's control
 * socket. A call returns when the daemon has done it.
 */
final class Unixctl implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final SocketChannel channel;
  private final JsonStreamParser answers;
  private int calls;

  Unixctl(Path socket) throws IOException {
    this.channel = connect(UnixDomainSocketAddress.of(socket));
    this.answers = new JsonStreamParser(Channels.newReader(channel, StandardCharsets.UTF_8));
  }

  /** The socket's file is there a moment before anybody listens. */
  private static SocketChannel connect(UnixDomainSocketAddress address) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        channel.connect(address);
        return channel;
      } catch (ConnectException e) {
        channel.close();
        if (System.nanoTime() > deadline) {
          throw e;
        }
        LockSupport.parkNanos(5_000_000);
      }
    }
  }

  /**
   * @throws IllegalStateException with the daemon's words if it refuses
   */
  String call(String method, String... parameters) {
    var request = new JsonObject();
    var params = new JsonArray();
    for (var parameter : parameters) {
      params.add(parameter);
    }
    request.addProperty("method", method);
    request.add("params", params);
    request.addProperty("id", calls++);
    try {
      var bytes = ByteBuffer.wrap(request.toString().getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var answer = answers.next().getAsJsonObject();
    if (!answer.get("error").isJsonNull()) {
      throw new IllegalStateException(method + ": " + answer.get("error"));
    }
    return answer.get("result").getAsString();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
