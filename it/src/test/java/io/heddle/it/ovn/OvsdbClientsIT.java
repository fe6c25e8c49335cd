package io.heddle.it.ovn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.it.ControllerProcess;
import io.heddle.it.Northbound;
import io.heddle.it.lab.Command;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The other programs of Open vSwitch and OVN that speak OVSDB. */
@Timeout(600)
class OvsdbClientsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final String SCHEMA = "/usr/share/ovn/ovn-nb.ovsschema";

  @TempDir Path folder;
  private ControllerProcess controller;
  private String database;
  private Nbctl nbctl;

  @BeforeEach
  void start() {
    controller = ControllerProcess.in(folder);
    controller.start();
    database = "tcp:127.0.0.1:" + controller.ports().northbound();
    nbctl = new Nbctl(controller.ports().northbound());
  }

  @AfterEach
  void stop() {
    controller.close();
  }

  private static String run(String... words) {
    return Command.run(List.of(words), Map.of(), PATIENCE);
  }

  private String client(String... words) {
    var all = new ArrayList<>(List.of("ovsdb-client", "-voff"));
    all.addAll(List.of(words));
    return run(all.toArray(String[]::new));
  }

  @Test
  void theSchemaIsOvns() {
    assertEquals("OVN_Northbound\n_Server\n", client("list-dbs", database));
    assertEquals("no\n", client("needs-conversion", database, SCHEMA));
    client("convert", database, SCHEMA);
    client("--timeout=60", "wait", database, "OVN_Northbound", "connected");
  }

  @Test
  void dumpsMonitorsAndTransacts() throws IOException {
    nbctl.run("ls-add s1 -- lsp-add s1 p1");
    var dump =
        client("--format=csv", "dump", database, "OVN_Northbound", "Logical_Switch_Port", "name");
    assertTrue(dump.contains("p1"), dump);
    var output = folder.resolve("monitor.out");
    var monitor =
        Command.start(
            List.of(
                "ovsdb-client",
                "-voff",
                "--format=csv",
                "monitor",
                database,
                "OVN_Northbound",
                "Logical_Switch",
                "name"),
            Map.of(),
            Redirect.to(output.toFile()));
    try {
      Northbound.await("the first rows", PATIENCE, () -> read(output).contains("initial,s1"));
      var answer =
          client(
              "transact",
              database,
              "[\"OVN_Northbound\",{\"op\":\"update\",\"table\":\"Logical_Switch\","
                  + "\"where\":[],\"row\":{\"name\":\"s2\"}}]");
      assertEquals("[{\"count\":1}]\n", answer);
      Northbound.await("the change", PATIENCE, () -> read(output).contains("new,s2"));
    } finally {
      monitor.destroyForcibly();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatIsBackedUpCanBeRestored() throws IOException {
    nbctl.run("ls-add s1 -- lsp-add s1 p1 -- lsp-set-addresses p1 unknown -- lr-add r1");
    nbctl.run("acl-add s1 to-lport 100 ip4 drop");
    var backup = folder.resolve("backup.db");
    Files.writeString(backup, client("backup", database, "OVN_Northbound"));
    nbctl.run("ls-del s1 -- lr-del r1 -- ls-add other");
    var restored =
        new ProcessBuilder("ovsdb-client", "-voff", "restore", database, "OVN_Northbound")
            .redirectInput(backup.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("restore.out").toFile())
            .start();
    Northbound.await("the end of the restoration", PATIENCE, () -> !restored.isAlive());
    assertEquals(0, restored.exitValue(), read(folder.resolve("restore.out")));
    assertEquals("UUID (s1)\n", nbctl.run("ls-list").output());
    assertEquals("UUID (p1)\n", nbctl.run("lsp-list s1").output());
    assertEquals("unknown\n", nbctl.run("lsp-get-addresses p1").output());
    assertTrue(nbctl.run("acl-list s1").output().contains("ip4"));
  }

  @Test
  void ovnNbctlRunsAsADaemon() throws IOException {
    var socket = folder.resolve("nbctl.ctl").toString();
    var path =
        run(
                "ovn-nbctl",
                "--db=" + database,
                "--detach",
                "--pidfile=" + folder.resolve("nbctl.pid"),
                "--unixctl=" + socket,
                "--log-file=" + folder.resolve("nbctl.log"))
            .strip();
    try {
      for (int i = 0; i < 20; i++) {
        run("ovn-nbctl", "-u", path, "ls-add", "d" + i);
      }
      assertEquals(20, run("ovn-nbctl", "-u", path, "ls-list").lines().count());
      controller.kill();
      controller.start();
      run("ovn-nbctl", "-u", path, "ls-add", "after");
      assertEquals(21, nbctl.run("ls-list").output().lines().count());
    } finally {
      run("ovs-appctl", "-t", path, "exit");
    }
  }

  @Test
  void theIdlOfPythonStaysInSync() {
    var script = Path.of("src/test/resources/ovn/idl.py").toAbsolutePath().toString();
    var output = folder.resolve("idl.out");
    var copy =
        Command.start(
            List.of("/usr/bin/python3", script, database, "last"),
            Map.of(),
            Redirect.to(output.toFile()));
    try {
      Northbound.await("the first copy", PATIENCE, () -> read(output).contains("synced"));
      for (int i = 0; i < 30; i++) {
        nbctl.run("ls-add s" + i + " -- lsp-add s" + i + " p" + i);
        nbctl.run("acl-add s" + i + " to-lport " + i + " ip4 drop");
        if (i % 3 == 0) {
          nbctl.run("ls-del s" + i);
        }
        if (i == 15) {
          controller.kill();
          controller.start();
        }
      }
      nbctl.run("ls-add last");
      Northbound.await("the end of the copying", PATIENCE, () -> !copy.isAlive());
      assertEquals(run("/usr/bin/python3", script, database, "last"), read(output));
    } finally {
      copy.destroyForcibly();
    }
  }
}
