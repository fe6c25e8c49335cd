package io.heddle.openflow;

import io.heddle.model.Eventually;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** A real ovsdb-server and ovs-vswitchd in a folder of their own, with one bridge, br-int. */
final class OvsSwitch implements AutoCloseable {
  private static final Path SCHEMA = Path.of("/usr/share/openvswitch/vswitch.ovsschema");
  private static final Pattern COOKIE = Pattern.compile("cookie=0x([0-9a-f]+)");
  private static final Pattern DURATION = Pattern.compile("duration=([0-9.]+)s");
  private static final Pattern ROLE = Pattern.compile(":([0-9]+)\"*,([a-z]+)");
  private static final Pattern TABLE = Pattern.compile("table=([0-9]+)");

  /** Open vSwitch's NETDEV_DUMMY_MAX_QUEUE; its queue to a controller holds as many. */
  static final int PORT_HOLDS = 100;

  private final Path folder;
  private final String datapathId;
  private final Process database;
  private Process vswitch;

  private OvsSwitch(Path folder, String datapathId) {
    this.folder = folder;
    this.datapathId = datapathId;
    run("ovsdb-tool", "create", path("conf.db"), SCHEMA.toString());
    this.database =
        spawn(
            "ovsdb-server",
            path("conf.db"),
            "--remote=punix:" + path("db.sock"),
            "--unixctl=" + path("db.ctl"),
            "--log-file=" + path("db.log"),
            "-vconsole:off");
    Eventually.eventually("the database listens", () -> Files.exists(Path.of(path("db.sock"))));
    vsctl("--no-wait", "init");
    startVswitch();
    vsctl("add-br", "br-int");
    vsctl("set", "bridge", "br-int", "datapath_type=dummy", "fail_mode=secure");
    vsctl("set", "bridge", "br-int", "protocols=OpenFlow13");
    vsctl("set", "bridge", "br-int", "other_config:datapath-id=" + datapathId);
  }

