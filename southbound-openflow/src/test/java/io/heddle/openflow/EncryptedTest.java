package io.heddle.openflow;

import static io.heddle.model.Eventually.becomes;
import static io.heddle.model.Eventually.eventually;
import static io.heddle.openflow.SynchronizingTest.units;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.tls.Pki;
import io.heddle.tls.Tls;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real switches that speak TLS, or should. */
class EncryptedTest {
  private static final String LOOPBACK = "127.0.0.1";

  @TempDir Path folder;
  private Pki pki;
  private Controller controller;

  @BeforeEach
  void start() throws Exception {
    pki = new Pki(folder, "ca").issue("heddle").issue("hv1").issue("hv2");
    var tls = Optional.of(new Tls(pki.files("heddle")));
    controller = new Controller(Controller.QUICK.withTls(tls));
  }

  @AfterEach
  void stop() {
    controller.close();
  }

  private void connect(OvsSwitch host, Pki by, String name) {
    host.vsctl(
        "set-ssl",
        by.key(name).toString(),
        by.certificate(name).toString(),
        pki.authority().toString());
    host.connect("ssl:" + LOOPBACK + ":" + controller.port());
  }

  @Test
  void aSwitchWithItsChassisCertificateIsServed() {
    try (var host = OvsSwitch.start(0x3001)) {
      var chassis = controller.chassis("hv1", host);
      connect(host, pki, "hv1");
      controller.install(chassis, units(0, 1_000));
      assertEquals(1_000, host.count());
      assertTrue(controller.problems.list().isEmpty(), controller.problems.list()::toString);
    }
  }

  @Test
  void aSwitchOfAnotherChassisIsNot() {
    try (var host = OvsSwitch.start(0x3002)) {
      var chassis = controller.chassis("hv1", host);
      controller.plans.plan(chassis, units(0, 10));
      connect(host, pki, "hv2");
      eventually(
          "it is told",
          () ->
              controller.hasProblem(
                  LOOPBACK,
                  "its certificate is that of hv2, but its datapath id 0000000000003002 is that of"
                      + " chassis hv1"));
      assertEquals(0, host.count());
      assertEquals(OptionalLong.empty(), controller.progress.installed(chassis));
    }
  }

  /** Whoever lies about its datapath id keeps nobody else out. */
  @Test
  void aDatapathIdThatAnotherChassisClaimsTooHarmsNobody() {
    try (var host = OvsSwitch.start(0x3003)) {
      controller.chassis("hv2", host);
      var chassis = controller.chassis("hv1", host);
      connect(host, pki, "hv1");
      controller.install(chassis, units(0, 10));
    }
  }

  @Test
  void strangersAreTurnedAway() throws Exception {
    try (var host = OvsSwitch.start(0x3004)) {
      var chassis = controller.chassis("hv1", host);
      controller.plans.plan(chassis, units(0, 10));
      connect(host, new Pki(folder, "other").issue("fake"), "fake");
      eventually(
          "it is told", () -> controller.hasProblem(LOOPBACK, "its certificate is not by one of"));
      host.connect(controller.port());
      eventually(
          "plain TCP is told",
          () -> controller.hasProblem(LOOPBACK, "it does not speak TLS, and this door asks"));
      assertEquals(0, host.count());
      connect(host, pki, "hv1");
      becomes(
          OptionalLong.of(controller.plans.revision()),
          () -> controller.progress.installed(chassis));
    }
  }

  @Test
  void whoDoesNotShakeHandsIsNotWaitedFor() throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), controller.port())) {
      socket.setSoTimeout(20_000);
      // All that comes before the end is TLS's own farewell.
      assertTrue(socket.getInputStream().readAllBytes().length < 16);
    }
    eventually("it is told", () -> controller.hasProblem(LOOPBACK, "it did not greet within"));
  }
}
