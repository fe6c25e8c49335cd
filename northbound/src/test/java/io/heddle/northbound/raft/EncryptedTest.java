package io.heddle.northbound.raft;

import static io.heddle.northbound.raft.RaftStoreTest.committed;
import static io.heddle.northbound.raft.RaftStoreTest.put;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.heddle.tls.Pki;
import io.heddle.tls.Tls;
import io.heddle.tls.TlsFiles;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Members that speak TLS with each other, and others who would like to. */
@Timeout(120)
class EncryptedTest {
  private static final Set<String> ALL = Set.of("m1", "m2", "m3");

  @TempDir Path data;
  @TempDir Path folder;
  private Pki pki;
  private final TreeMap<String, Tls> tls = new TreeMap<>();

  @BeforeEach
  void certificates() throws Exception {
    pki = new Pki(folder, "ca").issue("hv1");
    for (var member : ALL) {
      tls.put(member, new Tls(pki.issue(member).files(member)));
    }
  }

  @Test
  void membersAgreeAndGoOnWithoutTheirLeader() throws Exception {
    try (var members = new TestCluster(data, tls)) {
      members.open("m1", "m2", "m3");
      members.await(v -> v.live().equals(ALL) && v.leader().isPresent());
      for (int i = 1; i <= 20; i++) {
        committed(members.store("m" + (1 + i % 3)).commit(put("s" + i)));
      }
      members.awaitRevision(20);
      var leader = members.view("m1").leader().orElseThrow();
      members.close(leader);
      var other = members.stores.keySet().iterator().next();
      members.await(other, v -> v.leader().filter(l -> !l.equals(leader)).isPresent());
      committed(members.store(other).commit(put("later")));
      members.open(leader);
      members.awaitRevision(21);
    }
  }

  @Test
  void nobodyElseIsSpokenWith() throws Exception {
    var other = new Pki(folder, "other").issue("fake", "m3", 30);
    try (var members = new TestCluster(data, tls)) {
      members.open("m1", "m2", "m3");
      members.close("m3");
      var address = members.addresses.get("m1");
      try (var plain = new Socket(address.getAddress(), address.getPort())) {
        plain.setSoTimeout(20_000);
        plain.getOutputStream().write(new byte[64]);
        plain.getInputStream().readAllBytes();
      }
      var fake = TlsFiles.of(other.certificate("fake"), other.key("fake"), pki.authority());
      assertThrows(Exception.class, () -> read(members, new Tls(fake), 20_000));
      assertEquals(-1, read(members, new Tls(pki.files("hv1")), 20_000), "a host is no member");
      assertThrows(
          SocketTimeoutException.class, () -> read(members, tls.get("m3"), 500), "m3 is one");
    }
  }

  private static int read(TestCluster members, Tls as, int patience) throws Exception {
    var address = members.addresses.get("m1");
    try (var socket =
        as.context().getSocketFactory().createSocket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(patience);
      return socket.getInputStream().read();
    }
  }
}
