package io.heddle.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.distribution.Instance.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who can get at the distribution, as it is and with TLS. */
class SecurityIT {
  private static final List<String> DOORS = List.of("OPENFLOW", "OVSDB", "GRPC", "NORTHBOUND");

  /** What Heddle stands on; whatever else were there would be one thing more to be attacked. */
  private static final Set<String> PARTS =
      Set.of(
          "org.apache.karaf.bundle",
          "org.apache.karaf.config",
          "org.apache.karaf.features",
          "org.apache.karaf.jaas",
          "org.apache.karaf.log",
          "org.apache.karaf.scr",
          "org.apache.karaf.service",
          "org.apache.karaf.shell");

  @TempDir Path folder;

  @Test
  void onlyHostsAreListenedToBeyondTheLoopback() throws Exception {
    var ports = Ports.free();
    try (var heddle = Instance.start(folder.resolve("data"), ports, "0.0.0.0")) {
      var listening = listening(heddle);
      var open = new TreeSet<Integer>();
      var local = new TreeSet<Integer>();
      listening.forEach(
          address -> {
            int colon = address.lastIndexOf(':');
            int port = Integer.parseInt(address.substring(colon + 1));
            boolean loopback = address.substring(0, colon).contains("127.0.0.1");
            (loopback ? local : open).add(port);
          });
      assertEquals(Set.of(ports.openflow(), ports.ovsdb()), open, listening::toString);
      assertEquals(
          Set.of(ports.grpc(), ports.northbound(), ports.ssh()), local, listening::toString);

      var stranger = passwordLogin(heddle);
      assertNotEquals(0, stranger.status());
      assertTrue(stranger.output().contains("Permission denied (publickey)"), stranger.output());

      assertEquals(List.of(), strangeParts(heddle));
    }
  }

  private List<String> listening(Instance heddle) throws Exception {
    var all = heddle.run(List.of("ss", "-Htlnp")).output();
    return all.lines()
        .filter(line -> line.contains("pid=" + heddle.pid() + ","))
        .map(line -> line.split(" +")[3])
        .toList();
  }

  /** Where passwords were asked for, a client without any would be told so. */
  private static Instance.Answer passwordLogin(Instance heddle) throws Exception {
    var line = new ArrayList<>(List.of("ssh", "-F", "/dev/null", "-o", "BatchMode=yes"));
    line.addAll(List.of("-o", "PubkeyAuthentication=no", "-o", "StrictHostKeyChecking=no"));
    line.addAll(List.of("-o", "PreferredAuthentications=password,keyboard-interactive"));
    line.addAll(List.of("-o", "UserKnownHostsFile=/dev/null", "-p", "" + heddle.ports().ssh()));
    line.addAll(List.of("karaf@127.0.0.1", "heddle:status"));
    return heddle.run(line);
  }

  /** Parts of the container that nobody asked for: a web server, remote management, deployers. */
  private static List<String> strangeParts(Instance heddle) throws Exception {
    var bundles = heddle.console("bundle:list", "-t", "0", "-s", "--no-format").output();
    assertTrue(bundles.contains("org.apache.karaf.shell.ssh"), bundles);
    return bundles
        .lines()
        .flatMap(line -> List.of(line.split("[ \\t]+")).stream())
        .filter(word -> word.startsWith("org.apache.karaf.") || word.matches(".*(jetty|pax.web).*"))
        .filter(word -> PARTS.stream().noneMatch(word::startsWith))
        .sorted()
        .toList();
  }

  private static Map<String, String> tls(Path certificate, Path key, Path authorities) {
    var settings = new HashMap<String, String>();
    DOORS.forEach(door -> settings.put("HEDDLE_" + door + "_TLS", "true"));
    settings.put("HEDDLE_TLS_CERTIFICATE", certificate.toString());
    settings.put("HEDDLE_TLS_KEY", key.toString());
    settings.put("HEDDLE_TLS_AUTHORITIES", authorities.toString());
    return settings;
  }

