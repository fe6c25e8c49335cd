package io.heddle.northbound.ovsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.northbound.raft.RaftStore;
import io.heddle.northbound.raft.StoreSettings;
import io.heddle.tls.Pki;
import io.heddle.tls.Tls;
import io.heddle.v1.LogicalSwitch;
import java.nio.file.Path;
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
  private RaftStore store;
  private Pki pki;
  private OvsdbServer server;

  @BeforeEach
  void serve() throws Exception {
    pki = new Pki(folder, "ca").issue("heddle").issue("operator");
    store = RaftStore.open(StoreSettings.alone(folder.resolve("data")));
    var settings = new OvsdbServerSettings("127.0.0.1", 0);
    var tls = Optional.of(new Tls(pki.files("heddle")));
    server = OvsdbServer.of(store, store.membership(), settings.withTls(tls));
  }

  @AfterEach
  void close() {
    server.close();
    store.close();
  }

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
}
