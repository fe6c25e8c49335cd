package io.heddle.it.bench;

import io.heddle.compiler.World;
import io.heddle.it.ControllerProcess;
import io.heddle.it.Northbound;
import io.heddle.it.PlainController;
import io.heddle.it.PlainController.Member;
import io.heddle.it.PlainController.Ports;
import io.heddle.it.lab.Lab;
import io.heddle.it.packets.DummySwitch;
import io.heddle.it.packets.SwitchPool;
import io.heddle.model.Edit;
import io.heddle.model.Ownership;
import io.heddle.northbound.raft.StoreSettings;
import io.heddle.v1.Chassis;
import io.heddle.v1.Operation;
import io.heddle.v1.Transaction;
import io.heddle.v1.api.MemberStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Three members, each a process, with a network of some size: 50 ports on each switch, which is all
 * on one chassis of its own. {@value #HOSTS} of the chassis are there, two for each member, and
 * know of more ports than the network has yet.
 */
final class ThreeMembersLoad implements AutoCloseable {
  static final int HOSTS = 6;

  private static final List<String> NAMES = List.of("m1", "m2", "m3");
  private static final int PORTS_PER_CHASSIS = 50;
  private static final int ROWS_PER_COMMIT = 2_000;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Map<String, Integer> EVEN = Map.of("m1", 100, "m2", 100, "m3", 100);

  private final Map<String, ControllerProcess> processes = new TreeMap<>();
  private final Map<String, DummySwitch> switches = new TreeMap<>();
  private final List<String> hosts;
  private final int ports;

  private ThreeMembersLoad(List<String> hosts, int ports) {
    this.hosts = hosts;
    this.ports = ports;
  }

  /**
   * Writes what there is to each member's folder and starts all.
   *
   * @param spare ports on each host that the network does not have yet
   */
  static ThreeMembersLoad start(Path folder, int ports, int spare) throws Exception {
    var list = NAMES.stream().map(name -> name + "=" + Lab.freePort()).toList();
    var members = new ThreeMembersLoad(hosts(ports / PORTS_PER_CHASSIS), ports);
    var stores = new ArrayList<StoreSettings>();
    for (var name : NAMES) {
      var arguments = new ArrayList<>(List.of(name, "127.0.0.1"));
      arguments.addAll(list);
      var home = Files.createDirectories(folder.resolve(ports + "-" + name));
      stores.add(Member.of(arguments).settings(home.resolve("data")));
      members.processes.put(
          name,
          ControllerProcess.member(home, Ports.free(), arguments)
              .with("-D" + PlainController.SETTLING + "=500"));
    }
    StoredMembers.write(stores, members.rows(spare));
    members.processes.values().forEach(ControllerProcess::launch);
    members.processes.values().forEach(ControllerProcess::awaitReady);
    return members;
  }

  /** Two for each member, with even shares. */
  private static List<String> hosts(int chassis) {
    var even = Ownership.divided("", 0, EVEN);
    var byOwner = new TreeMap<String, List<String>>();
    for (int c = 0; c < chassis; c++) {
      var of = byOwner.computeIfAbsent(even.owner("hv" + c).orElseThrow(), o -> new ArrayList<>());
      if (of.size() < HOSTS / NAMES.size()) {
        of.add("hv" + c);
      }
    }
    return byOwner.values().stream().flatMap(List::stream).toList();
  }

  private List<List<Operation>> rows(int spare) {
    var commits = new ArrayList<List<Operation>>();
    var operations = new ArrayList<Operation>();
    for (int c = 0; c < ports / PORTS_PER_CHASSIS; c++) {
      var host = "hv" + c;
      operations.addAll(World.chassis(host, c, "geneve"));
      operations.add(
          Edit.put(Chassis.newBuilder().setName(host).setDatapathId(datapathId(host)).build()));
      operations.add(World.logicalSwitch("s" + c));
      for (int p = 0; p < PORTS_PER_CHASSIS; p++) {
        var port = "s" + c + "-p" + p;
        operations.add(World.port(port, "s" + c, World.address(c * PORTS_PER_CHASSIS + p)));
        operations.add(World.bind(port, host, 1 + p));
      }
      if (hosts.contains(host)) {
        for (int number = 0; number < spare; number++) {
          operations.add(World.bind(spare(host, number), host, 1_000 + number));
        }
      }
      if (operations.size() >= ROWS_PER_COMMIT) {
        commits.add(List.copyOf(operations));
        operations.clear();
      }
    }
    commits.add(List.copyOf(operations));
    return commits;
  }

  private static String datapathId(String host) {
    return "%016x".formatted(0x4000 + number(host));
  }

  private static int number(String host) {
    return Integer.parseInt(host.substring("hv".length()));
  }

  private static String spare(String host, int number) {
    return "spare-" + host + "-" + number;
  }

  /** Of one of the ports that the host knows already. */
  private String address(String host, int number) {
    return World.address(ports + hosts.indexOf(host) * 1_000 + number);
  }

  /** Adds a port to the network that is on the host already. */
  Transaction newPort(String host, int number) {
    return Edit.transaction(
        World.port(spare(host, number), "s" + number(host), address(host, number)));
  }

  /** Connects the hosts with all members; they try again each second. */
  void connect(SwitchPool pool) {
    for (var host : hosts) {
      var one = pool.take();
      one.begin(datapathId(host), processes.get("m1").ports().openflow());
      var words = new ArrayList<String>();
      for (var name : NAMES) {
        var target = "target=\"tcp:127.0.0.1:" + processes.get(name).ports().openflow() + "\"";
        words.addAll(List.of("--", "--id=@" + name, "create", "Controller"));
        words.addAll(List.of(target, "max_backoff=1000", "connection_mode=out-of-band"));
      }
      words.addAll(List.of("--", "set", "Bridge", "br-int", "controller=@m1,@m2,@m3"));
      one.configure(words.toArray(String[]::new));
      switches.put(host, one);
    }
    try (var client = client()) {
      Northbound.await("the hosts", PATIENCE, () -> client.connected() == HOSTS);
    }
  }

  /** A client that knows all members. */
  MembersClient client() {
    return new MembersClient(
        processes.values().stream().map(process -> process.ports().grpc()).toList());
  }

  ControllerProcess process(String member) {
    return processes.get(member);
  }

  String leader() {
    try (var client = client()) {
      return client.members().stream()
          .filter(MemberStatus::getLeads)
          .map(MemberStatus::getName)
          .findFirst()
          .orElseThrow();
    }
  }

  /** A host of that member's, where all have the same share. */
  String hostOf(String member) {
    var even = Ownership.divided("", 0, EVEN);
    return hosts.stream()
        .filter(host -> even.owner(host).orElseThrow().equals(member))
        .findFirst()
        .orElseThrow();
  }

  /** Waits until all are live, one of them leads, and each has a whole share in the chassis. */
  void awaitDivided() {
    try (var client = client()) {
      Northbound.await("all members to have their share", PATIENCE, () -> isDivided(client));
    }
  }

  private static boolean isDivided(MembersClient client) {
    var members = client.members();
    return members.stream().filter(MemberStatus::getLive).count() == NAMES.size()
        && members.stream().anyMatch(MemberStatus::getLeads)
        && client.shares().equals(EVEN)
        && client.connected() == HOSTS;
  }

  /** That Open vSwitch has flows of the port. */
  void assertInstalled(String host, int number) {
    var mac = address(host, number).split(" ")[0];
    if (!switches.get(host).flows().contains(mac)) {
      throw new IllegalStateException(host + " has confirmed what it has no flows of: " + mac);
    }
  }

  @Override
  public void close() {
    processes.values().forEach(ControllerProcess::close);
  }
}
