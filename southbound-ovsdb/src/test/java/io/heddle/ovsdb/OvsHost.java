package io.heddle.ovsdb;

import io.heddle.model.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A real ovsdb-server and ovs-vswitchd in a folder of their own. The datapath is a dummy, so no
 * root and no kernel module is needed.
 */
final class OvsHost implements AutoCloseable {
  private static final Path SCHEMA = Path.of("/usr/share/openvswitch/vswitch.ovsschema");

  private final String name;
  private final Path folder;
  private final List<String> remotes;
  private Optional<Process> database = Optional.empty();
  private Optional<Process> vswitch = Optional.empty();

  private OvsHost(String name, Path folder, List<String> remotes) {
    this.name = name;
    this.folder = folder;
    this.remotes = remotes;
  }

  /**
   * @param remotes further places where the database listens, as "ptcp:PORT:127.0.0.1"
   */
  static OvsHost start(String name, String... remotes) {
    try {
      var host = new OvsHost(name, Files.createTempDirectory("ovs-" + name), List.of(remotes));
      host.run("ovsdb-tool", "create", host.path("conf.db"), SCHEMA.toString());
      host.startDatabase();
      host.vsctl("--no-wait", "init");
      host.startVswitch();
      return host;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  String name() {
    return name;
  }

  private String path(String file) {
    return folder.resolve(file).toString();
  }

  void startDatabase() {
    var command =
        new ArrayList<>(
            List.of(
                "ovsdb-server",
                path("conf.db"),
                "--remote=punix:" + path("db.sock"),
                "--remote=db:Open_vSwitch,Open_vSwitch,manager_options",
                "--private-key=db:Open_vSwitch,SSL,private_key",
                "--certificate=db:Open_vSwitch,SSL,certificate",
                "--ca-cert=db:Open_vSwitch,SSL,ca_cert",
                "--unixctl=" + path("db.ctl"),
                "--log-file=" + path("db.log"),
                "-vconsole:off"));
    remotes.forEach(remote -> command.add("--remote=" + remote));
    database = Optional.of(spawn(command));
    Eventually.eventually("the database listens", () -> Files.exists(Path.of(path("db.sock"))));
  }

  void startVswitch() {
    vswitch =
        Optional.of(
            spawn(
                List.of(
                    "ovs-vswitchd",
                    "unix:" + path("db.sock"),
                    "--enable-dummy=override",
                    "--disable-system",
                    "--unixctl=" + path("vswitchd.ctl"),
                    "--log-file=" + path("vswitchd.log"),
                    "-vconsole:off")));
  }

  void killDatabase() {
    kill(database);
    try {
      Files.deleteIfExists(Path.of(path("db.sock")));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  void killVswitch() {
    kill(vswitch);
  }

  /** Stops the database server's process as a machine that hangs would. */
  void freezeDatabase(boolean frozen) {
    run("kill", frozen ? "-STOP" : "-CONT", String.valueOf(database.orElseThrow().pid()));
  }

  private static void kill(Optional<Process> process) {
    process.ifPresent(
        p -> {
          p.destroyForcibly();
          try {
            p.waitFor(5, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
  }

  private Process spawn(List<String> command) {
    try {
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("OVS_RUNDIR", folder.toString());
      builder.environment().put("OVS_LOGDIR", folder.toString());
      return builder.redirectOutput(folder.resolve("out").toFile()).start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Runs ovs-vsctl, waits a bounded time for Open vSwitch to follow, and returns what it printed.
   */
  String vsctl(String... arguments) {
    var command =
        new ArrayList<>(List.of("ovs-vsctl", "--timeout=10", "--db=unix:" + path("db.sock")));
    command.addAll(List.of(arguments));
    return run(command.toArray(String[]::new));
  }

  /** Makes this host join: the one command of the manual. */
  void join(int port, String encapType, String encapIp) {
    join("tcp:127.0.0.1:" + port, encapType, encapIp);
  }

  void join(String manager, String encapType, String encapIp) {
    vsctl(
        "--no-wait",
        "set-manager",
        manager,
        "--",
        "set",
        "Open_vSwitch",
        ".",
        "external_ids:system-id=" + name,
        "external_ids:hostname=" + name + ".example",
        "external_ids:ovn-encap-type=\"" + encapType + "\"",
        "external_ids:ovn-encap-ip=" + encapIp);
  }

  /** Plugs in a VM's interface that says it is this logical port. */
  void plug(String device, String ifaceId) {
    vsctl(
        "add-port",
        "br-int",
        device,
        "--",
        "set",
        "Interface",
        device,
        "type=dummy",
        "external_ids:iface-id=" + ifaceId);
  }

  /** One column of the one row, as ovs-vsctl prints it; empty where there is no such row. */
  String get(String table, String record, String column) {
    return vsctl("--if-exists", "get", table, record, column).strip();
  }

  /** What Heddle ever wrote to this host's database, by the remarks in its log. */
  List<String> log() {
    return run("ovsdb-tool", "-mm", "show-log", path("conf.db"))
        .lines()
        .filter(line -> line.contains("\"heddle: "))
        .toList();
  }

  /** None, where there is no such bridge. */
  List<String> ports(String bridge) {
    return ofBridge("list-ports", bridge);
  }

  List<String> controllers(String bridge) {
    return ofBridge("get-controller", bridge);
  }

  private List<String> ofBridge(String command, String bridge) {
    return vsctl("list-br").lines().anyMatch(bridge::equals)
        ? vsctl(command, bridge).lines().toList()
        : List.of();
  }

  private String run(String... command) {
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(String.join(" ", command) + ": " + output);
      }
      return output;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    kill(vswitch);
    kill(database);
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
