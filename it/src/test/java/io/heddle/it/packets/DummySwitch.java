package io.heddle.it.packets;

import io.heddle.trace.Packet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * One host's real ovs-vswitchd, with a datapath of its own that needs neither root nor a kernel
 * module. Its ports keep what they send in files; what they receive is handed to them. Its tunnels
 * leave by br-phys and the port {@link #NIC} there.
 */
public final class DummySwitch implements AutoCloseable {
  static final String NIC = "nic";

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Pattern LOOKUPS = Pattern.compile("hit:(\\d+) missed:(\\d+)");
  private static final String DATAPATH = "dummy@ovs-dummy";
  private static final Path SCHEMA = Path.of("/usr/share/openvswitch/vswitch.ovsschema");

  private final int number;
  private final Path folder;
  private final List<Process> daemons = new ArrayList<>();
  private final Unixctl control;
  private final Map<String, List<String>> ports = new TreeMap<>();
  private final Map<String, SentFrames> sent = new HashMap<>();
  private final Map<String, String> neighbours = new HashMap<>();
  private final Set<String> routed = new HashSet<>();
  private List<String> addresses = List.of();
  private int files;

  /**
   * @param number tells switches apart: 1 to 254
   */
  DummySwitch(Path folder, int number) throws IOException {
    this.number = number;
    this.folder = Files.createDirectories(folder);
    run("ovsdb-tool", "create", path("conf.db"), SCHEMA.toString());
    daemon(
        "ovsdb-server",
        path("conf.db"),
        "--remote=punix:" + path("db.sock"),
        "--remote=db:Open_vSwitch,Open_vSwitch,manager_options");
    await(folder.resolve("db.sock"));
    vsctl(List.of("--no-wait", "init"));
    daemon("ovs-vswitchd", database(), "--enable-dummy=system", "--disable-system");
    await(folder.resolve("ovs-vswitchd.ctl"));
    this.control = new Unixctl(folder.resolve("ovs-vswitchd.ctl"));
  }

  private void daemon(String program, String... words) throws IOException {
    var command = new ArrayList<>(List.of(program));
    command.addAll(List.of(words));
    command.add("--unixctl=" + path(program + ".ctl"));
    command.addAll(List.of("-vconsole:off", "--log-file=" + path(program + ".log")));
    daemons.add(process(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start());
  }

  private void await(Path socket) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(socket)) {
      if (System.nanoTime() > deadline) {
        throw new IOException("no " + socket + " after " + PATIENCE);
      }
      pause();
    }
  }

  /** Makes the bridges anew; the integration bridge is the controller's on that port. */
  public void begin(String datapathId, int controller) {
    vsctl(
        words(
            "add-br br-phys -- set Bridge br-phys datapath_type=dummy other-config:hwaddr="
                + hardwareAddress()
                + " -- add-br br-int -- set Bridge br-int datapath_type=dummy fail_mode=secure"
                + (" protocols=OpenFlow13 other-config:datapath-id=" + datapathId)
                + (" -- set-controller br-int tcp:127.0.0.1:" + controller)
                + " -- add-port br-phys nic -- set Interface nic type=dummy options:tx_pcap="
                + pcap(NIC)));
  }

  /** Takes all away. */
  void end() {
    routed.forEach(ip -> control.call("ovs/route/del", prefix(ip)));
    routed.clear();
    control.call("tnl/neigh/flush");
    neighbours.clear();
    ports.clear();
    sent.clear();
    addresses = List.of();
    vsctl(words("--if-exists del-br br-int -- --if-exists del-br br-phys"));
  }

  /** The address of br-phys, to which other hosts send what they tunnel. */
  String hardwareAddress() {
    return "aa:55:00:00:00:%02x".formatted(number);
  }

  /** Where tunnels from here start: IPv4 or IPv6 addresses. */
  void have(List<String> ips) {
    for (var ip : ips) {
      if (!addresses.contains(ip)) {
        boolean v6 = ip.contains(":");
        // Open vSwitch takes an address as a tunnel's source if the other end is in its subnet.
        if (v6) {
          control.call("netdev-dummy/ip6addr", "br-phys", ip + "/1");
        } else {
          control.call("netdev-dummy/ip4addr", "br-phys", ip + "/1");
        }
      }
    }
    addresses = List.copyOf(ips);
  }

  /** Another host, by an address of it. */
  void know(String ip, DummySwitch other) {
    if (!other.hardwareAddress().equals(neighbours.put(ip, other.hardwareAddress()))) {
      control.call("tnl/neigh/set", "br-phys", ip, other.hardwareAddress());
      if (!routed.contains(ip)) {
        control.call("ovs/route/add", prefix(ip), "br-phys");
        routed.add(ip);
      }
    }
  }

  private static String prefix(String ip) {
    return ip + (ip.contains(":") ? "/128" : "/32");
  }

  /**
   * Makes br-int have these ports and no others.
   *
   * @param wanted by name; what ovs-vsctl(8) sets of the Interface
   */
  void ports(Map<String, List<String>> wanted) {
    var command = new ArrayList<String>();
    for (var name : List.copyOf(ports.keySet())) {
      if (!ports.get(name).equals(wanted.get(name))) {
        command.addAll(words("-- del-port br-int"));
        command.add(name);
        ports.remove(name);
        sent.remove(name);
      }
    }
    for (var port : wanted.entrySet()) {
      if (ports.putIfAbsent(port.getKey(), port.getValue()) == null) {
        command.addAll(List.of("--", "add-port", "br-int", port.getKey(), "--", "set"));
        command.addAll(List.of("Interface", port.getKey()));
        command.addAll(port.getValue());
        if (port.getValue().contains("type=dummy")) {
          command.add("options:tx_pcap=" + pcap(port.getKey()));
        }
      }
    }
    if (!command.isEmpty()) {
      vsctl(command);
    }
  }

  /** Hands a packet to a port and waits until it is through. */
  void receive(String port, Packet packet) {
    long before = lookups();
    control.call("netdev-dummy/receive", port, packet.hex());
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (lookups() == before) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(port + " has not taken " + packet + " in " + PATIENCE);
      }
    }
    // What flows learned from it must count for the next packet, so nothing may remain cached.
    control.call("revalidator/purge");
  }

  private long lookups() {
    var matcher = LOOKUPS.matcher(control.call("dpctl/show", DATAPATH));
    if (!matcher.find()) {
      throw new IllegalStateException("the datapath does not tell its look-ups");
    }
    return Long.parseLong(matcher.group(1)) + Long.parseLong(matcher.group(2));
  }

  /** What each port has sent since this was last asked. */
  Map<String, List<Packet>> sent() {
    var packets = new TreeMap<String, List<Packet>>();
    sent.forEach(
        (port, frames) -> {
          var fresh = frames.fresh();
          if (!fresh.isEmpty()) {
            packets.put(port, fresh);
          }
        });
    return packets;
  }

  private String pcap(String port) {
    var file = folder.resolve("sent-" + files++ + ".pcap");
    sent.put(port, new SentFrames(file));
    return file.toString();
  }

  /** What the switch itself says it does with a packet. */
  String explain(int ofport, Packet packet) {
    return control.call("ofproto/trace", "br-int", "in_port=" + ofport, packet.hex());
  }

  /** All flows of br-int, as ovs-ofctl(8) writes them. */
  public String flows() {
    return run("ovs-ofctl", "-OOpenFlow13", "dump-flows", path("br-int.mgmt"));
  }

  /** Runs ovs-vsctl(8) on its database. */
  public void configure(String... words) {
    vsctl(List.of(words));
  }

  private void vsctl(List<String> words) {
    // The socket's file is there a moment before anybody listens.
    var command =
        new ArrayList<>(List.of("ovs-vsctl", "--db=" + database(), "--timeout=20", "--retry"));
    command.addAll(words);
    run(command.toArray(String[]::new));
  }

  /** Runs a program and says what it wrote. */
  private String run(String... command) {
    try {
      var process = process(List.of(command)).start();
      var output = new String(process.getInputStream().readAllBytes());
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ":\n" + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private ProcessBuilder process(List<String> command) {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("OVS_RUNDIR", folder.toString());
    builder.environment().put("OVS_LOGDIR", folder.toString());
    return builder;
  }

  /** Where its daemons keep their files. */
  public Path folder() {
    return folder;
  }

  private String path(String file) {
    return folder.resolve(file).toString();
  }

  /** Where its database is reached, as Open vSwitch's programs write it. */
  public String database() {
    return "unix:" + path("db.sock");
  }

  private static List<String> words(String line) {
    return List.of(line.split(" "));
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The processor time its daemons have taken so far. */
  public Duration processorTime() {
    return daemons.stream()
        .map(daemon -> daemon.info().totalCpuDuration().orElseThrow())
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** Ends the daemons; they hold nothing worth keeping. */
  void kill() {
    daemons.forEach(Process::destroyForcibly);
    daemons.forEach(daemon -> daemon.onExit().join());
  }

  @Override
  public void close() throws IOException {
    control.close();
    kill();
  }
}
