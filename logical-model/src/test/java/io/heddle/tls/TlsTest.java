package io.heddle.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real files and real connections. */
class TlsTest {
  private static final Duration OFTEN = Duration.ofMillis(10);

  @TempDir Path folder;
  private Pki pki;

  @BeforeEach
  void authority() {
    pki = new Pki(folder, "ca").issue("heddle").issue("hv1");
  }

  /** Whom the one who accepts takes the other for. */
  private static Peer connect(Tls accepting, Tls calling) throws Exception {
    try (var server =
        (SSLServerSocket)
            accepting
                .context()
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server.setNeedClientAuth(true);
      var peer =
          CompletableFuture.supplyAsync(
              () -> {
                try (var socket = (SSLSocket) server.accept()) {
                  socket.startHandshake();
                  socket.getOutputStream().write(1);
                  return Peer.of(socket.getSession()).orElseThrow();
                } catch (IOException e) {
                  throw new IllegalStateException(TlsFailure.words(e), e);
                }
              });
      try (var socket =
          calling
              .context()
              .getSocketFactory()
              .createSocket(server.getInetAddress(), server.getLocalPort())) {
        assertEquals(1, socket.getInputStream().read());
      } catch (SSLException e) {
        peer.join();
        throw e;
      }
      return peer.join();
    }
  }

  private Tls tls(String files) throws TlsException {
    return new Tls(pki.files(files));
  }

  private String refused(TlsFiles files) {
    return assertThrows(TlsException.class, () -> new Tls(files)).getMessage();
  }

  @Test
  void eachEndKnowsTheOther() throws Exception {
    var peer = connect(tls("heddle"), tls("hv1"));
    assertTrue(peer.is("hv1"), peer::toString);
    assertFalse(peer.is("heddle"));
  }

