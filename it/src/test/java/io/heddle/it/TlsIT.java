package io.heddle.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.heddle.it.lab.Host;
import io.heddle.it.lab.Lab;
import io.heddle.tls.Peer;
import io.heddle.tls.Tls;
import io.heddle.tls.TlsFiles;
import io.heddle.v1.Chassis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS on all doors, with the certificates that ovs-pki makes. */
@Timeout(300)
class TlsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;
  private ControllerProcess controller;
  private Lab lab;
  private Northbound northbound;

  @BeforeEach
  void begin() throws Exception {
    Files.createDirectory(folder.resolve("data"));
    ovsPki("init");
    for (var name : List.of("hv1", "hv2", "operator")) {
      ovsPki("req+sign", name, "switch");
    }
    // gRPC knows servers by their names, which what ovs-pki adds would not be.
    ovsPki("--unique", "req+sign", "heddle", "controller");
    ovsPki("--unique", "req+sign", "heddle2", "controller");
    var access = Files.writeString(folder.resolve("access"), "write certificate operator\n");
    controller = ControllerProcess.in(folder, files("heddle", "switchca"), access);
    lab = Lab.up(controller.ports().ovsdb());
    controller.start();
    northbound =
        new Northbound(controller.ports().grpc(), files("operator", "controllerca"), "heddle");
  }

  @AfterEach
  void end() {
    if (northbound != null) {
      northbound.close();
    }
    controller.close();
    lab.close();
  }

  private void ovsPki(String... words) throws Exception {
    var line =
        new ArrayList<>(
            List.of("ovs-pki", "--dir=" + folder.resolve("pki"), "--log=" + folder.resolve("log")));
    line.addAll(List.of(words));
    run(line);
  }

  private String run(List<String> line) throws Exception {
    var process =
        new ProcessBuilder(line).directory(folder.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException(line + ": " + said);
    }
    return said;
  }

  private TlsFiles files(String name, String authority) {
    return TlsFiles.of(
        folder.resolve(name + "-cert.pem"),
        folder.resolve(name + "-privkey.pem"),
        folder.resolve("pki").resolve(authority).resolve("cacert.pem"));
  }

  private String ssl(String name, String authority) {
    var files = files(name, authority);
    return files.key().file() + "," + files.certificate().file() + "," + files.authorities().file();
  }

  private Host host(int number, String certificate) {
    return lab.host("hv" + number, "192.0.2." + number, "--ssl", ssl(certificate, "controllerca"));
  }

  private boolean hasProblem(String name, String part) {
    return northbound.problems().stream()
        .anyMatch(p -> p.getName().equals(name) && p.getMessage().contains(part));
  }

  private static void eventually(String what, BooleanSupplier holds) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, what);
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** It gives up after a second, which a first handshake may take on a busy machine. */
  private void nbctl(String... command) {
    var files = files("operator", "controllerca");
    var line =
        new ArrayList<>(
            List.of(
                "ovn-nbctl",
                "--timeout=30",
                "--db=ssl:127.0.0.1:" + controller.ports().northbound(),
                "--private-key=" + files.key().file(),
                "--certificate=" + files.certificate().file(),
                "--ca-cert=" + files.authorities().file()));
    line.addAll(List.of(command));
    eventually(
        "ovn-nbctl " + List.of(command),
        () -> {
          try {
            run(line);
            return true;
          } catch (Exception e) {
            return false;
          }
        });
  }

  @Test
  void onlyWhoProvesItselfIsServedAndForItselfOnly() throws Exception {
    var hv1 = host(1, "hv1");
    var hv2 = host(2, "hv2");
    var vm1 = lab.vm("vm1", hv1, "p1", LabTest.mac(1), "10.0.0.1/24");
    lab.vm("vm2", hv2, "p2", LabTest.mac(2), "10.0.0.2/24");
    nbctl("ls-add", "blue", "--", "lsp-add", "blue", "p1", "--", "lsp-add", "blue", "p2");
    nbctl("lsp-set-addresses", "p1", LabTest.mac(1) + " 10.0.0.1");
    nbctl("lsp-set-addresses", "p2", LabTest.mac(2) + " 10.0.0.2");
    northbound.awaitUp("p1", "p2");
    vm1.awaitReaches("10.0.0.2", PATIENCE);
    assertTrue(hv1.vsctl("get-controller", "br-int").startsWith("ssl:"));
    assertTrue(northbound.problems().isEmpty(), () -> northbound.problems().toString());

    // A host without TLS, then with a certificate of an authority that does not vouch for hosts.
    var hv3 =
        lab.host(
            "hv3",
            "192.0.2.3",
            "--manager",
            "tcp:" + lab.controllerAddress() + ":" + controller.ports().ovsdb());
    eventually(
        "plain TCP is refused", () -> hasProblem(hv3.managementAddress(), "does not speak TLS"));
    lab.host("hv4", "192.0.2.4", "--ssl", ssl("heddle", "controllerca"));
    eventually(
        "a stranger is refused",
        () ->
            northbound.problems().stream()
                .anyMatch(p -> p.getMessage().contains("is not by one of tls.authorities")));
    host(5, "hv1");
    eventually("a liar is refused", () -> hasProblem("hv5", "its certificate is that of \"hv1\""));
    assertThrows(
        IOException.class,
        () ->
            run(
                List.of(
                    "ovn-nbctl",
                    "--timeout=2",
                    "--db=tcp:127.0.0.1:" + controller.ports().northbound(),
                    "show")));
    try (var plain = new Northbound(controller.ports().grpc())) {
      assertThrows(Exception.class, plain::problems);
    }
    // A host speaks for itself at its own doors, and nowhere else.
    try (var host =
        new Northbound(controller.ports().grpc(), files("hv1", "controllerca"), "heddle")) {
      var denied = assertThrows(StatusRuntimeException.class, host::problems);
      assertEquals(Code.PERMISSION_DENIED, denied.getStatus().getCode());
    }
    assertEquals(
        List.of("hv1", "hv2"),
        northbound.rows(Chassis.class).stream().map(Chassis::getName).sorted().toList());
    vm1.awaitReaches("10.0.0.2", PATIENCE);
  }

  @Test
  void certificatesAreRenewedWhilePacketsFlow() throws Exception {
    var hv1 = host(1, "hv1");
    var hv2 = host(2, "hv2");
    var vm1 = lab.vm("vm1", hv1, "p1", LabTest.mac(1), "10.0.0.1/24");
    lab.vm("vm2", hv2, "p2", LabTest.mac(2), "10.0.0.2/24");
    northbound.commit(FirstLightIT.network(2));
    northbound.awaitUp("p1", "p2");
    vm1.awaitReaches("10.0.0.2", PATIENCE);
    try (var ping = vm1.startPing("10.0.0.2", Duration.ofMillis(20))) {
      replace("heddle-cert.pem", "heddle2-cert.pem");
      eventually("half of it is told", () -> hasProblem("files", "is not the key of"));
      replace("heddle-privkey.pem", "heddle2-privkey.pem");
      eventually("the new one is shown", () -> shown().is("heddle2"));
      hv2.killOvsdb();
      hv2.startOvsdb();
      northbound.install(FirstLightIT.port("p1", LabTest.mac(1) + " 10.0.0.1"));
      var result = ping.stop();
      assertTrue(result.lossless(), result::toString);
    }
    // The switch comes anew, too, and is told of what changed.
    hv2.killVswitchd();
    hv2.startVswitchd();
    vm1.awaitReaches("10.0.0.2", PATIENCE);
    eventually("all is well", () -> northbound.problems().isEmpty());
  }

  private void replace(String file, String with) throws IOException {
    Files.move(folder.resolve(with), folder.resolve(file), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Whose certificate a newcomer sees. */
  private Peer shown() {
    try (var tls = new Tls(files("operator", "controllerca"));
        var socket =
            (SSLSocket)
                tls.context()
                    .getSocketFactory()
                    .createSocket("127.0.0.1", controller.ports().openflow())) {
      socket.startHandshake();
      return Peer.of(socket.getSession()).orElse(Peer.NOBODY);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