  @Test
  void theConsolesCertificatesOpenTheDoors() throws Exception {
    var data = folder.resolve("data");
    var pki = folder.resolve("pki");
    try (var heddle = Instance.start(data, Ports.free())) {
      var words = List.of("--controller", "heddle", "--address", "127.0.0.1", "--chassis", "hv1");
      var line = new ArrayList<>(List.of("heddle:certificates"));
      line.addAll(words);
      line.addAll(List.of("--client", "operator", pki.toString()));
      var made = heddle.console(line.toArray(String[]::new));
      assertEquals(0, made.status(), made.output());
      assertTrue(
          made.output().contains("The authority is " + pki.resolve("ca.pem")), made.output());
      var again = heddle.console("heddle:certificates", "--chassis", "hv1", pki.toString());
      assertNotEquals(0, again.status());
      assertTrue(again.output().contains("is there already"), again.output());
      var token = heddle.console("heddle:token", "write", "ci").output().lines().toList();
      Files.writeString(folder.resolve("token"), token.get(1));
      Files.writeString(folder.resolve("access"), "admin certificate operator\n" + token.get(3));
      heddle.terminate();
      heddle.awaitEnd(Instance.PATIENCE);
    }
    assertTrue(Files.exists(pki.resolve("hv1-key.pem")));
    var authority = pki.resolve("ca.pem");
    var settings = tls(pki.resolve("heddle.pem"), pki.resolve("heddle-key.pem"), authority);
    settings.put("HEDDLE_ACCESS_FILE", folder.resolve("access").toString());
    try (var heddle = Instance.start(data, Ports.free(), settings)) {
      var plain = heddle.heddlectl("status");
      assertEquals(3, plain.status(), plain.output());
      var known = heddle.heddlectl(as(pki, "operator", "status"));
      assertEquals(0, known.status(), known.output());
      var nbctl =
          heddle.run(
              List.of(
                  "ovn-nbctl",
                  "--timeout=20",
                  "--db=ssl:127.0.0.1:" + heddle.ports().northbound(),
                  "--private-key=" + pki.resolve("operator-key.pem"),
                  "--certificate=" + pki.resolve("operator.pem"),
                  "--ca-cert=" + authority,
                  "ls-add",
                  "green"));
      assertEquals(0, nbctl.status(), nbctl.output());
      var problems = heddle.console("heddle:problems").output();
      assertEquals("There are no problems.", problems.strip());

      var file = folder.resolve("blue.json");
      Files.writeString(file, "[{\"kind\": \"LogicalSwitch\", \"name\": \"blue\"}]");
      var host = heddle.heddlectl(as(pki, "hv1", "apply", file.toString()));
      assertEquals(1, host.status(), host.output());
      var denied = "Commit needs the role write, and certificate \"hv1\" has none";
      assertTrue(host.output().contains(denied), host.output());
      var shown = folder.resolve("token").toString();
      var token = heddle.heddlectl(as(pki, "hv1", "--token-file", shown, "apply", file.toString()));
      assertEquals(0, token.status(), token.output());
      Files.writeString(file, "[{\"kind\": \"LogicalSwitch\", \"name\": \"red\"}]");
      assertEquals(0, heddle.console("heddle:apply", file.toString()).status());
      var audit = heddle.heddlectl(as(pki, "operator", "audit", "--since", "1h")).output();
      assertEquals(audit.strip(), heddle.console("heddle:audit").output().strip());
      var lines = audit.lines().toList();
      assertEquals(4, lines.size(), audit);
      var change = " .*LogicalSwitch \\+1";
      assertTrue(lines.get(1).matches("\\d+ .* console heddle +console" + change), audit);
      assertTrue(lines.get(2).matches("\\d+ .* token ci +grpc +127\\S+" + change), audit);
      assertTrue(lines.get(3).matches("\\d+ .* certificate operator +ovsdb +127.*"), audit);
    }
  }

  private static String[] as(Path pki, String name, String... command) {
    var words =
        new ArrayList<>(
            List.of(
                "--ca",
                pki.resolve("ca.pem").toString(),
                "--certificate",
                pki.resolve(name + ".pem").toString(),
                "--key",
                pki.resolve(name + "-key.pem").toString()));
    words.addAll(List.of(command));
    return words.toArray(String[]::new);
  }

  @Test
  void whatIsWrongWithTheFilesIsSaidAtTheStart() throws Exception {
    var none = folder.resolve("none.pem");
    assertEquals(
        "openflow.tls asks for TLS, but tls.certificate, tls.key and tls.authorities are not all"
            + " set",
        refusal(Map.of("HEDDLE_OPENFLOW_TLS", "true")));
    assertTrue(
        refusal(tls(none, none, none))
            .contains("but tls.certificate (" + none + "): there is no such file"));
  }

  private String refusal(Map<String, String> settings) throws Exception {
    var data = folder.resolve("refused");
    try (var heddle = Instance.launch(data, Ports.free(), "127.0.0.1", settings)) {
      assertNotEquals(0, heddle.awaitEnd(Instance.PATIENCE));
      var start = "Heddle does not start: ";
      return heddle
          .output()
          .lines()
          .filter(line -> line.startsWith(start))
          .map(line -> line.substring(start.length()))
          .collect(Collectors.joining("\n"));
    }
  }
}
