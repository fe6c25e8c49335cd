package io.heddle.readiness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OpenPortsTest {
  @Test
  void followsWhatListens() throws IOException {
    var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
    var everywhere = new ServerSocket(0);
    int one = socket.getLocalPort();
    int other = everywhere.getLocalPort();
    var ports = new OpenPorts(Map.of("one", one, "the other", other));
    assertEquals(List.of(), ports.look());
    assertEquals(List.of(), ports.look());
    assertEquals(1, ports.searches(), "what was found is not searched for again");
    socket.close();
    assertEquals(List.of("one does not listen on port " + one), ports.look());
    try (var again = new ServerSocket()) {
      again.setReuseAddress(true);
      again.bind(new InetSocketAddress("127.0.0.1", one));
      assertEquals(List.of(), ports.look());
    }
    everywhere.close();
    assertEquals(
        List.of("one does not listen on port " + one, "the other does not listen on port " + other),
        ports.look());
  }

  /** A port from which this process is connected to somewhere is no port that it serves. */
  @Test
  void aConnectionIsNoListener() throws IOException {
    try (var server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        var client = new Socket("127.0.0.1", server.getLocalPort())) {
      int port = client.getLocalPort();
      assertEquals(
          List.of("x does not listen on port " + port), new OpenPorts(Map.of("x", port)).look());
    }
  }

  @Test
  void whatAnotherProcessListensOnIsNotOurs() throws Exception {
    var other =
        new ProcessBuilder(
                "perl",
                "-MIO::Socket::INET",
                "-e",
                "$| = 1; $s = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1');"
                    + " print $s->sockport, qq(\n); sleep 60")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var said = other.inputReader()) {
      int port = Integer.parseInt(said.readLine());
      assertEquals(
          List.of("x does not listen on port " + port), new OpenPorts(Map.of("x", port)).look());
    } finally {
      other.destroyForcibly().waitFor();
    }
  }
}
