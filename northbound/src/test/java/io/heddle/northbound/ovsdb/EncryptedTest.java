package io.heddle.northbound.ovsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.northbound.access.Access;
import io.heddle.northbound.raft.RaftStore;
import io.heddle.northbound.raft.StoreSettings;
import io.heddle.tls.Pki;
import io.heddle.tls.Tls;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.Origin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ovn-nbctl and TLS. */
class EncryptedTest {
  private static final int ATTEMPTS = 10;

  @TempDir Path folder;
  private Path file;
  private Access access;
  private RaftStore store;
  private Pki pki;
  private OvsdbServer server;

  @BeforeEach
  void serve() throws Exception {
    pki = new Pki(folder, "ca").issue("heddle").issue("operator").issue("reader").issue("hv1");
    file = folder.resolve("access");
    Files.writeString(file, "write certificate operator\nread certificate reader\n");
    access = Access.of(file);
    access.watch(Duration.ofMillis(20), complaint -> {});
    store = RaftStore.open(StoreSettings.alone(folder.resolve("data")));
    var settings = new OvsdbServerSettings("127.0.0.1", 0);
    var tls = Optional.of(new Tls(pki.files("heddle")));
    server = OvsdbServer.of(store, store.membership(), settings.withTls(tls).withAccess(access));
  }

  @AfterEach
  void close() {
    server.close();
    store.close();
    access.close();
  }

  private Peer peer(String name) throws Exception {
    try (var tls = new Tls(pki.files(name))) {
      var socket =
          tls.context().getSocketFactory().createSocket("127.0.0.1", server.address().getPort());
      return new Peer(socket);
    }
  }

  private static final String INSERT =
      "[\"OVN_Northbound\",{\"op\":\"select\",\"table\":\"Logical_Switch\",\"where\":[]},"
          + "{\"op\":\"insert\",\"table\":\"Logical_Switch\",\"row\":{\"name\":\"red\"}},"
          + "{\"op\":\"comment\",\"comment\":\"x\"}]";

  private static final String MONITOR =
      "[\"OVN_Northbound\",null,{\"Logical_Switch\":{\"columns\":[\"name\"]}}]";

  private void nbctl(Pki by, String name, String... command) {
    var line =
        new ArrayList<>(
            List.of(
                "ovn-nbctl",
                "--timeout=20",
                "--db=ssl:127.0.0.1:" + server.address().getPort(),
                "--private-key=" + by.key(name),
                "--certificate=" + by.certificate(name),
                "--ca-cert=" + pki.authority()));
    line.addAll(List.of(command));
    Pki.run(line);
  }

  /** It gives up after a second, which a first handshake may take on a busy machine. */
  private void warmUp() {
    for (int attempt = 0; ; attempt++) {
      try {
        nbctl(pki, "operator", "show");
        return;
      } catch (IllegalStateException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private int switches() {
    return store.snapshot().rows(LogicalSwitch.class).size();
  }

  @Test
  void ovnNbctlSpeaksTls() {
    warmUp();
    nbctl(pki, "operator", "ls-add", "blue");
    assertEquals(1, switches());
    nbctl(pki, "operator", "ls-del", "blue");
    assertEquals(0, switches());
  }

  @Test
  void strangersAreTurnedAway() {
    warmUp();
    var other = new Pki(folder, "other").issue("fake");
    assertThrows(
        IllegalStateException.class, () -> nbctl(other, "fake", "--timeout=2", "ls-add", "blue"));
    var plain = "ovn-nbctl --timeout=2 --db=tcp:127.0.0.1:" + server.address().getPort();
    assertThrows(IllegalStateException.class, () -> Pki.run(plain + " ls-add blue"));
    assertEquals(0, switches());
    assertTrue(server.connections() <= 1);
  }

  /** In ovsdb-server's words, for a Connection that is read_only. */
  @Test
  void whoMayReadChangesNothing() throws Exception {
    try (var reader = peer("reader")) {
      assertEquals(
          "[{\"rows\":[]},{\"error\":\"not allowed\",\"details\":\"insert operation not allowed when"
              + " database server is in read only mode\"},null]",
          reader.result("transact", INSERT).toString());
      assertEquals(
          "\"lock and unlock methods not allowed, DB server is read only.\"",
          reader.ask("steal", "[\"lock\"]").get("error").toString());
      assertEquals("{}", reader.result("monitor", MONITOR).toString());
      assertEquals(0, switches());
      try (var writer = peer("operator")) {
        assertEquals(3, writer.result("transact", INSERT).getAsJsonArray().size());
      }
      assertEquals("update", reader.read().get("method").getAsString());
    }
    var record = store.audit().newestFirst(0, Long.MAX_VALUE).findFirst().orElseThrow();
    var origin = record.getOrigin();
    assertEquals("operator", origin.getWho());
    assertEquals(Origin.Proof.CERTIFICATE, origin.getProof());
    assertEquals("ovsdb", origin.getDoor());
    assertEquals(store.membership().view().self(), origin.getMember());
    assertTrue(origin.getAddress().startsWith("127.0.0.1:"), origin.getAddress());
    assertTrue(Math.abs(origin.getTime().getSeconds() - Instant.now().getEpochSecond()) < 60);
    assertEquals("LogicalSwitch", record.getChanges(0).getKind());
  }

  @Test
  void aHostLearnsNothingButWhy() throws Exception {
    try (var host = peer("hv1")) {
      for (var method : List.of("list_dbs", "get_schema", "transact", "monitor", "lock")) {
        var error = host.ask(method, INSERT).getAsJsonObject("error");
        assertEquals("permission error", error.get("error").getAsString());
        assertEquals(
            method + " needs the role read, and certificate \"hv1\" has none",
            error.get("details").getAsString());
      }
      assertEquals("[]", host.result("echo", "[]").toString());
    }
    assertEquals(0, switches());
  }

  @Test
  void whoLosesTheRoleIsToldNothingMore() throws Exception {
    try (var reader = peer("reader");
        var writer = peer("operator")) {
      assertEquals("{}", reader.result("monitor", MONITOR).toString());
      // At once: half of it is a file, too, by which nobody may do anything.
      var next = Files.writeString(folder.resolve("next"), "write certificate operator\n");
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
      var refused = reader.ask("list_dbs", "[]");
      for (int i = 0;
          i < 1_000 && !refused.has("error") || refused.get("error").isJsonNull();
          i++) {
        Thread.sleep(10);
        refused = reader.ask("list_dbs", "[]");
      }
      assertEquals("permission error", refused.getAsJsonObject("error").get("error").getAsString());
      assertEquals(3, writer.result("transact", INSERT).getAsJsonArray().size());
      assertTrue(reader.isClosed());
    }
  }
}
