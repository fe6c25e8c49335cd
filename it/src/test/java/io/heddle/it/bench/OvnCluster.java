package io.heddle.it.bench;

import io.heddle.it.lab.Command;
import io.heddle.it.packets.DummySwitch;
import io.heddle.it.packets.SwitchPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * OVN with the network of {@link RouterBench}: its two databases, northd, and an ovn-controller on
 * every chassis, all of this machine. Configured as is best for it here: every chassis monitors
 * all, ovn-nbctl runs as a daemon, databases are reached by Unix sockets.
 */
final class OvnCluster implements AutoCloseable {
  private static final Path SCHEMAS = Path.of("/usr/share/ovn");
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final int ports;
  private final Path folder;
  private final List<Process> centre = new ArrayList<>();
  private final List<DummySwitch> switches = new ArrayList<>();
  private final List<Process> controllers = new ArrayList<>();

  static boolean isInstalled() {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .anyMatch(one -> Files.isExecutable(Path.of(one, "ovn-northd")));
  }

  /** Every chassis has its ports' interfaces and is registered; the network is empty. */
  OvnCluster(SwitchPool pool, int chassis, int ports) throws Exception {
    this.ports = ports;
    this.folder = Files.createTempDirectory("heddle-ovn-");
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
              folder,
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
            folder,
            "ovn-northd",
            "--ovnnb-db=" + database("nb"),
            "--ovnsb-db=" + database("sb"),
            "--unixctl=" + path("northd.ctl")));
    // It goes into the background by itself.
    run(
        "ovn-nbctl",
        "--db=" + database("nb"),
        "--detach",
        "--pidfile=" + path("nbctl.pid"),
        "--unixctl=" + path("nbctl.ctl"));
    await("ovn-nbctl", () -> Files.exists(Path.of(path("nbctl.ctl"))));
    for (int c = 0; c < chassis; c++) {
      switches.add(begin(pool.take(), c));
    }
    start();
    await("all chassis are registered", () -> chassis() == chassis);
    nbctl("--wait=hv", "sync");
  }

  private DummySwitch begin(DummySwitch one, int chassis) {
    one.configure(
        "set",
        "Open_vSwitch",
        ".",
        "external_ids:system-id=hv" + chassis,
        "external_ids:ovn-remote=" + database("sb"),
        "external_ids:ovn-encap-type=geneve",
        "external_ids:ovn-encap-ip=127.9.0." + (chassis + 1),
        "external_ids:ovn-monitor-all=true",
        "--",
        "add-br",
        "br-int",
        "--",
        "set",
        "Bridge",
        "br-int",
        "datapath_type=dummy",
        "fail_mode=secure");
    var words = new ArrayList<String>();
    for (int p = 0; p < ports; p++) {
      words.addAll(interfaceOf("s" + chassis + "-p" + p));
    }
    one.configure(words.toArray(String[]::new));
    return one;
  }

  private static List<String> interfaceOf(String port) {
    return List.of(
        "--",
        "add-port",
        "br-int",
        port,
        "--",
        "set",
        "Interface",
        port,
        "type=dummy",
        "external_ids:iface-id=" + port);
  }

  private void start() throws IOException {
    for (var one : switches) {
      controllers.add(daemon(one.folder(), "ovn-controller", one.database()));
    }
  }

  /** From an empty network until all ports are up; northd sees it when it is all there. */
  Duration provision() throws Exception {
    run("ovn-appctl", "-t", path("northd.ctl"), "pause");
    nbctl("lr-add", "r");
    for (int s = 0; s < switches.size(); s++) {
      var words = new ArrayList<String>(List.of("ls-add", "s" + s));
      words.addAll(link("r", "s" + s, "10.0.%d.1/24".formatted(s), s));
      for (int p = 0; p < ports; p++) {
        var address = "02:00:%02x:00:00:%02x 10.0.%d.%d".formatted(s, p, s, 2 + p);
        words.addAll(port("s" + s + "-p" + p, "s" + s, address));
      }
      nbctl(words.toArray(String[]::new));
    }
    long start = System.nanoTime();
    run("ovn-appctl", "-t", path("northd.ctl"), "resume");
    await("all ports are up", () -> up() == switches.size() * ports);
    nbctl("--wait=hv", "sync");
    return since(start);
  }

  private static List<String> port(String name, String logicalSwitch, String address) {
    return List.of("--", "lsp-add", logicalSwitch, name, "--", "lsp-set-addresses", name, address);
  }

  private static List<String> link(String router, String logicalSwitch, String network, int n) {
    var name = router + "-" + logicalSwitch;
    var port = logicalSwitch + "-" + router;
    var mac = "0e:00:00:00:%02x:%02x".formatted(n >> 8, n & 255);
    var words = new ArrayList<String>(List.of("--", "lrp-add", router, name, mac, network));
    words.addAll(port(port, logicalSwitch, "router"));
    words.addAll(List.of("--", "lsp-set-type", port, "router"));
    words.addAll(List.of("--", "lsp-set-options", port, "router-port=" + name));
    return words;
  }

  /** Its interface is there before; from the command until all chassis are in sync. */
  Duration addPort(int i) throws Exception {
    var host = switches.get(i % switches.size());
    var name = "new" + i;
    host.configure(interfaceOf(name).toArray(String[]::new));
    var address =
        "06:ff:00:00:%02x:%02x 10.0.%d.%d"
            .formatted(i >> 8, i & 255, i % switches.size(), 100 + i / switches.size());
    long start = System.nanoTime();
    var words = port(name, "s" + i % switches.size(), address);
    nbctl(words.subList(1, words.size()).toArray(String[]::new));
    host.configure("wait-until", "Interface", name, "external_ids:ovn-installed=true");
    nbctl("--wait=hv", "sync");
    return since(start);
  }

  Duration deletePort(int i) throws Exception {
    long start = System.nanoTime();
    nbctl("--wait=hv", "lsp-del", "new" + i);
    return since(start);
  }

  Duration addRouter(int i) throws Exception {
    var words = new ArrayList<String>(List.of("--wait=hv", "lr-add", "new-r" + i));
    words.addAll(List.of("--", "ls-add", "new-s" + i));
    words.addAll(link("new-r" + i, "new-s" + i, "192.168.%d.1/24".formatted(i), 40_000 + i));
    for (int p = 0; p < ports; p++) {
      var mac = "06:%02x:%02x:00:00:%02x".formatted(i >> 8, i & 255, p);
      words.addAll(port("new-s" + i + "-p" + p, "new-s" + i, mac));
    }
    long start = System.nanoTime();
    nbctl(words.toArray(String[]::new));
    return since(start);
  }

  /** All ovn-controllers end, leaving their flows, and start again; until all are in sync. */
  Duration restart() throws Exception {
    for (int c = 0; c < controllers.size(); c++) {
      var control = "ovn-controller.%d.ctl".formatted(controllers.get(c).pid());
      var path = switches.get(c).folder().resolve(control).toString();
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

  Duration processorTime() {
    var sum = Duration.ZERO;
    for (var one : processes()) {
      sum = sum.plus(one.info().totalCpuDuration().orElseThrow());
    }
    for (var one : switches) {
      sum = sum.plus(one.processorTime());
    }
    return sum;
  }

  private List<Process> processes() {
    var all = new ArrayList<>(centre);
    all.addAll(controllers);
    return all;
  }

  private long chassis() {
    return lines(
        run("ovn-sbctl", "--db=" + database("sb"), "--bare", "--columns=name", "list", "chassis"));
  }

  private long up() {
    return lines(
        nbctl("--bare", "--columns=name", "find", "logical_switch_port", "up=true", "type=\"\""));
  }

  private static long lines(String text) {
    return text.lines().filter(line -> !line.isBlank()).count();
  }

  private String nbctl(String... words) {
    var command = new ArrayList<>(List.of("ovn-nbctl"));
    command.addAll(List.of(words));
    return Command.run(command, Map.of("OVN_NB_DAEMON", path("nbctl.ctl")), PATIENCE);
  }

  private Process daemon(Path home, String... command) throws IOException {
    var words = new ArrayList<>(List.of(command));
    words.addAll(List.of("-vconsole:off", "--log-file=" + home.resolve(command[0] + ".log")));
    var builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().put("OVS_RUNDIR", home.toString());
    builder.environment().put("OVN_RUNDIR", home.toString());
    return builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static String run(String... command) {
    return Command.run(List.of(command), Map.of(), PATIENCE);
  }

  private static void await(String what, BooleanSupplier holds) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not after " + PATIENCE + ": " + what);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private String schema(String database) {
    return SCHEMAS.resolve("ovn-" + database + ".ovsschema").toString();
  }

  private String database(String name) {
    return "unix:" + path(name + ".sock");
  }

  private String path(String file) {
    return folder.resolve(file).toString();
  }

  @Override
  public void close() throws Exception {
    if (Files.exists(Path.of(path("nbctl.ctl")))) {
      run("ovn-appctl", "-t", path("nbctl.ctl"), "exit");
    }
    for (var one : processes()) {
      one.destroyForcibly().waitFor();
    }
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
