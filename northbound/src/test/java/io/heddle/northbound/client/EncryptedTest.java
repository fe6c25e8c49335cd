package io.heddle.northbound.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.northbound.access.Access;
import io.heddle.northbound.grpc.Served;
import io.heddle.tls.Pki;
import io.heddle.tls.Tls;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line and a real server that speak TLS, or should. */
class EncryptedTest {
  @TempDir Path folder;
  private Pki pki;
  private Tls tls;
  private Served served;
  private int exitCode;

  @BeforeEach
  void serve() throws Exception {
    pki = new Pki(folder, "ca").issue("heddle").issue("operator");
    tls = new Tls(pki.files("heddle"));
    var access = folder.resolve("access");
    served =
        new Served(
            Optional.of(tls), Access.of(Files.writeString(access, "read certificate operator\n")));
  }

  @AfterEach
  void close() {
    served.close();
    tls.close();
  }

  /** What it says of a status asked for. */
  private String ask(String... options) {
    var out = new StringWriter();
    var words = new ArrayList<>(List.of("status", "--server", "127.0.0.1:" + served.server.port()));
    words.addAll(List.of(options));
    var writer = new PrintWriter(out);
    exitCode = Heddlectl.run(writer, writer, words.toArray(String[]::new));
    return out.toString();
  }

  private String askAs(Pki by, String name, String serverName) {
    return ask(
        "--ca",
        pki.authority().toString(),
        "--certificate",
        by.certificate(name).toString(),
        "--key",
        by.key(name).toString(),
        "--server-name",
        serverName);
  }

  @Test
  void bothEndsProveThemselves() {
    var said = askAs(pki, "operator", "heddle");
    assertEquals(0, exitCode, said);
  }

  @Test
  void strangersAreTurnedAway() {
    var plain = ask();
    assertEquals(Failures.UNAVAILABLE, exitCode, plain);
    var other = new Pki(folder, "other").issue("fake");
    var fake = askAs(other, "fake", "heddle");
    assertEquals(Failures.UNAVAILABLE, exitCode, fake);
    var wrong = askAs(pki, "operator", "somebody");
    assertEquals(Failures.UNAVAILABLE, exitCode, wrong);
    assertTrue(wrong.contains("somebody"), wrong);
  }

  @Test
  void filesThatAreMissingAreNamed() {
    var few = ask("--ca", pki.authority().toString());
    assertEquals(Failures.USAGE, exitCode, few);
    assertTrue(few.contains("TLS needs --certificate too"), few);
    var none = folder.resolve("none");
    var missing =
        ask(
            "--ca",
            pki.authority().toString(),
            "--certificate",
            pki.certificate("operator").toString(),
            "--key",
            none.toString());
    assertEquals(Failures.USAGE, exitCode, missing);
    assertTrue(missing.contains("--key (" + none + "): there is no such file"), missing);
  }

  @Test
  void newCertificatesCountForWhoComesThen() throws Exception {
    var renewed = new CountDownLatch(1);
    tls.watch(Duration.ofMillis(10), description -> renewed.countDown(), complaint -> {});
    pki.issue("next", "heddle-2", 30);
    Pki.replace(pki.key("heddle"), pki.key("next"));
    Pki.replace(pki.certificate("heddle"), pki.certificate("next"));
    assertTrue(renewed.await(30, TimeUnit.SECONDS));
    var said = askAs(pki, "operator", "heddle-2");
    assertEquals(0, exitCode, said);
  }
}
