package io.heddle.it.bench;

import io.heddle.it.packets.SwitchPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * OVN with the network of {@link RouterBench}: its two databases, northd, and an ovn-controller on
 * every chassis, all of this machine. Configured as is best for it here: every chassis monitors
 * all, ovn-nbctl runs as a daemon, databases are reached by Unix sockets.
 */
final class OvnCluster extends NbctlCluster {
  private static final Path SCHEMAS = Path.of("/usr/share/ovn");

  private static final Duration LOCK = Duration.ofSeconds(5);

  private final List<Process> centre = new ArrayList<>();
  private final List<Process> controllers = new ArrayList<>();

  static boolean isInstalled() {
    return Stream.of("ovn-northd", "ovn-controller").allMatch(OvnCluster::isInstalled);
  }

  private static boolean isInstalled(String program) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .anyMatch(one -> Files.isExecutable(Path.of(one, program)));
  }

  /** Every chassis has its ports' interfaces and is registered; the network is empty. */
  OvnCluster(SwitchPool pool, int chassis, int ports) throws Exception {
    super(ports);
    try {
      begin(pool, chassis);
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  private void begin(SwitchPool pool, int chassis) throws Exception {
    for (var database : List.of("nb", "sb")) {
      run("ovsdb-tool", "create", path(database + ".db"), schema(database));
      centre.add(
          daemon(
              Path.of(path("")),
              "ovsdb-server",
              path(database + ".db"),
              "--remote=punix:" + path(database + ".sock"),
              "--unixctl=" + path(database + ".ctl")));
      await("ovsdb-server", () -> Files.exists(Path.of(path(database + ".sock"))));
    }
    run("ovn-nbctl", "--db=" + database("nb"), "init");
    run("ovn-sbctl", "--db=" + database("sb"), "init");
    centre.add(
        daemon(
            Path.of(path("")),
            "ovn-northd",
            "--ovnnb-db=" + database("nb"),
            "--ovnsb-db=" + database("sb"),
            "--unixctl=" + path("northd.ctl")));
    beginNbctl(database("nb"));
    beginSwitches(
        pool,
        chassis,
        List.of(
            "set",
            "Open_vSwitch",
            ".",
            "external_ids:ovn-remote=" + database("sb"),
            "external_ids:ovn-monitor-all=true"));
    start();
    await("all chassis are registered", () -> chassis() == chassis);
    nbctl("--wait=hv", "sync");
  }

  private void start() throws IOException {
    for (var one : switches()) {
      controllers.add(daemon(one.folder(), "ovn-controller", one.database()));
    }
  }

  /** From an empty network until all ports are up; northd sees it when it is all there. */
  Duration provision() throws Exception {
    northd("pause");
    fill();
    long start = System.nanoTime();
    northd("resume");
    // Where it is paused for a moment only, it may miss that it has its lock again.
    while (!northd("status").contains("active")) {
      if (since(start).compareTo(LOCK) > 0) {
        northd("pause");
        northd("resume");
        start = System.nanoTime();
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
    awaitUp();
    return since(start);
  }

  private String northd(String command) {
    return run("ovn-appctl", "-t", path("northd.ctl"), command);
  }

  /** All ovn-controllers end, leaving their flows, and start again; until all are in sync. */
  @Override
  Duration restart() throws Exception {
    for (int c = 0; c < controllers.size(); c++) {
      var control = "ovn-controller.%d.ctl".formatted(controllers.get(c).pid());
      var path = switches().get(c).folder().resolve(control).toString();
      run("ovn-appctl", "-t", path, "exit", "--restart");
    }
    for (var one : controllers) {
      one.waitFor();
    }
    controllers.clear();
    long start = System.nanoTime();
    start();
    nbctl("--wait=hv", "sync");
    return since(start);
  }

  @Override
  List<ProcessHandle> processes() {
    return Stream.concat(centre.stream(), controllers.stream()).map(Process::toHandle).toList();
  }

  private long chassis() {
    return lines(
        run("ovn-sbctl", "--db=" + database("sb"), "--bare", "--columns=name", "list", "chassis"));
  }

  private static Process daemon(Path home, String... command) throws IOException {
    var words = new ArrayList<>(List.of(command));
    words.addAll(List.of("-vconsole:off", "--log-file=" + home.resolve(command[0] + ".log")));
    var builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().put("OVS_RUNDIR", home.toString());
    builder.environment().put("OVN_RUNDIR", home.toString());
    return builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static String schema(String database) {
    return SCHEMAS.resolve("ovn-" + database + ".ovsschema").toString();
  }

  private String database(String name) {
    return "unix:" + path(name + ".sock");
  }
}
