package io.heddle.openflow;

import static io.heddle.openflow.Eventually.becomes;
import static io.heddle.openflow.Eventually.eventually;
import static io.heddle.openflow.SynchronizingTest.units;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.answer.Punted;
import io.heddle.model.Edit;
import io.heddle.model.Ownership;
import io.heddle.openflow.wire.ListenException;
import io.heddle.v1.Chassis;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may connect, who is told apart, and what becomes of those who misbehave. */
class ConnectingTest {
  private Controller controller;

  @BeforeEach
  void start() {
    controller = new Controller();
  }

  @AfterEach
  void stop() {
    controller.close();
  }

  private Socket dial() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), controller.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** The other end closes the connection; what it sends before is read and thrown away. */
  private static void assertClosed(Socket socket) throws IOException {
    try {
      while (socket.getInputStream().read() >= 0) {
        Thread.onSpinWait();
      }
    } catch (java.net.SocketException reset) {
      assertTrue(reset.getMessage().contains("reset"), reset.getMessage());
    }
  }

  private static byte[] bytes(int... values) {
    var bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static final byte[] HELLO = bytes(4, 0, 0, 8, 0, 0, 0, 1);

  /** A switch of this datapath id, as far as its features reply. */
  private Socket introduce(long datapathId) throws IOException {
    var socket = dial();
    var out = socket.getOutputStream();
    out.write(HELLO);
    out.write(
        new Octets(32)
            .u8(4)
            .u8(Protocol.FEATURES_REPLY)
            .u16(32)
            .u32(1)
            .u64(datapathId)
            .zeros(16)
            .toArray());
    return socket;
  }

  @Test
  void aChassisMayComeToBeKnownAfterItsSwitchHasConnected() {
    try (var host = OvsSwitch.start(0x2001)) {
      host.connect(controller.port());
      eventually(
          "the stranger is told of",
          () -> controller.problems.list().toString().contains("no chassis has its datapath id"));
      assertEquals("0000000000002001", controller.switches().get(0).datapathId().orElseThrow());
      var chassis = controller.chassis("hv1", host);
      long revision = controller.plans.plan(chassis, units(0, 10));
      becomes(OptionalLong.of(revision), () -> controller.progress.installed(chassis));
      assertEquals(10, host.count());
      eventually("it is one no longer", () -> controller.problems.list().isEmpty());
    }
  }

  @Test
  void aChassisThatIsGoneIsServedNoLonger() {
    try (var host = OvsSwitch.start(0x2002)) {
      host.connect(controller.port());
      var chassis = controller.chassis("hv1", host);
      controller.install(chassis, units(0, 10));
      controller.store.commit(Edit.transaction(Edit.delete(Chassis.class, chassis))).join();
      eventually("it is let go", () -> controller.progress.installed(chassis).isEmpty());
      eventually("it is unknown", () -> controller.state(chassis).isEmpty());
      var again = controller.chassis("hv1", host);
      controller.plans.plan(again, units(0, 11));
      eventually("it is back", () -> controller.current(again));
      assertEquals(11, host.count());
    }
  }

  @Test
  void twoChassisWithOneDatapathIdAreAProblem() {
    try (var host = OvsSwitch.start(0x2003)) {
      controller.chassis("hv1", host);
      controller.chassis("hv2", host);
      host.connect(controller.port());
      eventually(
          "it is told",
          () -> controller.problems.list().toString().contains("several chassis: [hv1, hv2]"));
    }
  }

  @Test
  void aNewerControllerIsNotDisturbedByAnOlderOne() {
    try (var host = OvsSwitch.start(0x2004);
        var newer = new Controller()) {
      newer.generation.set(10);
      controller.generation.set(9);
      host.connect(newer.port());
      newer.install(newer.chassis("hv1", host), units(0, 10));
      var chassis = controller.chassis("hv1", host);
      controller.plans.plan(chassis, units(0, 20));
      host.vsctl(
          "set-controller",
          "br-int",
          "tcp:127.0.0.1:" + newer.port(),
          "tcp:127.0.0.1:" + controller.port());
      eventually("it is told", () -> controller.hasProblem("hv1", "another controller"));
      assertEquals(10, host.count());
      controller.generation.set(11);
      eventually("the tables turn", () -> controller.current(chassis));
      assertEquals(20, host.count());
    }
  }

  @Test
  void aSecondConnectionOfTheSameSwitchReplacesTheFirst() throws IOException {
    var chassis = controller.chassis("hv1", "%016x".formatted(0x2005));
    try (var first = introduce(0x2005)) {
      eventually("it is taken", () -> controller.state(chassis).isPresent());
      try (var second = introduce(0x2005)) {
        assertClosed(first);
        // The socket closes a moment before the controller takes the connection off its list.
        eventually(
            "only the second is served",
            () -> {
              var switches = controller.switches();
              return switches.size() == 1
                  && switches.get(0).remote().endsWith(":" + second.getLocalPort());
            });
      }
    }
    eventually(
        "neither is", () -> controller.state(chassis).filter(SwitchState::connected).isEmpty());
  }

  @Test
  void whoNeverSpeaksIsDropped() throws IOException {
    try (var silent = dial()) {
      assertClosed(silent);
    }
    eventually(
        "it is told",
        () -> controller.problems.list().toString().contains("did not greet within PT2S"));
  }

  @Test
  void whoFallsSilentIsDropped() throws IOException {
    var chassis = controller.chassis("hv1", "%016x".formatted(0x2006));
    try (var silent = introduce(0x2006)) {
      eventually("it is taken", () -> controller.state(chassis).isPresent());
      assertClosed(silent);
    }
    eventually(
        "it is told", () -> controller.problems.list().toString().contains("silent for PT4S"));
  }

  @Test
  void whoTalksNonsenseIsDroppedAndNobodyElse() throws IOException {
    try (var host = OvsSwitch.start(0x2007)) {
      host.connect(controller.port());
      var chassis = controller.chassis("hv1", host);
      controller.install(chassis, units(0, 10));
      var nonsense =
          List.of(
              bytes(4, 0, 0, 0, 0, 0, 0, 0),
              bytes(4, 0, 0, 7, 0, 0, 0, 0),
              bytes(0, 0, 0, 8, 0, 0, 0, 0),
              bytes(1, 10, 0, 8, 0, 0, 0, 0),
              bytes(9, 5, 0, 8, 0, 0, 0, 0),
              bytes(4, 6, 0, 8, 0, 0, 0, 0),
              bytes(4, 0, 0, 12, 0, 0, 0, 0, 0, 1, 0, 0),
              "GET / HTTP/1.1\r\n\r\n".getBytes(),
              bytes(4, 0, 0, 8, 0, 0, 0, 0, 4, 6, 0, 9, 0, 0, 0, 0, 0),
              bytes(4, 0, 0, 8, 0, 0, 0, 0, 4, 1, 0, 8, 0, 0, 0, 0));
      for (var bytes : nonsense) {
        try (var liar = dial()) {
          liar.getOutputStream().write(bytes);
          assertClosed(liar);
        }
      }
      becomes(1, () -> controller.switches().size());
      controller.install(chassis, units(0, 12));
      assertEquals(12, host.count());
    }
  }

  @Test
  void aKnownSwitchThatTalksNonsenseCostsOnlyItself() throws IOException {
    var chassis = controller.chassis("hv1", "%016x".formatted(0x2008));
    try (var liar = introduce(0x2008)) {
      var in = new DataInputStream(liar.getInputStream());
      while (true) {
        in.readByte();
        int type = in.readUnsignedByte();
        int length = in.readUnsignedShort();
        int xid = in.readInt();
        in.skipNBytes(length - 8);
        if (type == Protocol.ROLE_REQUEST) {
          liar.getOutputStream()
              .write(new Octets(8).u8(4).u8(Protocol.EXPERIMENTER).u16(9).u32(xid).u8(1).toArray());
          break;
        }
      }
      assertClosed(liar);
    }
    eventually(
        "it is told",
        () ->
            controller
                .state(chassis)
                .flatMap(SwitchState::lastError)
                .orElse("")
                .contains("no sense"));
  }

  @Test
  void whoSpeaksOnlyAnotherVersionIsTold() {
    try (var host = OvsSwitch.start(0x2009)) {
      host.vsctl("set", "bridge", "br-int", "protocols=OpenFlow14");
      host.connect(controller.port());
      eventually(
          "it is told",
          () -> controller.problems.list().toString().contains("does not speak OpenFlow 1.3"));
    }
  }

  @Test
  void connectionsThatWaitAreBounded() throws IOException {
    var open = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 12; i++) {
        open.add(dial());
        int expected = Math.min(i + 1, 8);
        eventually("it is counted", () -> controller.switches().size() == expected);
      }
      assertClosed(open.get(0));
      assertClosed(open.get(3));
    } finally {
      for (var socket : open) {
        socket.close();
      }
    }
  }

  @Test
  void aSwitchThatHangsDelaysNoOther() {
    try (var slow = OvsSwitch.start(0x2010);
        var other = OvsSwitch.start(0x2011)) {
      var slowOne = controller.chassis("slow", slow);
      var otherOne = controller.chassis("other", other);
      slow.connect(controller.port());
      other.connect(controller.port());
      controller.install(slowOne, units(0, 1));
      controller.install(otherOne, units(0, 1));
      slow.freeze(true);
      var many = units(0, 50_000);
      try {
        controller.plans.plan(slowOne, many);
        for (int i = 0; i < 20; i++) {
          long began = System.nanoTime();
          controller.install(otherOne, units(0, 10 + i));
          var took = Duration.ofNanos(System.nanoTime() - began);
          assertTrue(took.toMillis() < 2_000, "it took " + took);
        }
        eventually("it is given up", () -> controller.progress.installed(slowOne).isEmpty());
      } finally {
        slow.freeze(false);
      }
      eventually("it comes back", () -> controller.current(slowOne));
      assertEquals(50_000, slow.count());
    }
  }

  /** A packet that is handed over, if only by its first bytes. */
  private static byte[] packetIn(int length) {
    return new Octets(length)
        .u8(Protocol.VERSION)
        .u8(Protocol.EXPERIMENTER)
        .u16(length)
        .u32(0)
        .u32(Protocol.NICIRA)
        .u32(Protocol.NX_PACKET_IN2)
        .zeros(length - 16)
        .toArray();
  }

  /** To the first request of a session. */
  private static byte[] roleReply() {
    return new Octets(24)
        .u8(Protocol.VERSION)
        .u8(Protocol.ROLE_REPLY)
        .u16(24)
        .u32(1)
        .u32(Protocol.ROLE_MASTER)
        .zeros(12)
        .toArray();
  }

  @Test
  void packetsThatMakeNoSenseEndTheConnectionTheyCameBy() throws IOException {
    try (var socket = introduce(0x77)) {
      // Nobody reads it yet.
      socket.getOutputStream().write(packetIn(24));
      var chassis = controller.chassis("hv7", "%016x".formatted(0x77));
      eventually("it is known", () -> controller.state(chassis).isPresent());
      socket.getOutputStream().write(roleReply());
      eventually("it obeys", () -> controller.role(chassis) == SwitchState.Role.MASTER);
      socket.getOutputStream().write(packetIn(24));
      assertClosed(socket);
      eventually(
          "that is told",
          () ->
              controller
                  .state(chassis)
                  .flatMap(SwitchState::lastError)
                  .filter(e -> e.contains("makes no sense"))
                  .isPresent());
    }
  }

  @Test
  void aPortThatIsTakenIsToldAtOnce() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var settings =
          Controller.QUICK.listeningOn(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort()));
      var southbound =
          new OpenflowSouthbound(
              controller.store,
              controller.plans,
              Punted.NOTHING,
              controller.progress,
              controller.problems,
              snapshot -> Ownership.sole("m1", 1),
              settings);
      var fault = assertThrows(ListenException.class, southbound::start);
      assertTrue(fault.getMessage().contains(":" + taken.getLocalPort()), fault.getMessage());
      assertTrue(fault.getMessage().contains("in use"), fault.getMessage());
      taken.close();
      assertTrue(becomesFree(southbound));
      southbound.close();
    }
  }

  private static boolean becomesFree(OpenflowSouthbound southbound) {
    try {
      southbound.start();
      return southbound.port() > 0;
    } catch (ListenException e) {
      return false;
    }
  }

  @Test
  void theLastStateOfAChassisIsRemembered() {
    UUID chassis;
    try (var host = OvsSwitch.start(0x2012)) {
      chassis = controller.chassis("hv1", host);
      host.connect(controller.port());
      controller.install(chassis, units(0, 3));
    }
    eventually(
        "it is gone", () -> controller.state(chassis).filter(s -> !s.connected()).isPresent());
    var state = controller.state(chassis).orElseThrow();
    assertEquals(SwitchState.Role.NONE, state.role());
    assertEquals("the switch closed it", state.lastError().orElseThrow());
    assertEquals(3, state.flows());
  }
}
