package io.heddle.it.packets;

import io.heddle.answer.Advertisers;
import io.heddle.answer.Answers;
import io.heddle.answer.Injector;
import io.heddle.answer.Punted;
import io.heddle.answer.PuntedPacket;
import io.heddle.answer.RouterSolicitations;
import io.heddle.compiler.CompileLoop;
import io.heddle.feature.Features;
import io.heddle.flow.Field;
import io.heddle.model.MemoryStore;
import io.heddle.model.Ownership;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.model.Store;
import io.heddle.openflow.OpenflowSettings;
import io.heddle.openflow.OpenflowSouthbound;
import io.heddle.openflow.wire.ListenException;
import io.heddle.packets.Scene;
import io.heddle.trace.Fabric;
import io.heddle.trace.Learned;
import io.heddle.trace.Packet;
import io.heddle.trace.Trace;
import io.heddle.trace.TraceText;
import io.heddle.v1.Chassis;
import io.heddle.v1.Encap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The hosts of one scene on real switches, which get their flows as always: from the store by way
 * of the compiler and OpenFlow. Each packet that the tracer followed is sent there as well: the
 * same packets must come out of the same ports, and the switches must have learned the same.
 */
final class RealHosts implements Scene.Witness, AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private record Arrival(DummySwitch at, String port, Packet packet) {}

  private final SwitchPool pool;
  private final Map<UUID, DummySwitch> hosts = new LinkedHashMap<>();

  private final MemoryStore store = new MemoryStore();
  private final Progress progress = new Progress();
  private final CompileLoop compiler;
  private final OpenflowSouthbound openflow;
  private final Answers answers =
      new Answers(Answers.ROUTING, new RouterSolicitations(new Advertisers(store), Punted.NOTHING));
  private final Queue<Function<Scene, String>> handovers = new ConcurrentLinkedQueue<>();
  private long settled = -1;

  RealHosts(SwitchPool pool) throws ListenException {
    this.pool = pool;
    var problems = new Problems();
    this.compiler = new CompileLoop(store, Features.ALL, progress, problems);
    var loopback = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    this.openflow =
        new OpenflowSouthbound(
            store,
            compiler,
            this::handedOver,
            progress,
            problems,
            snapshot -> Ownership.sole("m1", 1),
            OpenflowSettings.defaults().withListen(loopback));
    openflow.start();
  }

  /** The scene's rows go here, and from here to the switches. */
  Store store() {
    return store;
  }

  /** Gives the switches back. */
  @Override
  public void close() {
    openflow.close();
    compiler.close();
    hosts.values().forEach(pool::give);
    hosts.clear();
  }

  @Override
  public void sent(Scene scene, Fabric.Host from, int ofport, Packet packet, Trace trace) {
    var wire = (Fabric.Wire.Interface) from.wires().get(ofport);
    var expected =
        Stream.concat(
                trace.deliveries().stream().map(Scene::text),
                trace.handovers().stream().map(Scene::text))
            .sorted()
            .toList();
    var came = carry(scene, new Arrival(hosts.get(from.chassis()), wire.name(), packet), expected);
    if (!came.equals(expected)) {
      throw new AssertionError(
          "the tracer and Open vSwitch differ"
              + ("\ntracer:       " + expected)
              + ("\nOpen vSwitch: " + came)
              + ("\n\n" + TraceText.of(scene.fabric(), trace))
              + ("\n" + hosts.get(from.chassis()).explain(ofport, packet)));
    }
  }

  @Override
  public void learned(Scene scene, Learned learned) {
    for (var host : scene.fabric().hosts()) {
      var expected =
          learned.of(host.chassis()).stream()
              .map(InstalledFlows::text)
              .collect(Collectors.toCollection(TreeSet::new));
      var has = new InstalledFlows(hosts.get(host.chassis())).learned();
      if (!has.equals(expected)) {
        throw new AssertionError(
            host.name()
                + " has learned something else than the tracer"
                + ("\ntracer:       " + expected)
                + ("\nOpen vSwitch: " + has));
      }
    }
  }

  /** Makes the real hosts what the scene says: ports, tunnels, underlay and flows. */
  @Override
  public void settled(Scene scene) {
    if (scene.snapshot().revision() == settled) {
      return;
    }
    settled = scene.snapshot().revision();
    for (var gone : List.copyOf(hosts.keySet())) {
      if (scene.fabric().hosts().stream().noneMatch(h -> h.chassis().equals(gone))) {
        pool.give(hosts.remove(gone));
      }
    }
    scene
        .fabric()
        .hosts()
        .forEach(host -> hosts.computeIfAbsent(host.chassis(), c -> begin(scene, c)));
    scene.fabric().hosts().forEach(host -> wire(scene, host));
    scene.fabric().hosts().forEach(host -> awaitInstalled(host, settled));
    for (var host : scene.fabric().hosts()) {
      var plan = scene.network().plan(host.chassis()).flatMap(unit -> unit.flows().stream());
      new InstalledFlows(hosts.get(host.chassis())).require(plan.toList());
    }
  }

  private DummySwitch begin(Scene scene, UUID chassis) {
    var taken = pool.take();
    var row = scene.snapshot().get(Chassis.class, chassis).orElseThrow();
    taken.begin(row.getDatapathId(), openflow.port());
    return taken;
  }

  private void awaitInstalled(Fabric.Host host, long revision) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (progress.installed(host.chassis()).orElse(-1) < revision) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(
            host.name() + " has not confirmed revision " + revision + ": " + openflow.switches());
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  private void wire(Scene scene, Fabric.Host host) {
    var running = hosts.get(host.chassis());
    running.have(List.copyOf(addresses(scene, host.chassis()).values()));
    for (var other : scene.fabric().hosts()) {
      if (other != host) {
        addresses(scene, other.chassis())
            .values()
            .forEach(ip -> running.know(ip, hosts.get(other.chassis())));
      }
    }
    running.ports(ports(scene, host));
  }

  private static Map<String, List<String>> ports(Scene scene, Fabric.Host host) {
    var ports = new HashMap<String, List<String>>();
    host.wires()
        .forEach(
            (ofport, wire) -> {
              var number = "ofport_request=" + ofport;
              if (wire instanceof Fabric.Wire.Interface i) {
                ports.put(i.name(), List.of("type=dummy", number));
              } else if (wire instanceof Fabric.Wire.Tunnel tunnel) {
                var ip = addresses(scene, tunnel.chassis()).get(tunnel.type());
                ports.put(
                    "t" + ofport,
                    List.of(
                        "type=" + tunnel.type(),
                        number,
                        "options:key=flow",
                        "options:remote_ip=\"" + ip + "\""));
              }
            });
    return ports;
  }

  /** A chassis' addresses by tunnel type. */
  private static Map<String, String> addresses(Scene scene, UUID chassis) {
    var addresses = new TreeMap<String, String>();
    for (var uuid : scene.snapshot().index(Encap.class, "chassis", chassis.toString())) {
      var encap = scene.snapshot().get(Encap.class, uuid).orElseThrow();
      addresses.put(encap.getType(), encap.getIp());
    }
    return addresses;
  }

  /** The switch's own connection brought it: it is answered as ever, and told of. */
  private void handedOver(UUID chassis, PuntedPacket packet, Injector back) {
    handovers.add(
        scene ->
            Scene.text(
                new Trace.Handover(
                    scene.fabric().host(chassis),
                    packet.why(),
                    packet.packet(),
                    packet.registers())));
    answers.punted(chassis, packet, back);
  }

  /**
   * Carries a packet, and what comes of it, until nothing moves any more. What the controller does
   * takes its time: while something expected of it is missing it is waited for.
   */
  private List<String> carry(Scene scene, Arrival first, List<String> expected) {
    var delivered = new ArrayList<String>();
    var underway = new ArrayDeque<>(List.of(first));
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    boolean controller = expected.stream().anyMatch(e -> e.contains(" to controller "));
    boolean complete = false;
    while (!complete) {
      while (!underway.isEmpty()) {
        var arrival = underway.removeFirst();
        arrival.at().receive(arrival.port(), arrival.packet());
        collect(scene, arrival.at(), delivered, underway);
      }
      if (controller) {
        hosts.values().forEach(at -> collect(scene, at, delivered, underway));
      }
      for (var told = handovers.poll(); told != null; told = handovers.poll()) {
        delivered.add(told.apply(scene));
      }
      delivered.sort(null);
      boolean waiting = delivered.size() < expected.size() && System.nanoTime() < deadline;
      complete = underway.isEmpty() && !(waiting && controller);
    }
    return delivered;
  }

  private void collect(
      Scene scene, DummySwitch at, List<String> delivered, ArrayDeque<Arrival> underway) {
    at.sent()
        .forEach(
            (port, packets) -> {
              for (var packet : packets) {
                if (port.equals(DummySwitch.NIC)) {
                  underway.add(new Arrival(owner(packet), DummySwitch.NIC, packet));
                } else {
                  delivered.add(Scene.text(name(scene, at), port, packet));
                }
              }
            });
  }

  private DummySwitch owner(Packet underlay) {
    var to =
        HexFormat.ofDelimiter(":")
            .formatHex(underlay.get(Field.ETH_DST).orElseThrow().bytes(Field.ETH_DST.length()));
    return hosts.values().stream()
        .filter(running -> running.hardwareAddress().equals(to))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nobody has the address of " + underlay));
  }

  private String name(Scene scene, DummySwitch running) {
    return scene.fabric().hosts().stream()
        .filter(host -> hosts.get(host.chassis()) == running)
        .findFirst()
        .orElseThrow()
        .name();
  }
}
