package io.heddle.ovsdb;

import static io.heddle.model.Eventually.becomes;
import static io.heddle.model.Eventually.eventually;
import static io.heddle.model.Eventually.stays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Eventually;
import io.heddle.ovsdb.OvsdbSettings.Timing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever one peer does costs that peer something at most, and never another host. */
class BadHostTest {
  private final Control control =
      new Control(
          Control.loopback()
              .with(s -> s.timing(Control.QUICK).maxConnections(8).maxMessageBytes(1 << 20)));
  private final OvsHost hv1 = OvsHost.start("hv1");
  private final List<OvsHost> others = new ArrayList<>();
  private final List<Socket> sockets = new ArrayList<>();

  @BeforeEach
  void join() {
    hv1.join(control.port(), "geneve", "192.0.2.1");
    eventually("hv1 has joined", () -> control.encaps("hv1").size() == 1);
    eventually("it has a bridge", () -> !hv1.get("Bridge", "br-int", "datapath_id").isEmpty());
  }

  @AfterEach
  void close() throws IOException {
    others.forEach(OvsHost::close);
    hv1.close();
    control.close();
    for (var socket : sockets) {
      socket.close();
    }
  }

  private OvsHost host(String name) {
    var host = OvsHost.start(name);
    others.add(host);
    return host;
  }

