package io.heddle.it.packets;

import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.packets.Scene;
import io.heddle.trace.Fabric;
import io.heddle.trace.Learned;
import io.heddle.trace.Packet;
import io.heddle.trace.Trace;
import io.heddle.trace.TraceText;
import io.heddle.v1.Encap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The hosts of one scene on real switches. Each packet that the tracer followed is sent there as
 * well: the same packets must come out of the same ports, and the switches must have learned the
 * same.
 */
final class RealHosts implements Scene.Witness {
  private record Running(DummySwitch switches, Ofctl flows) {}

  private record Arrival(Running at, String port, Packet packet) {}

  private final SwitchPool pool;
  private final Map<UUID, Running> hosts = new LinkedHashMap<>();

  RealHosts(SwitchPool pool) {
    this.pool = pool;
  }

  /** Gives the switches back. */
  void end() {
    hosts.values().forEach(running -> pool.give(running.switches()));
    hosts.clear();
  }

  @Override
  public void sent(Scene scene, Fabric.Host from, int ofport, Packet packet, Trace trace) {
    var wire = (Fabric.Wire.Interface) from.wires().get(ofport);
    var came = carry(scene, new Arrival(hosts.get(from.chassis()), wire.name(), packet));
    var expected = trace.deliveries().stream().map(Scene::text).sorted().toList();
    if (!came.equals(expected)) {
      throw new AssertionError(
          "the tracer and Open vSwitch differ"
              + ("\ntracer:       " + expected)
              + ("\nOpen vSwitch: " + came)
              + ("\n\n" + TraceText.of(scene.fabric(), trace))
              + ("\n" + hosts.get(from.chassis()).switches().explain(ofport, packet)));
    }
  }

  @Override
  public void learned(Scene scene, Learned learned) {
    for (var host : scene.fabric().hosts()) {
      var expected =
          learned.of(host.chassis()).stream()
              .map(Ofctl::text)
              .collect(Collectors.toCollection(TreeSet::new));
      var has = hosts.get(host.chassis()).flows().learned();
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
    for (var gone : List.copyOf(hosts.keySet())) {
      if (scene.fabric().hosts().stream().noneMatch(h -> h.chassis().equals(gone))) {
        pool.give(hosts.remove(gone).switches());
      }
    }
    for (var host : scene.fabric().hosts()) {
      hosts.computeIfAbsent(
          host.chassis(),
          chassis -> {
            var taken = pool.take();
            return new Running(taken, new Ofctl(taken));
          });
    }
    scene.fabric().hosts().forEach(host -> follow(scene, host));
  }

  private void follow(Scene scene, Fabric.Host host) {
    var running = hosts.get(host.chassis());
    running.switches().have(List.copyOf(addresses(scene, host.chassis()).values()));
    for (var other : scene.fabric().hosts()) {
      if (other != host) {
        addresses(scene, other.chassis())
            .values()
            .forEach(ip -> running.switches().know(ip, hosts.get(other.chassis()).switches()));
      }
    }
    running.switches().ports(ports(scene, host));
    var flows = new ArrayList<Flow>();
    scene.network().plan(host.chassis()).forEach(unit -> flows.addAll(unit.flows()));
    running.flows().install(flows);
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

  /** Carries a packet, and what comes of it, until nothing moves any more. */
  private List<String> carry(Scene scene, Arrival first) {
    var delivered = new ArrayList<String>();
    var underway = new ArrayDeque<>(List.of(first));
    while (!underway.isEmpty()) {
      var arrival = underway.removeFirst();
      var at = arrival.at().switches();
      at.receive(arrival.port(), arrival.packet());
      at.sent()
          .forEach(
              (port, packets) -> {
                for (var packet : packets) {
                  if (port.equals(DummySwitch.NIC)) {
                    underway.add(new Arrival(owner(packet), DummySwitch.NIC, packet));
                  } else {
                    delivered.add(Scene.text(name(scene, arrival.at()), port, packet));
                  }
                }
              });
    }
    return delivered.stream().sorted().toList();
  }

  private Running owner(Packet underlay) {
    var to =
        HexFormat.ofDelimiter(":")
            .formatHex(underlay.get(Field.ETH_DST).orElseThrow().bytes(Field.ETH_DST.length()));
    return hosts.values().stream()
        .filter(running -> running.switches().hardwareAddress().equals(to))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nobody has the address of " + underlay));
  }

  private String name(Scene scene, Running running) {
    return scene.fabric().hosts().stream()
        .filter(host -> hosts.get(host.chassis()) == running)
        .findFirst()
        .orElseThrow()
        .name();
  }
}
