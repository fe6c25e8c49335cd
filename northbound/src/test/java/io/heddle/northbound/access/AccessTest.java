package io.heddle.northbound.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.tls.Peer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who has which role. */
class AccessTest {
  private static final String HERE = "127.0.0.1";
  private static final String THERE = "192.0.2.7";

  @TempDir Path folder;

  private Access access(String... lines) throws Exception {
    return Access.of(Files.writeString(folder.resolve("access"), String.join("\n", lines)));
  }

  private static Optional<Role> role(Access access, Credentials shown) {
    return new Door("grpc", "m1", access).visitor(shown).identity().flatMap(Identity::role);
  }

  private static Credentials plain(String from) {
    return shown(null, null, from);
  }

  private static Credentials certificate(String... names) {
    return shown(new Peer(List.of(names)), null, THERE);
  }

  private static Credentials shown(Peer peer, String token, String from) {
    return new Credentials(
        Optional.ofNullable(peer),
        Optional.ofNullable(token),
        Optional.of(new InetSocketAddress(from, 4711)));
  }

  @Test
  void whereNothingIsSaidOnlyThisMachineMay() {
    var access = Access.unsaid();
    assertEquals(Optional.of(Role.ADMIN), role(access, plain(HERE)));
    assertEquals(Optional.of(Role.ADMIN), role(access, plain("::1")));
    assertEquals(Optional.empty(), role(access, plain(THERE)));
    assertEquals(Optional.empty(), role(access, certificate("operator")));
    assertEquals(Optional.empty(), role(access, shown(new Peer(List.of("operator")), null, HERE)));
  }

  @Test
  void theFileIsAllThatCounts() throws Exception {
    var access =
        access(
            "# people",
            "admin certificate Ops Team",
            "",
            "write   certificate neutron",
            "read certificate grafana",
            "read loopback");
    assertEquals(Optional.of(Role.READ), role(access, plain(HERE)));
    assertEquals(Optional.empty(), role(access, plain(THERE)));
    assertEquals(Optional.of(Role.ADMIN), role(access, certificate("Ops Team")));
    assertEquals(Optional.of(Role.WRITE), role(access, certificate("grafana", "neutron", "x")));
    assertEquals(Optional.empty(), role(access, certificate("hv1", "hv1.example")));
    assertEquals(Optional.empty(), role(access, certificate()));
    assertEquals(Optional.empty(), role(access(""), plain(HERE)));
    assertEquals(Optional.of(Role.WRITE), role(access("write anybody"), plain(THERE)));
    var both = access("write anybody", "read loopback");
    assertEquals(Optional.of(Role.WRITE), role(both, plain(HERE)));
    assertEquals(Optional.empty(), role(both, certificate("hv1")));
  }

  @Test
  void aTokenCountsAsAWholeAndWhereNobodyHearsIt() throws Exception {
    var token = Token.draw("ci");
    var access = access(token.line(Role.WRITE));
    assertFalse(Files.readString(folder.resolve("access")).contains(token.text()));
    assertFalse(token.toString().contains(token.text()), "it would end in logs");
    var host = new Peer(List.of("hv1"));
    assertEquals(Optional.of(Role.WRITE), role(access, shown(null, token.text(), HERE)));
    assertEquals(Optional.of(Role.WRITE), role(access, shown(host, token.text(), THERE)));
    assertEquals(Optional.empty(), role(access, shown(null, token.text(), THERE)));
    var other = Token.draw("ci").text();
    var secret = token.text().substring(3);
    for (var wrong : List.of(other, "", "ci", "ci.", secret, "cd." + secret, token.text() + "A")) {
      assertEquals(Optional.empty(), role(access, shown(null, wrong, HERE)), wrong);
    }
    // Whoever shows a wrong one does not fall back to what they would be without it.
    var open = access("admin anybody", "admin certificate hv1", token.line(Role.READ));
    assertEquals(Optional.empty(), role(open, shown(host, other, HERE)));
    assertEquals(Optional.of(Role.READ), role(open, shown(host, token.text(), HERE)));
    assertThrows(IllegalArgumentException.class, () -> Token.draw("a b"));
  }

  @Test
  void whatOthersChoseIsShortenedToALine() {
    var visitor = new Door("ovsdb", "m1", Access.unsaid()).visitor(certificate("a\nb"));
    assertEquals(
        "x".repeat(Door.NAME_LENGTH - 1)
            + "? needs the role read, and certificate \"a?b\" has none",
        visitor.refuse("x".repeat(Door.NAME_LENGTH - 1) + "\nyz", Role.READ));
    assertEquals("a?b", visitor.origin().getWho());
  }

  @Test
  void linesThatAreWrongAreNamed() throws Exception {
    var line = Token.draw("ci").line(Role.READ);
    assertRefused("line 2: it does not begin with read, write or admin", "# x", "root loopback");
    assertRefused("line 1: it does not begin with", "admin");
    assertRefused("line 1: roles are for certificate, token", "admin user joe");
    assertRefused("line 1: whose certificate?", "admin certificate");
    assertRefused("line 1: a token's line is as heddle:token prints it", "read token ci secret");
    assertRefused("line 1: a token's line", line.replace("ci", "c.i"));
    assertRefused("line 1: a token's line", line + "0");
    assertRefused("line 2: token ci has a role already", line, line);
    assertRefused("line 2: certificate a has a role", "read certificate a", "admin certificate a");
    assertRefused("line 1: it ends with something unknown: x", "admin loopback x");
    var none =
        assertThrows(AccessException.class, () -> Access.of(folder.resolve("none"))).getMessage();
    assertTrue(none.startsWith("access.file (") && none.contains("there is no such file"), none);
  }

  private void assertRefused(String why, String... lines) {
    var said = assertThrows(AccessException.class, () -> access(lines)).getMessage();
    assertTrue(said.startsWith("access.file (") && said.contains("), " + why), said);
  }

  @Test
  void aNewFileCountsForWhoIsThereAlready() throws Exception {
    var complaints = new LinkedBlockingQueue<Optional<String>>();
    try (var access = access("admin certificate operator")) {
      var visitor = new Door("grpc", "m1", access).visitor(certificate("operator"));
      assertTrue(visitor.may(Role.ADMIN));
      access.watch(Duration.ofMillis(5), complaints::add);
      replace("nonsense");
      var complaint = complaints.poll(30, TimeUnit.SECONDS).orElseThrow();
      assertTrue(complaint.contains("line 1") && complaint.contains("stays in use"), complaint);
      assertTrue(visitor.may(Role.ADMIN));
      replace("write certificate operator");
      assertEquals(Optional.empty(), complaints.poll(30, TimeUnit.SECONDS));
      assertFalse(visitor.may(Role.ADMIN));
      assertTrue(visitor.may(Role.WRITE));
      assertEquals(
          "Backup needs the role admin, and certificate \"operator\" has the role write",
          visitor.refuse("Backup", Role.ADMIN));
    }
  }

  /** At once: a file that is written where it stands is empty for a moment, and then so it is. */
  private void replace(String text) throws IOException {
    var beside = Files.writeString(folder.resolve("beside"), text);
    Files.move(beside, folder.resolve("access"), StandardCopyOption.ATOMIC_MOVE);
  }
}
