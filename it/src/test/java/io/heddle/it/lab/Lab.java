package io.heddle.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Real Open vSwitch hosts in network namespaces, for tests. It drives the script {@code
 * it/lab/lab}, which people can use as well; see there for what a host and a VM are made of. Needs
 * root.
 *
 * <p>Labs of parallel test runs don't meet. A lab whose test run was killed is taken down by the
 * next lab that comes up.
 */
public final class Lab implements AutoCloseable {
  /** The port on which the controller's OVSDB listener is, unless told otherwise. */
  public static final int DEFAULT_OVSDB_PORT = 6640;

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int PORTS_FROM = 10_000;
  private static final int PORTS_TO = 32_000;
  private static final Set<Integer> PORTS_GIVEN = ConcurrentHashMap.newKeySet();

  private final Path script;
  private final Map<String, String> environment;

  private Lab(Path script, Map<String, String> environment) {
    this.script = script;
    this.environment = environment;
  }

  /** An empty lab whose hosts look for the controller's OVSDB listener on the default port. */
  public static Lab up() {
    return up(DEFAULT_OVSDB_PORT);
  }

  /** An empty lab whose hosts look for the controller's OVSDB listener on this TCP port. */
  public static Lab up(int ovsdbPort) {
    String prefix = "t" + Integer.toString(RANDOM.nextInt(1 << 30), 36);
    Map<String, String> environment =
        Map.of("LAB_PREFIX", prefix, "LAB_OWNER", Long.toString(ProcessHandle.current().pid()));
    Lab lab = new Lab(findScript(), environment);
    lab.call("up", "--ovsdb-port", Integer.toString(ovsdbPort));
    return lab;
  }

  /**
   * A TCP port that nobody listens on now, for a controller that starts after its hosts. It is none
   * that Linux gives to whoever connects, for that could be another test meanwhile, and none that
   * was asked for before.
   */
  public static int freePort() {
    while (true) {
      int port = RANDOM.nextInt(PORTS_FROM, PORTS_TO);
      try (var socket = new ServerSocket(port, 1, InetAddress.getByName("0.0.0.0"))) {
        if (PORTS_GIVEN.add(port)) {
          return port;
        }
      } catch (BindException taken) {
        continue;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The IPv4 address of this machine at which the lab's hosts reach the controller. */
  public String controllerAddress() {
    return call("address").strip();
  }

  /**
   * Starts a host and joins it to the controller.
   *
   * @param name its system-id too; at most 11 letters and digits
   * @param underlayAddress where its tunnels end, IPv4 or IPv6
   * @param options of {@code lab host}, for instance {@code "--encap", "geneve,vxlan"}
   */
  public Host host(String name, String underlayAddress, String... options) {
    call(words("host", name, underlayAddress, options));
    return new Host(this, name);
  }

  /**
   * Starts a VM and plugs it into a host's integration bridge, for which it waits.
   *
   * @param addresses with prefix length, separated by commas; or "-" for none
   * @param options of {@code lab vm}, for instance {@code "--gateway", "10.0.0.1"}
   */
  public Vm vm(
      String name, Host host, String ifaceId, String mac, String addresses, String... options) {
    List<String> words = new ArrayList<>(List.of("vm", name, host.name(), ifaceId, mac, addresses));
    words.addAll(List.of(options));
    call(words.toArray(String[]::new));
    return new Vm(this, name);
  }

  /**
   * Makes a place for a controller that hosts reach by an address of its own.
   *
   * @param name at most 11 letters and digits
   */
  public Seat seat(String name) {
    call("seat", name);
    return new Seat(this, name, call("address", name).strip());
  }

  /**
   * A machine for a controller.
   *
   * @param name at most 11 letters and digits
   * @param disk how much its disk holds, for instance "128m"
   */
  public Machine machine(String name, String disk) {
    call("machine", name, disk);
    return new Machine(this, name);
  }

  /** What runs, as words for people. */
  public String status() {
    return call("status");
  }

  /** Stops and deletes everything. */
  @Override
  public void close() {
    call("down");
  }

  /** Runs a subcommand of the script and returns what it prints. */
  String call(String... words) {
    return Command.run(commandLine(words), environment, PATIENCE);
  }

  /** Runs a program on a host or VM and returns what it prints, whatever its exit status. */
  Command.Result tryIn(String place, Duration deadline, String... words) {
    return Command.runToAnyEnd(commandLine(words("exec", place, words)), environment, deadline);
  }

  /** The words of a program that runs another one on a host, VM or machine, in its own place. */
  List<String> inside(String place) {
    var line = new ArrayList<>(List.of("env"));
    environment.forEach((name, value) -> line.add(name + "=" + value));
    line.addAll(commandLine("exec", place));
    return line;
  }

  /** Starts a program on a host or VM, or at the wires ("net"). */
  Running start(String place, String... words) {
    return Running.start(commandLine(words("exec", place, words)), environment);
  }

  /** A command that becomes the words that follow it, on a host, VM or seat. */
  List<String> prefix(String place) {
    var line = new ArrayList<String>(List.of("env"));
    environment.forEach((name, value) -> line.add(name + "=" + value));
    line.addAll(commandLine("exec", place));
    return line;
  }

  private List<String> commandLine(String... words) {
    List<String> line = new ArrayList<>(List.of(script.toString()));
    line.addAll(List.of(words));
    return line;
  }

  private static String[] words(String first, String second, String... more) {
    List<String> words = new ArrayList<>(List.of(first, second));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private static String[] words(String first, String second, String third, String... more) {
    List<String> words = new ArrayList<>(List.of(first, second, third));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private static Path findScript() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      Path script = folder.resolve("it/lab/lab");
      if (Files.isExecutable(script)) {
        return script;
      }
    }
    throw new IllegalStateException("no it/lab/lab in or above " + Path.of("").toAbsolutePath());
  }
}
