package io.heddle.openflow;

import static io.heddle.model.Eventually.becomes;
import static io.heddle.model.Eventually.eventually;
import static io.heddle.openflow.Stranger.assertClosed;
import static io.heddle.openflow.Stranger.introduce;
import static io.heddle.openflow.SynchronizingTest.units;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.answer.Punted;
import io.heddle.model.Edit;
import io.heddle.model.Ownership;
import io.heddle.openflow.wire.ListenException;
import io.heddle.v1.Chassis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may connect, and who is told apart. */
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
    try (var first = introduce(controller, 0x2005)) {
      eventually("it is taken", () -> controller.state(chassis).isPresent());
      try (var second = introduce(controller, 0x2005)) {
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
  void aPortThatIsTakenIsToldAtOnce() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var settings =
          Controller.QUICK.withListen(
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

  @Test
  void aSwitchThatIsAwayIsWaitedForAndThenAProblem() {
    UUID chassis;
    try (var host = OvsSwitch.start(0x2013)) {
      chassis = controller.chassis("hv1", host);
      eventually("it is waited for", () -> !installed());
      host.connect(controller.port());
      controller.install(chassis, units(0, 3));
      assertTrue(installed());
    }
    eventually("it is away", () -> controller.progress.installed(chassis).isEmpty());
    assertFalse(installed());
    controller.restart();
    assertFalse(installed(), "who has just started does not know either");
    eventually("nobody waits any more", this::installed);
    eventually("it is told", () -> controller.hasProblem("hv1", "is not connected over OpenFlow"));
  }

  private boolean installed() {
    return controller.progress.whenInstalled(0).isDone();
  }
}
