package io.heddle.openflow;

import static io.heddle.model.Eventually.becomes;
import static io.heddle.model.Eventually.eventually;
import static io.heddle.openflow.Stranger.assertClosed;
import static io.heddle.openflow.Stranger.bytes;
import static io.heddle.openflow.Stranger.dial;
import static io.heddle.openflow.Stranger.introduce;
import static io.heddle.openflow.SynchronizingTest.units;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Edit;
import io.heddle.v1.Division;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of those who keep silent, talk nonsense, hang or come in crowds. */
class MisbehavingTest {
  private Controller controller;

  @BeforeEach
  void start() {
    controller = new Controller();
  }

  @AfterEach
  void stop() {
    controller.close();
  }

  @Test
  void whoNeverSpeaksIsDropped() throws IOException {
    try (var silent = dial(controller)) {
      assertClosed(silent);
    }
    eventually(
        "it is told",
        () -> controller.problems.list().toString().contains("did not greet within PT2S"));
  }

  @Test
  void whoFallsSilentIsDropped() throws IOException {
    var chassis = controller.chassis("hv1", "%016x".formatted(0x2006));
    try (var silent = introduce(controller, 0x2006)) {
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
        try (var liar = dial(controller)) {
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
    try (var liar = introduce(controller, 0x2008)) {
      int xid = awaitRoleRequest(liar).xid();
      liar.getOutputStream()
          .write(new Octets(8).u8(4).u8(Protocol.EXPERIMENTER).u16(9).u32(xid).u8(1).toArray());
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

  private record RoleRequest(int xid, long generation) {}

  private static RoleRequest awaitRoleRequest(Socket socket) throws IOException {
    var in = new DataInputStream(socket.getInputStream());
    while (true) {
      in.readByte();
      int type = in.readUnsignedByte();
      int length = in.readUnsignedShort();
      int xid = in.readInt();
      if (type == Protocol.ROLE_REQUEST) {
        in.skipNBytes(8);
        return new RoleRequest(xid, in.readLong());
      }
      in.skipNBytes(length - 8);
    }
  }

  /**
   * Other members had asked with an epoch that this one heard of only after it had asked with an
   * older one: it does not wait until it would try again.
   */
  @Test
  void anEpochThatIsHeardOfMeanwhileIsAskedForAtOnce() throws Exception {
    try (var patient = new Controller(Controller.QUICK.withRetry(Duration.ofMinutes(1)))) {
      patient.chassis("hv1", "%016x".formatted(0x200a));
      try (var behind = introduce(patient, 0x200a)) {
        var first = awaitRoleRequest(behind);
        patient.generation.set(first.generation() + 1);
        patient.store.commit(Edit.observation(Edit.put(Division.getDefaultInstance()))).join();
        // Nothing shows that it has heard.
        Thread.sleep(300);
        behind
            .getOutputStream()
            .write(
                new Octets(12)
                    .u8(4)
                    .u8(Protocol.ERROR)
                    .u16(12)
                    .u32(first.xid())
                    .u16(Protocol.ERROR_ROLE_REQUEST_FAILED)
                    .u16(Protocol.ROLE_STALE)
                    .toArray());
        assertEquals(first.generation() + 1, awaitRoleRequest(behind).generation());
      }
    }
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
        open.add(dial(controller));
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
    try (var socket = introduce(controller, 0x77)) {
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
}
