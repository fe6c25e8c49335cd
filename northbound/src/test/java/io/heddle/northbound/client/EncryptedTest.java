package io.heddle.northbound.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.northbound.access.Access;
import io.heddle.northbound.access.Role;
import io.heddle.northbound.access.Token;
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
  private final Token token = Token.draw("ci");
  private int exitCode;

  @BeforeEach
  void serve() throws Exception {
    pki = new Pki(folder, "ca").issue("heddle").issue("operator").issue("hv1");
    tls = new Tls(pki.files("heddle"));
    var access = folder.resolve("access");
    served =
        new Served(
            Optional.of(tls),
            Access.of(
                Files.writeString(
                    access, "admin certificate operator\n" + token.line(Role.WRITE))));
  }

  @AfterEach
  void close() {
    served.close();
    tls.close();
  }

  /** What it says of a status asked for. */
  private String ask(String... options) {
    return run("status", options);
  }

  private String run(String command, String... options) {
    var out = new StringWriter();
    var words = new ArrayList<>(List.of(command, "--server", "127.0.0.1:" + served.server.port()));
    words.addAll(List.of(options));
    var writer = new PrintWriter(out);
    exitCode = Heddlectl.run(writer, writer, words.toArray(String[]::new));
    return out.toString();
  }

  private String askAs(Pki by, String name, String serverName) {
    return runAs(by, name, serverName, "status");
  }

  private String runAs(Pki by, String name, String serverName, String command, String... more) {
    var options =
        new ArrayList<>(
            List.of(
                "--ca",
                pki.authority().toString(),
                "--certificate",
                by.certificate(name).toString(),
                "--key",
                by.key(name).toString(),
                "--server-name",
                serverName));
    options.addAll(List.of(more));
    return run(command, options.toArray(String[]::new));
  }

  @Test
  void aTokenIsShownAndWhatItDidIsTold() throws Exception {
    var denied = askAs(pki, "hv1", "heddle");
    assertEquals(Failures.REFUSED, exitCode, denied);
    assertEquals(
        "heddlectl: GetStatus needs the role read, and certificate \"hv1\" has none\n", denied);
    var shown = Files.writeString(folder.resolve("token"), token.text() + "\n").toString();
    var rows = folder.resolve("rows.json");
    Files.writeString(rows, "[{\"kind\": \"LogicalSwitch\", \"name\": \"blue\"}]");
    var applied = runAs(pki, "hv1", "heddle", "apply", "--token-file", shown, rows.toString());
    assertEquals(0, exitCode, applied);
    var told = runAs(pki, "operator", "heddle", "audit", "--since", "1h", "--who", "ci");
    assertEquals(0, exitCode, told);
    var lines = told.lines().toList();
    assertEquals(2, lines.size(), told);
    assertTrue(lines.get(0).startsWith("REVISION  TIME"), told);
    assertTrue(lines.get(1).matches("1  .*Z  token ci  grpc  127.*LogicalSwitch \\+1"), told);
    assertEquals("", runAs(pki, "operator", "heddle", "audit", "--until", "1h"));
    var json = runAs(pki, "operator", "heddle", "audit", "--json");
    assertTrue(json.contains("\"who\":\"ci\""), json);
    var wrong = runAs(pki, "operator", "heddle", "audit", "--since", "yesterday");
    assertEquals(Failures.USAGE, exitCode, wrong);
    assertTrue(wrong.contains("--since: \"yesterday\" is neither like"), wrong);
    var empty = Files.writeString(folder.resolve("empty"), "\n").toString();
    var none = runAs(pki, "operator", "heddle", "status", "--token-file", empty);
    assertEquals(Failures.USAGE, exitCode, none);
    assertTrue(none.contains("holds no token"), none);
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
