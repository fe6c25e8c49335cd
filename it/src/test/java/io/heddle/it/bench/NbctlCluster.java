package io.heddle.it.bench;

import io.heddle.it.lab.Command;
import io.heddle.it.packets.DummySwitch;
import io.heddle.it.packets.SwitchPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Real switches, the network of {@link RouterBench} on them, and ovn-nbctl that makes and changes
 * it by way of its daemon: whoever carries that out, the commands are the same.
 */
abstract class NbctlCluster implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** As many as a command line bears. */
  private static final int PORTS_AT_ONCE = 500;

  private final int ports;
  private final Path folder;
  private final List<DummySwitch> switches = new ArrayList<>();

  NbctlCluster(int ports) throws IOException {
    this.ports = ports;
    this.folder = Files.createTempDirectory("heddle-nbctl-");
  }

  /** It goes into the background by itself. */
  final void beginNbctl(String database) throws InterruptedException {
    run(
        "ovn-nbctl",
        "--db=" + database,
        "--detach",
        "--no-chdir",
        "--log-file=" + path("nbctl.log"),
        "-vconsole:off",
        "--pidfile=" + path("nbctl.pid"),
        "--unixctl=" + path("nbctl.ctl"));
    await("ovn-nbctl", () -> Files.exists(Path.of(path("nbctl.ctl"))));
  }

  /**
   * Takes switches that have their ports' interfaces.
   *
   * @param words for ovs-vsctl, by which each finds its controller
   */
  final void beginSwitches(SwitchPool pool, int chassis, List<String> words) {
    for (int c = 0; c < chassis; c++) {
      var all = new ArrayList<>(words);
      all.addAll(List.of("--", "set", "Open_vSwitch", ".", "external_ids:system-id=hv" + c));
      all.add("external_ids:ovn-encap-type=geneve");
      all.add("external_ids:ovn-encap-ip=127.9.0." + (c + 1));
      all.addAll(List.of("--", "add-br", "br-int", "--", "set", "Bridge", "br-int"));
      all.addAll(List.of("datapath_type=dummy", "fail_mode=secure"));
      var one = pool.take();
      one.configure(all.toArray(String[]::new));
      var interfaces = new ArrayList<String>();
      for (int p = 0; p < ports; p++) {
        interfaces.addAll(interfaceOf("s" + c + "-p" + p));
      }
      one.configure(interfaces.toArray(String[]::new));
      switches.add(one);
    }
  }

  final List<DummySwitch> switches() {
    return switches;
  }

  /** The whole network: one router, a switch for each chassis, and the ports that are there. */
  final void fill() {
    nbctl("lr-add", "r");
    for (int s = 0; s < switches.size(); s++) {
      var words = new ArrayList<String>(List.of("ls-add", "s" + s));
      words.addAll(link("r", "s" + s, "10.0.%d.1/24".formatted(s), s));
      for (int p = 0; p < ports; p++) {
        var address = "02:00:%02x:00:00:%02x 10.0.%d.%d".formatted(s, p, s, 2 + p);
        words.addAll(port("s" + s + "-p" + p, "s" + s, address));
        if (p % PORTS_AT_ONCE == PORTS_AT_ONCE - 1) {
          nbctl(words.toArray(String[]::new));
          words = new ArrayList<>(List.of("init"));
        }
      }
      nbctl(words.toArray(String[]::new));
    }
  }

  /** All ports of {@link #fill} are up and all chassis in sync. */
  final void awaitUp() throws InterruptedException {
    await("all ports are up", () -> up() == (long) switches.size() * ports);
    nbctl("--wait=hv", "sync");
  }

  static List<String> interfaceOf(String port) {
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

  static List<String> port(String name, String logicalSwitch, String address) {
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
  final Duration addPort(int i) {
    var host = switches.get(i % switches.size());
    host.configure(interfaceOf("new" + i).toArray(String[]::new));
    long start = System.nanoTime();
    nbctl(newPort(i));
    host.configure("wait-until", "Interface", "new" + i, "external_ids:ovn-installed=true");
    nbctl("--wait=hv", "sync");
    return since(start);
  }

  /** What makes the port new0, new1, … */
  final String[] newPort(int i) {
    var address =
        "06:ff:00:00:%02x:%02x 10.0.%d.%d"
            .formatted(i >> 8, i & 255, i % switches.size(), 100 + i / switches.size());
    var words = port("new" + i, "s" + i % switches.size(), address);
    return words.subList(1, words.size()).toArray(String[]::new);
  }

  final Duration deletePort(int i) throws Exception {
    long start = System.nanoTime();
    nbctl("--wait=hv", "lsp-del", "new" + i);
    return since(start);
  }

  final Duration addRouter(int i) throws Exception {
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

  /** Ends all that controls the switches and starts it again; until all are in sync. */
  abstract Duration restart() throws Exception;

  /** All that runs but the switches. */
  abstract List<ProcessHandle> processes();

  final Duration processorTime() {
    var sum = Duration.ZERO;
    for (var one : processes()) {
      sum = sum.plus(one.info().totalCpuDuration().orElseThrow());
    }
    for (var one : switches) {
      sum = sum.plus(one.processorTime());
    }
    return sum;
  }

  /** Resident memory of all that runs but the switches, in megabytes. */
  final long memory() {
    return processes().stream().mapToLong(NbctlCluster::resident).sum() / 1_024;
  }

  private static long resident(ProcessHandle process) {
    return run("grep", "VmRSS", "/proc/" + process.pid() + "/status")
        .lines()
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  final long up() {
    return lines(
        nbctl("--bare", "--columns=name", "find", "logical_switch_port", "up=true", "type=\"\""));
  }

  static long lines(String text) {
    return text.lines().filter(line -> !line.isBlank()).count();
  }

  final String nbctl(String... words) {
    var command = new ArrayList<>(List.of("ovn-nbctl"));
    command.addAll(List.of(words));
    return Command.run(command, Map.of("OVN_NB_DAEMON", path("nbctl.ctl")), PATIENCE);
  }

  static void await(String what, BooleanSupplier holds) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not after " + PATIENCE + ": " + what);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  static String run(String... command) {
    return Command.run(List.of(command), Map.of(), PATIENCE);
  }

  final String path(String file) {
    return folder.resolve(file).toString();
  }

  @Override
  public void close() throws Exception {
    if (Files.exists(Path.of(path("nbctl.ctl")))) {
      run("ovn-appctl", "-t", path("nbctl.ctl"), "exit");
    }
    for (var one : processes()) {
      one.destroyForcibly();
      one.onExit().join();
    }
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
