package io.heddle.northbound.raft;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.atomix.utils.net.Address;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class NetworkTransportTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
  private static final Duration SILENCE = Duration.ofMillis(400);

  /** A member's patience with an answer, shorter than that with a connection. */
  private static final Duration PATIENCE = Duration.ofMillis(100);

  private static final Duration SOON = Duration.ofSeconds(20);

  private final List<NetworkTransport> transports = new ArrayList<>();
  private NetworkTransport here;
  private NetworkTransport there;

  @BeforeEach
  void start() throws Exception {
    here = transport(SILENCE);
    there = transport(SILENCE);
    there.registerHandler("echo", (from, bytes) -> CompletableFuture.completedFuture(bytes));
  }

  private NetworkTransport transport(Duration silence) throws Exception {
    var listen = new InetSocketAddress(LOOPBACK, TestCluster.freePort());
    var address = Address.from(LOOPBACK.getHostAddress(), listen.getPort());
    var made = new NetworkTransport(address, listen, Optional.empty(), Set.of("m1", "m2"), silence);
    made.start().get();
    transports.add(made);
    return made;
  }

  @AfterEach
  void stop() {
    transports.forEach(transport -> transport.stop().join());
  }

  /** Between members, and does not know of the network being mended, as TCP does not for long. */
  private static final class Cable implements AutoCloseable {
    private final ServerSocket end = new ServerSocket(0, 50, LOOPBACK);
    private final List<Socket> sockets = new ArrayList<>();
    private volatile int cut;
    private volatile int made;

    Cable(Address to) throws IOException {
      start(
          () -> {
            while (true) {
              var from = end.accept();
              int number = ++made;
              var on = new Socket(LOOPBACK, to.port());
              sockets.addAll(List.of(from, on));
              start(() -> carry(number, from, on));
              start(() -> carry(number, on, from));
            }
          });
    }

    private interface Work {
      void run() throws IOException;
    }

    private static void start(Work work) {
      var thread =
          new Thread(
              () -> {
                try {
                  work.run();
                } catch (IOException e) {
                  // It is closed.
                }
              });
      thread.setDaemon(true);
      thread.start();
    }

    private void carry(int number, Socket from, Socket to) throws IOException {
      var bytes = new byte[1 << 16];
      for (int n = from.getInputStream().read(bytes);
          n >= 0;
          n = from.getInputStream().read(bytes)) {
        if (number > cut) {
          to.getOutputStream().write(bytes, 0, n);
        }
      }
      from.close();
    }

    /** All connections that there are. */
    void cut() {
      cut = made;
    }

    Address address() {
      return Address.from(LOOPBACK.getHostAddress(), end.getLocalPort());
    }

    @Override
    public void close() throws IOException {
      end.close();
      for (var socket : sockets) {
        socket.close();
      }
    }
  }

  private void ask(Address to, String type, Duration patience) throws Exception {
    var answer = here.sendAndReceive(to, type, new byte[] {1, 2}, true, patience).get();
    assertArrayEquals(new byte[] {1, 2}, answer);
  }

  private Throwable unanswered(Address to, Duration patience) {
    return assertThrows(ExecutionException.class, () -> ask(to, "echo", patience)).getCause();
  }

  private boolean answers(Address to) throws Exception {
    try {
      ask(to, "echo", PATIENCE);
      return true;
    } catch (ExecutionException e) {
      return false;
    }
  }

  @Test
  void aConnectionThatWasCutIsMadeAnew() throws Exception {
    try (var cable = new Cable(there.address())) {
      ask(cable.address(), "echo", SOON);
      cable.cut();
      long began = System.nanoTime();
      while (!answers(cable.address())) {
        Thread.onSpinWait();
      }
      long silent = System.nanoTime() - began;
      assertEquals(2, cable.made);
      assertTrue(silent >= SILENCE.toNanos(), "given up after " + silent + " ns");
    }
  }

  /** A busy member, for one. */
  @Test
  void whoIsLateButSpeaksIsNotGivenUp() throws Exception {
    there.registerHandler("ponder", (from, bytes) -> new CompletableFuture<>());
    try (var cable = new Cable(there.address())) {
      long end = System.nanoTime() + SILENCE.multipliedBy(2).toNanos();
      while (System.nanoTime() < end) {
        var late = here.sendAndReceive(cable.address(), "ponder", new byte[1], true, PATIENCE);
        ask(cable.address(), "echo", SOON);
        assertThrows(ExecutionException.class, late::get);
      }
      assertEquals(1, cable.made);
    }
  }

  /** Its end of a connection that was cut may never hear of that. */
  @Test
  void whoDoesNotAskIsGivenUp() throws Exception {
    var brief = transport(Duration.ofMillis(20));
    try (var asker = new Socket(LOOPBACK, brief.address().port())) {
      asker.setSoTimeout(20_000);
      assertEquals(-1, asker.getInputStream().read());
    }
  }

  /** Who cannot be reached may run; who refuses does not. */
  @Test
  void onlyWhereAConnectionIsRefusedNobodyIsThere() throws Exception {
    try (var full = new ServerSocket(0, 1, LOOPBACK)) {
      var sockets = new ArrayList<Socket>();
      for (int i = 0; i < 2; i++) {
        sockets.add(new Socket(LOOPBACK, full.getLocalPort()));
      }
      var address = Address.from(LOOPBACK.getHostAddress(), full.getLocalPort());
      assertInstanceOf(TimeoutException.class, unanswered(address, SOON));
      for (var socket : sockets) {
        socket.close();
      }
    }
    there.stop().join();
    assertInstanceOf(ConnectException.class, unanswered(there.address(), SOON));
  }
}