  /**
   * @param number becomes the datapath id
   */
  static OvsSwitch start(long number) {
    try {
      return new OvsSwitch(Files.createTempDirectory("ovs"), "%016x".formatted(number));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  String datapathId() {
    return datapathId;
  }

  private String path(String file) {
    return folder.resolve(file).toString();
  }

  void startVswitch() {
    vswitch =
        spawn(
            "ovs-vswitchd",
            "unix:" + path("db.sock"),
            "--enable-dummy=override",
            "--disable-system",
            "--unixctl=" + path("vswitchd.ctl"),
            "--log-file=" + path("vswitchd.log"),
            "-vconsole:off");
  }

  void killVswitch() {
    kill(vswitch);
  }

  /** Stops ovs-vswitchd as a machine that hangs would. */
  void freeze(boolean frozen) {
    run("kill", frozen ? "-STOP" : "-CONT", String.valueOf(vswitch.pid()));
  }

  void connect(int... ports) {
    connect(IntStream.of(ports).mapToObj(port -> "tcp:127.0.0.1:" + port).toArray(String[]::new));
  }

  void connect(String... controllers) {
    var command = new ArrayList<>(List.of("set-controller", "br-int"));
    command.addAll(List.of(controllers));
    vsctl(command.toArray(String[]::new));
    vsctl("--bare", "--columns=_uuid", "list", "controller")
        .lines()
        .filter(line -> !line.isBlank())
        .forEach(
            row -> vsctl("set", "controller", row, "max_backoff=1000", "inactivity_probe=5000"));
  }

  /** By their ports, what role the controllers have: "master", "slave" or "other". */
  Map<Integer, String> roles() {
    var roles = new TreeMap<Integer, String>();
    vsctl("--format=csv", "--no-headings", "--columns=target,role", "list", "controller")
        .lines()
        .map(ROLE::matcher)
        .filter(Matcher::find)
        .forEach(found -> roles.put(Integer.valueOf(found.group(1)), found.group(2)));
    return roles;
  }

  String vsctl(String... arguments) {
    return run(
        all(List.of("ovs-vsctl", "--timeout=10", "--db=unix:" + path("db.sock")), arguments));
  }

  /** Runs ovs-ofctl on the bridge: the command, the bridge, then the rest. */
  String ofctl(String command, String... arguments) {
    return run(all(ofctlCommand(command), arguments));
  }

  /** The same, with all changes in one bundle. */
  String ofctlBundle(String command, String... arguments) {
    return run(
        all(
            List.of(
                "ovs-ofctl",
                "-O",
                "OpenFlow13",
                "--bundle",
                command,
                "unix:" + path("br-int.mgmt")),
            arguments));
  }

  /**
   * Sends messages to the bridge as they are.
   *
   * @return the errors it answers with, in hexadecimal digits without OpenFlow's header
   */
  List<String> openflow(List<byte[]> messages) {
    try (var socket = SocketChannel.open(UnixDomainSocketAddress.of(path("br-int.mgmt")))) {
      write(socket, Requests.hello());
      for (var message : messages) {
        write(socket, message);
      }
      write(socket, Requests.barrier(1));
      var errors = new ArrayList<String>();
      int type = 0;
      while (type != Protocol.BARRIER_REPLY) {
        var header = read(socket, Protocol.HEADER);
        type = header.get(1);
        var body = read(socket, header.getShort(2) - Protocol.HEADER);
        if (type == Protocol.ERROR) {
          errors.add(HexFormat.of().formatHex(body.array()));
        }
      }
      return errors;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void write(SocketChannel socket, byte[] message) throws IOException {
    var bytes = ByteBuffer.wrap(message);
    while (bytes.hasRemaining()) {
      socket.write(bytes);
    }
  }

  private static ByteBuffer read(SocketChannel socket, int length) throws IOException {
    var bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (socket.read(bytes) < 0) {
        throw new AssertionError("the switch hung up");
      }
    }
    return bytes;
  }

  private List<String> ofctlCommand(String command) {
    return List.of("ovs-ofctl", "-O", "OpenFlow13", command, "unix:" + path("br-int.mgmt"));
  }

  String appctl(String... arguments) {
    return run(all(List.of("ovs-appctl", "-t", path("vswitchd.ctl")), arguments));
  }

  private static String[] all(List<String> first, String... more) {
    var command = new ArrayList<>(first);
    command.addAll(List.of(more));
    return command.toArray(String[]::new);
  }

  /** A port of br-int that is no device: what it sends is kept, what it receives comes by hand. */
  void dummyPort(String name, int ofport) {
    vsctl("add-port", "br-int", name, "--", "set", "interface", name, "type=dummy");
    vsctl("set", "interface", name, "options:tx_pcap=" + path(name + ".pcap"));
    vsctl("set", "interface", name, "ofport_request=" + ofport);
  }

  /** A port receives a frame, in hexadecimal. */
  void receive(String port, String frame) {
    appctl("netdev-dummy/receive", port, frame);
  }

  /** A port receives frames, as many as it can hold. */
  void receive(String port, List<String> frames) {
    var arguments = new ArrayList<>(List.of("netdev-dummy/receive", port));
    arguments.addAll(frames);
    appctl(arguments.toArray(String[]::new));
  }

  /** A port receives a frame so many times; it can hold {@link #PORT_HOLDS} at once. */
  void flood(String port, String frame, int times) {
    var arguments = new ArrayList<>(List.of("netdev-dummy/receive", port));
    for (int sent = 0; sent < times; sent++) {
      arguments.add(frame);
    }
    appctl(arguments.toArray(String[]::new));
  }

  /** Bytes of the capture file of what a port has sent. */
  long captured(String port) {
    return Path.of(path(port + ".pcap")).toFile().length();
  }

  /** The frames that a port has sent, in hexadecimal, from its capture file (pcap). */
  List<String> sent(String port) {
    try {
      var file = ByteBuffer.wrap(Files.readAllBytes(folder.resolve(port + ".pcap")));
      file.order(ByteOrder.nativeOrder()).position(24);
      var frames = new ArrayList<String>();
      while (file.remaining() >= 16) {
        var frame = new byte[file.getInt(file.position() + 8)];
        if (file.remaining() < 16 + frame.length) {
          break;
        }
        file.position(file.position() + 16).get(frame);
        frames.add(HexFormat.of().formatHex(frame));
      }
      return frames;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** All meters as ovs-ofctl writes them, a line for each. */
  List<String> meters() {
    return Pattern.compile("meter=.*?(?=meter=|$)", Pattern.DOTALL)
        .matcher(ofctl("dump-meters"))
        .results()
        .map(found -> found.group().replaceAll("\\s+", " ").strip())
        .sorted()
        .toList();
  }

  /** All flows as ovs-ofctl writes them, without what changes by itself. */
  List<String> flows() {
    return ofctl("dump-flows", "--no-stats").lines().map(String::strip).sorted().toList();
  }

  /** "table cookie" of every flow, and when it was made. */
  Map<String, Birth> born() {
    double asked = now();
    var flows = ofctl("dump-flows");
    double told = now();
    var born = new TreeMap<String, Birth>();
    flows
        .lines()
        .filter(line -> line.contains("cookie="))
        .forEach(
            line -> {
              double age = Double.parseDouble(find(DURATION, line));
              born.put(
                  find(TABLE, line) + " " + find(COOKIE, line), new Birth(asked - age, told - age));
            });
    return born;
  }

  private static double now() {
    return System.currentTimeMillis() / 1000.0;
  }

  /** Waits until a flow that is made from now on can be told from all of these. */
  static void awaitAged(Map<String, Birth> born) {
    double youngest = born.values().stream().mapToDouble(Birth::latest).max().orElseThrow();
    Eventually.eventually("they are old", () -> now() - youngest > 4 * Birth.EXACT);
  }

  int count() {
    return (int) ofctl("dump-flows").lines().filter(line -> line.contains("cookie=")).count();
  }

  private static String find(Pattern pattern, String line) {
    var matcher = pattern.matcher(line);
    return matcher.find() ? matcher.group(1) : "0";
  }

  private Process spawn(String... command) {
    try {
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("OVS_RUNDIR", folder.toString());
      builder.environment().put("OVS_LOGDIR", folder.toString());
      return builder.redirectOutput(folder.resolve("out").toFile()).start();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String run(String... command) {
    try {
      var builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().put("OVS_RUNDIR", folder.toString());
      var process = builder.start();
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(String.join(" ", command) + ": " + output);
      }
      return output;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void kill(Process process) {
    process.destroyForcibly();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
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