  @Test
  void aStrangersCertificateIsRefused() throws Exception {
    var other = new Pki(folder, "other").issue("hv9");
    var stranger =
        new Tls(TlsFiles.of(other.certificate("hv9"), other.key("hv9"), pki.authority()));
    var failure = assertThrows(Exception.class, () -> connect(tls("heddle"), stranger));
    // From Java 25 on a client shows none that the other will not take.
    assertTrue(
        failure.toString().matches("(?s).*(by one of tls.authorities|certificate_required).*"),
        failure::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa:2048", "ec -pkeyopt ec_paramgen_curve:secp384r1", "ed25519"})
  void kindsOfKeys(String kind) throws Exception {
    pki.issue("other", "other", 30, kind, "");
    assertTrue(connect(tls("heddle"), tls("other")).is("other"));
    assertTrue(connect(tls("other"), tls("hv1")).is("hv1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa", "ec"})
  void traditionalFormsOfKeys(String kind) throws Exception {
    var curve = kind.equals("ec") ? "ec -pkeyopt ec_paramgen_curve:prime256v1" : "rsa:2048";
    pki.issue("old", "old", 30, curve, "");
    var key = pki.key("old").toString();
    Pki.run(
        kind.equals("ec")
            ? "openssl ec -in " + key + " -out " + key
            : "openssl rsa -traditional -in " + key + " -out " + key);
    assertTrue(Files.readString(pki.key("old")).contains(" PRIVATE KEY-----"));
    assertFalse(Files.readString(pki.key("old")).contains("BEGIN PRIVATE"));
    assertTrue(connect(tls("heddle"), tls("old")).is("old"));
  }

  @Test
  void namesAreTheCommonNameAndDnsNamesWithoutWhatOvsPkiAdds() throws Exception {
    var kind = "ec -pkeyopt ec_paramgen_curve:prime256v1";
    pki.issue("a", "hv1 id:0b3c-17", 30, kind, "DNS:hv1.example,IP:192.0.2.1");
    assertEquals("hv1, hv1.example", tls("a").own().toString());
  }

  @Test
  void whatIsWrongWithFilesIsSaid() throws Exception {
    var good = pki.files("heddle");
    var nowhere = folder.resolve("nowhere.pem");
    assertEquals(
        "tls.key (" + nowhere + "): there is no such file",
        refused(TlsFiles.of(good.certificate().file(), nowhere, good.authorities().file())));
    var text = Files.writeString(folder.resolve("text"), "no PEM at all");
    assertEquals(
        "tls.certificate (" + text + "): there is no certificate in it",
        refused(TlsFiles.of(text, good.key().file(), good.authorities().file())));
    assertEquals(
        "tls.authorities (" + text + "): there is no certificate in it",
        refused(TlsFiles.of(good.certificate().file(), good.key().file(), text)));
    assertTrue(
        refused(TlsFiles.of(good.certificate().file(), text, good.authorities().file()))
            .contains("tls.key (" + text + ") cannot be used: there is no private key in it"));
    assertTrue(
        refused(TlsFiles.of(folder, good.key().file(), good.authorities().file()))
            .startsWith("tls.certificate (" + folder + ") cannot be read: "));
    var damaged =
        Files.writeString(
            folder.resolve("damaged"),
            "-----BEGIN CERTIFICATE-----\nMIIBAAAA\n-----END CERTIFICATE-----\n");
    assertTrue(
        refused(TlsFiles.of(damaged, good.key().file(), good.authorities().file()))
            .startsWith("tls.certificate (" + damaged + ") holds no sound certificate: "));
  }

  @Test
  void aKeyMustBelongToItsCertificate() {
    var good = pki.files("heddle");
    var mixed = TlsFiles.of(good.certificate().file(), pki.key("hv1"), good.authorities().file());
    assertEquals(
        "tls.key (%s) is not the key of the certificate of tls.certificate (%s)"
            .formatted(pki.key("hv1"), pki.certificate("heddle")),
        refused(mixed));
    pki.issue("rsa", "rsa", 30, "rsa:2048", "");
    var kinds = TlsFiles.of(good.certificate().file(), pki.key("rsa"), good.authorities().file());
    assertTrue(refused(kinds).startsWith("tls.key (" + pki.key("rsa") + ") cannot be used: "));
  }

  @Test
  void anEncryptedKeyIsRefused() {
    var key = pki.key("heddle");
    Pki.run("openssl pkcs8 -topk8 -passout pass:secret -in " + key + " -out " + key + ".enc");
    var files = TlsFiles.of(pki.certificate("heddle"), Path.of(key + ".enc"), pki.authority());
    assertTrue(refused(files).contains("the key is encrypted"), () -> refused(files));
  }

  @Test
  void whatHasExpiredIsRefused() {
    var later = Instant.now().plus(Duration.ofDays(31));
    var files = pki.files("heddle");
    var failure = assertThrows(TlsException.class, () -> new Tls(files, () -> later));
    assertTrue(
        failure.getMessage().startsWith(files.certificate() + " expired at "), failure::toString);
    var earlier = Instant.now().minus(Duration.ofDays(1));
    var early = assertThrows(TlsException.class, () -> new Tls(files, () -> earlier));
    assertTrue(early.getMessage().contains(" is not valid before "), early::toString);

    pki.issue("long", "long", 90);
    var old = assertThrows(TlsException.class, () -> new Tls(pki.files("long"), () -> later));
    assertTrue(old.getMessage().contains("holds expired certificates only"), old::toString);
  }

  @Test
  void newFilesAreUsedAndBrokenOnesAreNot() throws Exception {
    var hv1 = tls("hv1");
    BlockingQueue<Optional<String>> told = new LinkedBlockingQueue<>();
    try (var tls = tls("heddle")) {
      tls.watch(OFTEN, renewed -> {}, told::add);
      var before = tls.context();

      Files.delete(pki.certificate("heddle"));
      assertTrue(next(told).orElseThrow().contains("there is no such file"));
      Files.writeString(pki.certificate("heddle"), "nonsense");
      assertTrue(next(told).orElseThrow().contains("there is no certificate in it"));
      assertTrue(connect(tls, hv1).is("hv1"), "the old one is in use");
      assertTrue(before == tls.context());

      // The certificate comes first, and for a while the old key is not its.
      pki.issue("next", "heddle-2", 60);
      Pki.replace(pki.certificate("heddle"), pki.certificate("next"));
      assertTrue(next(told).orElseThrow().contains("is not the key of"));
      Pki.replace(pki.key("heddle"), pki.key("next"));
      assertEquals(Optional.empty(), next(told));
      assertTrue(tls.own().is("heddle-2"));
      assertTrue(connect(hv1, tls).is("heddle-2"), "the new one is shown");
    }
  }

  @Test
  void otherAuthoritiesCountAtOnce() throws Exception {
    var hv1 = tls("hv1");
    var other = new Pki(folder, "other").issue("hv9");
    var both = Files.copy(pki.authority(), folder.resolve("both.pem"));
    var files = TlsFiles.of(pki.certificate("heddle"), pki.key("heddle"), both);
    try (var tls = new Tls(files)) {
      tls.watch(OFTEN, renewed -> {}, complaint -> {});
      assertTrue(connect(tls, hv1).is("hv1"));
      var hv9 = new Tls(TlsFiles.of(other.certificate("hv9"), other.key("hv9"), pki.authority()));
      var before = tls.context();
      Pki.replace(both, other.authority());
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (tls.context() == before && System.nanoTime() < deadline) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      assertTrue(connect(tls, hv9).is("hv9"));
      // It was let in a moment ago, but resumes nothing.
      assertThrows(Exception.class, () -> connect(tls, hv1));
    }
  }

  @Test
  void anEndThatIsNearIsTold() throws Exception {
    var now = new java.util.concurrent.atomic.AtomicReference<>(Instant.now());
    BlockingQueue<Optional<String>> told = new LinkedBlockingQueue<>();
    try (var tls = new Tls(pki.files("heddle"), now::get)) {
      tls.watch(OFTEN, renewed -> {}, told::add);
      now.set(Instant.now().plus(Duration.ofDays(20)));
      assertTrue(next(told).orElseThrow().contains(" expires at "));
      now.set(Instant.now().plus(Duration.ofDays(40)));
      assertTrue(next(told).orElseThrow().contains(" expired at "));
    }
  }

  private static Optional<String> next(BlockingQueue<Optional<String>> told)
      throws InterruptedException {
    return Optional.ofNullable(told.poll(30, TimeUnit.SECONDS)).orElseThrow();
  }
}
