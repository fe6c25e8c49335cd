package io.heddle.ovsdb;

import static io.heddle.model.Eventually.becomes;
import static io.heddle.model.Eventually.eventually;
import static io.heddle.model.Eventually.stays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Edit;
import io.heddle.v1.Chassis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hosts that listen, and to which Heddle connects. */
class DialerTest {
  private final Control control = new Control();
  private final int port = freePort();
  private final String target = "tcp:127.0.0.1:" + port;
  private final OvsHost hv1 = OvsHost.start("hv1", "ptcp:" + port + ":127.0.0.1");

  @AfterEach
  void close() {
    hv1.close();
    control.close();
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void identify(String name) {
    hv1.vsctl(
        "--no-wait",
        "set",
        "Open_vSwitch",
        ".",
        "external_ids:system-id=" + name,
        "external_ids:ovn-encap-type=geneve",
        "external_ids:ovn-encap-ip=192.0.2.1");
  }

  private void target(String name, String where) {
    control.commit(Edit.put(Chassis.newBuilder().setName(name).setTarget(where).build()));
  }

  @Test
  void aChassisWithATargetIsConnectedToAndConfigured() {
    identify("hv1");
    target("hv1", target);
    becomes(List.of("geneve 192.0.2.1 {csum=true}"), () -> control.encaps("hv1"));
    becomes(List.of("tcp:127.0.0.1:6653"), () -> hv1.controllers("br-int"));
    assertEquals(target, control.chassis("hv1").orElseThrow().getTarget());
    eventually("no problem is left", () -> control.problems.list().isEmpty());

    control.commit(Edit.delete(Chassis.class, "hv1"));
    eventually("it is disconnected", () -> control.southbound().hosts().isEmpty());
    stays(
        "it stays deleted",
        Duration.ofSeconds(1),
        () -> control.chassisRow("hv1").isEmpty() && control.southbound().hosts().isEmpty());
    assertEquals("br-int", hv1.vsctl("list-br").strip());
  }

  @Test
  void aHostThatIsAwayIsTriedUntilItComes() {
    identify("hv1");
    hv1.killDatabase();
    target("hv1", target);
    eventually("it is said", () -> control.hasProblem("hv1", "cannot connect to " + target + ": "));
    hv1.startDatabase();
    eventually("it joins", () -> control.southbound().connected("hv1").isPresent());
    hv1.killDatabase();
    eventually("it is away", () -> control.southbound().connected("hv1").isEmpty());
    hv1.startDatabase();
    eventually("it joins again", () -> control.southbound().connected("hv1").isPresent());
    eventually("no problem is left", () -> control.problems.list().isEmpty());
  }

  @Test
  void aHostOfAnotherNameIsNotTouched() {
    identify("hv7");
    target("hv1", target);
    eventually(
        "it is said", () -> control.hasProblem("hv7", "connected to as chassis \"hv1\" but its"));
    assertTrue(control.chassisRow("hv7").isEmpty());
    assertEquals("", hv1.vsctl("list-br").strip());
    identify("hv1");
    becomes(List.of("geneve 192.0.2.1 {csum=true}"), () -> control.encaps("hv1"));
  }

  @Test
  void aTargetThatChangesIsFollowed() {
    identify("hv1");
    target("hv1", "tcp:127.0.0.1:" + freePort());
    eventually("it is said", () -> control.hasProblem("hv1", "cannot connect to"));
    target("hv1", target);
    eventually("it joins", () -> control.southbound().connected("hv1").isPresent());
    target("hv1", "");
    eventually("it is left", () -> control.southbound().hosts().isEmpty());
    assertEquals(1, control.encaps("hv1").size());
  }
}