  private Socket connect() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), control.port());
    socket.setSoTimeout(10_000);
    sockets.add(socket);
    return socket;
  }

  /** True once the other side has closed; fails where it takes too long. */
  private static boolean isClosed(Socket socket) {
    try {
      while (socket.getInputStream().read() >= 0) {
        continue;
      }
      return true;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private void hv1Works() {
    var device = "tap" + System.nanoTime() % 1_000_000;
    hv1.plug(device, "works");
    eventually("hv1 works", () -> control.bindings("hv1").contains("works " + device));
    hv1.vsctl("del-port", device);
  }

  @Test
  void everyIfaceIdBindsOrIsAProblem() {
    var ids =
        List.of(
            "lsp\"1\\", "\\", "\\\\", "\"", "{}[]", "ü 🙂 漢", "a\nb\tc", "'; drop table", "\u007f");
    for (int i = 0; i < ids.size(); i++) {
      var quoted =
          ids.get(i)
              .replace("\\", "\\\\")
              .replace("\"", "\\\"")
              .replace("\n", "\\n")
              .replace("\t", "\\t");
      hv1.plug("tap" + i, "\"" + quoted + "\"");
    }
    hv1.plug("tap-long", "x".repeat(10_240));
    var expected = new ArrayList<String>();
    for (int i = 0; i < ids.size(); i++) {
      expected.add(ids.get(i) + " tap" + i);
    }
    expected.sort(null);
    becomes(expected, () -> control.bindings("hv1"));
    eventually(
        "the long one is a problem",
        () -> control.hasProblem("hv1", "10240 characters long, more than 255"));
    assertTrue(control.southbound().connected("hv1").isPresent());
    hv1Works();
  }

  @Test
  void malformedMessagesEndTheirConnection() throws IOException {
    var deep = "{\"a\":".repeat(200);
    var long1 = "{\"a\":\"" + "x".repeat(2 << 20);
    for (var nonsense :
        List.of(
            "GET / HTTP/1.1\r\n\r\n",
            "{\"a\":]",
            deep,
            long1,
            "{\"method\":5}",
            "{}",
            "{\"id\":null,\"result\":[1],\"error\":null}\u0000")) {
      var socket = connect();
      try {
        socket.getOutputStream().write(nonsense.getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        // It may be closed before all is written.
      }
      assertTrue(isClosed(socket), nonsense.substring(0, Math.min(30, nonsense.length())));
    }
    eventually("it is said", () -> control.hasProblem("127.0.0.1", "was dropped: "));
    hv1Works();
  }

  @Test
  void aConnectionThatNeverSpeaksIsDropped() throws IOException {
    var socket = connect();
    assertTrue(isClosed(socket));
    eventually(
        "it is said",
        () -> control.hasProblem("127.0.0.1", "it has not told its tables within 2 s"));
    hv1Works();
  }

  @Test
  void aConnectionThatOnlyDripsIsDropped() throws Exception {
    var socket = connect();
    long start = System.nanoTime();
    try {
      for (int i = 0; i < 100; i++) {
        socket.getOutputStream().write('{');
        socket.getOutputStream().write("\"x\":".getBytes(StandardCharsets.UTF_8));
        Thread.sleep(100);
      }
    } catch (IOException e) {
      // Dropped, as it should be.
    }
    assertTrue(System.nanoTime() - start < Duration.ofSeconds(6).toNanos());
  }

  @Test
  void whoSendsRequestsButReadsNoAnswersIsNotReadEither() throws IOException {
    var patient =
        new Timing(
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Duration.ofMinutes(1),
            Control.QUICK.takeover(),
            Control.QUICK.settling(),
            Control.QUICK.reconnectMin(),
            Control.QUICK.reconnectMax(),
            Control.QUICK.absence());
    try (var calm = new Control(Control.loopback().withTiming(patient));
        var socket = new Socket(InetAddress.getLoopbackAddress(), calm.port())) {
      var echo = "{\"id\":1,\"method\":\"echo\",\"params\":[\"" + "x".repeat(100_000) + "\"]}";
      var sent = new AtomicLong();
      var writer = new Thread(() -> flood(socket, echo.getBytes(StandardCharsets.UTF_8), sent));
      writer.start();
      long before = -1;
      for (int second = 0; second < 15 && before != sent.get(); second++) {
        before = sent.get();
        Eventually.stays("it is open", Duration.ofSeconds(1), writer::isAlive);
      }
      assertEquals(before, sent.get(), "it is stuck and not read any further");
      assertTrue(before > 0 && before < 64 << 20, before + " bytes were taken in");
    }
  }

  private static void flood(Socket socket, byte[] bytes, AtomicLong sent) {
    try {
      while (true) {
        socket.getOutputStream().write(bytes);
        sent.addAndGet(bytes.length);
      }
    } catch (IOException e) {
      // Closed at the test's end.
    }
  }

  @Test
  void moreConnectionsThanAllowedAreRefused() throws IOException {
    var crowd = new ArrayList<Socket>();
    for (int i = 0; i < 12; i++) {
      crowd.add(connect());
    }
    eventually(
        "it is said",
        () -> control.hasProblem("127.0.0.1", "a connection was refused: as many as"));
    hv1Works();
    for (var socket : crowd) {
      assertTrue(isClosed(socket));
    }
    host("hv2").join(control.port(), "geneve", "192.0.2.2");
    eventually("there is room again", () -> control.southbound().connected("hv2").isPresent());
  }

  @Test
  void aSecondHostOfTheSameNameIsRefusedAsLongAsTheFirstLives() {
    var twin = host("hv1");
    twin.join(control.port(), "geneve", "192.0.2.9");
    eventually("it is said", () -> control.hasProblem("hv1", "two connections say"));
    var problem = control.problems.list().get(0).message();
    var peers = control.southbound().hosts().stream().map(OvsdbHost::peer).toList();
    assertEquals(2, peers.size());
    assertTrue(peers.stream().allMatch(problem::contains), problem + " names " + peers);
    stays(
        "the first is unaffected",
        Duration.ofSeconds(3),
        () ->
            control.encaps("hv1").equals(List.of("geneve 192.0.2.1 {csum=true}"))
                && control.hasProblem("hv1", "two connections say"));
    assertEquals("", twin.vsctl("list-br").strip());
    hv1Works();
    twin.vsctl("set", "Open_vSwitch", ".", "external_ids:system-id=hv2");
    becomes(List.of("geneve 192.0.2.9 {csum=true}"), () -> control.encaps("hv2"));
    eventually("all is well", () -> control.problems.list().isEmpty());
  }

  @Test
  void aHostThatConnectsAnewTakesOverFromItsHalfOpenConnection() {
    hv1.freezeDatabase(true);
    var reborn = host("hv1");
    long start = System.nanoTime();
    reborn.join(control.port(), "geneve", "192.0.2.1");
    eventually("the new one is configured", () -> reborn.vsctl("list-br").strip().equals("br-int"));
    assertTrue(System.nanoTime() - start < Duration.ofSeconds(4).toNanos());
    reborn.plug("tap1", "p1");
    becomes(List.of("p1 tap1"), () -> control.bindings("hv1"));
    hv1.freezeDatabase(false);
  }

  @Test
  void aHostThatHangsDelaysNobodyAndIsGivenUp() {
    var hv2 = host("hv2");
    hv2.join(control.port(), "geneve", "192.0.2.2");
    eventually("hv2 has joined", () -> control.southbound().connected("hv2").isPresent());
    hv2.freezeDatabase(true);
    var hv3 = host("hv3");
    hv3.join(control.port(), "geneve", "192.0.2.3");
    eventually(
        "hv1 has a tunnel to hv3 meanwhile", () -> hv1.ports("br-int").contains("ovn-hv3-0"));
    hv1Works();
    eventually("hv2 is given up", () -> control.southbound().connected("hv2").isEmpty());
    eventually("and it is said", () -> control.hasProblem("hv2", "it was silent for"));
    hv2.freezeDatabase(false);
    becomes(Optional.of(2), () -> control.southbound().connected("hv2").map(OvsdbHost::tunnels));
  }

  @Test
  void anEncapAddressOfAnotherHostIsAProblemOfTheSecond() {
    var hv2 = host("hv2");
    hv2.join(control.port(), "geneve", "192.0.2.1");
    eventually(
        "it is said", () -> control.hasProblem("hv2", "192.0.2.1 is that of chassis \"hv1\""));
    assertEquals(List.of(), control.encaps("hv2"));
    assertEquals(1, control.encaps("hv1").size());
    hv2.vsctl("set", "Open_vSwitch", ".", "external_ids:ovn-encap-type=vxlan");
    hv2.plug("tap1", "seen after the other type");
    eventually("its change has been looked at", () -> control.bindings("hv2").size() == 1);
    assertTrue(control.hasProblem("hv2", "192.0.2.1 is that of chassis \"hv1\""));
    assertEquals(List.of(), control.encaps("hv2"));
    hv2.vsctl("set", "Open_vSwitch", ".", "external_ids:ovn-encap-type=geneve");
    hv2.vsctl("set", "Open_vSwitch", ".", "external_ids:ovn-encap-ip=192.0.2.2");
    becomes(List.of("geneve 192.0.2.2 {csum=true}"), () -> control.encaps("hv2"));
    eventually("all is well", () -> control.problems.list().isEmpty());
  }

  @Test
  void aHostWithoutANameIsSaidAndJoinsWhenItHasOne() {
    var hv2 = host("hv2");
    hv2.vsctl("--no-wait", "set-manager", "tcp:127.0.0.1:" + control.port());
    var missing = "external_ids:system-id is not set";
    eventually(
        "it is said",
        () -> control.problems.list().stream().anyMatch(p -> p.message().contains(missing)));
    hv2.join(control.port(), "geneve", "192.0.2.2");
    eventually("it joins", () -> control.encaps("hv2").size() == 1);
    eventually("all is well", () -> control.problems.list().isEmpty());
  }

  @Test
  void aHostThatUndoesEverythingIsSlowedDownAndSaid() {
    var stop = new boolean[1];
    var foe =
        new Thread(
            () -> {
              while (!stop[0]) {
                hv1.vsctl("--no-wait", "del-fail-mode", "br-int");
              }
            });
    foe.start();
    try {
      eventually("it is said", () -> control.hasProblem("hv1", "changed over and over"));
    } finally {
      stop[0] = true;
    }
    becomes("secure", () -> hv1.vsctl("get-fail-mode", "br-int").strip());
    eventually("it is over", () -> control.problems.list().isEmpty());
  }
}
