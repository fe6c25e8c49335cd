package io.heddle.ovsdb;

import static io.heddle.model.Eventually.becomes;
import static io.heddle.model.Eventually.eventually;
import static io.heddle.model.Eventually.stays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.tls.Pki;
import io.heddle.tls.Tls;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real hosts that speak TLS, or should. */
class EncryptedTest {
  private static final Duration QUIET = Duration.ofSeconds(1);

  @TempDir Path folder;
  private Pki pki;
  private Control control;
  private OvsHost hv1;

  @BeforeEach
  void start() throws Exception {
    pki = new Pki(folder, "ca").issue("heddle").issue("hv1").issue("hv2");
    var tls = Optional.of(new Tls(pki.files("heddle")));
    control =
        new Control(
            Control.loopback().with(s -> s.timing(Control.QUICK).tls(tls).openFlowTls(true)));
    hv1 = OvsHost.start("hv1");
  }

  @AfterEach
  void stop() {
    hv1.close();
    control.close();
  }

  private void join(Pki by, String certificate) {
    hv1.vsctl(
        "--no-wait",
        "set-ssl",
        by.key(certificate).toString(),
        by.certificate(certificate).toString(),
        pki.authority().toString());
    hv1.join("ssl:127.0.0.1:" + control.port(), "geneve", "192.0.2.1");
  }

  @Test
  void aHostJoinsWithItsOwnCertificate() {
    join(pki, "hv1");
    becomes(List.of("geneve 192.0.2.1 {csum=true}"), () -> control.encaps("hv1"));
    becomes(List.of("ssl:127.0.0.1:6653"), () -> hv1.controllers("br-int"));
    assertEquals(List.of(), control.problems.list());
  }

  @Test
  void aHostThatWasServedInPlainIsToldToSpeakTls() {
    join(pki, "hv1");
    becomes(List.of("ssl:127.0.0.1:6653"), () -> hv1.controllers("br-int"));
    hv1.vsctl("--no-wait", "set-controller", "br-int", "tcp:127.0.0.1:6653");
    becomes(List.of("ssl:127.0.0.1:6653"), () -> hv1.controllers("br-int"));
  }

  @Test
  void aHostCannotBeAnother() {
    join(pki, "hv2");
    eventually(
        "it is told",
        () ->
            control.hasProblem(
                "hv1", "its certificate is that of \"hv2\" but its external_ids:system-id is"));
    stays("it is no chassis", QUIET, () -> control.chassis("hv1").isEmpty());
  }

  /** It joins as itself, and then says that it is another: what is the other's stays. */
  @Test
  void aHostCannotBecomeAnother() {
    try (var other = OvsHost.start("hv2")) {
      other.vsctl(
          "--no-wait",
          "set-ssl",
          pki.key("hv2").toString(),
          pki.certificate("hv2").toString(),
          pki.authority().toString());
      other.join("ssl:127.0.0.1:" + control.port(), "geneve", "192.0.2.2");
      becomes(List.of("geneve 192.0.2.2 {csum=true}"), () -> control.encaps("hv2"));
      other.killDatabase();

      join(pki, "hv1");
      becomes(List.of("geneve 192.0.2.1 {csum=true}"), () -> control.encaps("hv1"));
      hv1.vsctl("--no-wait", "set", "Open_vSwitch", ".", "external_ids:system-id=hv2");
      eventually("it is told", () -> control.hasProblem("hv2", "its certificate is that of"));
      stays(
          "the other is as it was",
          QUIET,
          () -> control.encaps("hv2").equals(List.of("geneve 192.0.2.2 {csum=true}")));
    }
  }

  @Test
  void strangersAreTurnedAway() {
    join(new Pki(folder, "other").issue("fake"), "fake");
    eventually(
        "it is told",
        () -> control.hasProblem("127.0.0.1", "its certificate is not by one of tls.authorities"));
    hv1.join(control.port(), "geneve", "192.0.2.1");
    eventually(
        "plain TCP is told",
        () -> control.hasProblem("127.0.0.1", "it does not speak TLS, and this door asks for it"));
    assertTrue(control.chassis("hv1").isEmpty());
    join(pki, "hv1");
    becomes(List.of("geneve 192.0.2.1 {csum=true}"), () -> control.encaps("hv1"));
  }

  /** Handshakes that nobody goes on with are limited as connections of hosts are. */
  @Test
  void handshakesAreLimited() throws Exception {
    var sockets = new ArrayList<Socket>();
    try {
      for (int i = 0; i <= OvsdbSouthbound.JOINING_PER_ADDRESS; i++) {
        sockets.add(new Socket(InetAddress.getLoopbackAddress(), control.port()));
      }
      eventually(
          "it is told", () -> control.hasProblem("127.0.0.1", "from this address have not joined"));
      sockets.get(sockets.size() - 1).setSoTimeout(5_000);
      assertEquals(-1, sockets.get(sockets.size() - 1).getInputStream().read());
    } finally {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }
}
