package io.heddle.reach;

import io.heddle.compiler.Network;
import io.heddle.compiler.Unit;
import io.heddle.feature.Features;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.model.Snapshot;
import io.heddle.model.StateMachine;
import io.heddle.packets.Edits;
import io.heddle.reach.Plan.Vm;
import io.heddle.trace.Fabric;
import io.heddle.trace.Learned;
import io.heddle.trace.Trace;
import io.heddle.trace.Tracer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One random network and some packets in it: what the compiled flows do with them must be what
 * {@link Reach} says.
 */
public final class Trial {
  private final long seed;
  private final Plan plan;
  private final Fabric fabric;

  private Trial(long seed, Plan plan) {
    this.seed = seed;
    this.plan = plan;
    this.fabric = fabric(plan.lines());
  }

  /**
   * What came of the packets.
   *
   * @param delivered packets that came out somewhere
   * @param routed those of them that came through routers
   * @param handed packets that were handed to the controller
   */
  public record Tally(int packets, int delivered, int routed, int handed) {
    public static final Tally NOTHING = new Tally(0, 0, 0, 0);

    public Tally plus(Tally other) {
      return new Tally(
          packets + other.packets,
          delivered + other.delivered,
          routed + other.routed,
          handed + other.handed);
    }
  }

  /**
   * Sends packets through the network of a seed.
   *
   * @throws AssertionError with a data file that shows it, if one fares otherwise than it should
   */
  public static Tally run(long seed, int packets) {
    var random = new Random(seed);
    var plan = RandomPlan.of(random);
    var senders = plan.vms().stream().filter(Vm::placed).toList();
    var trial = new Trial(seed, plan);
    var tally = Tally.NOTHING;
    for (int i = 0; i < packets && !senders.isEmpty(); i++) {
      var from = senders.get(random.nextInt(senders.size()));
      tally = tally.plus(trial.send(from, RandomPlan.frame(random, plan, from)));
    }
    return tally;
  }

  private static Fabric fabric(List<String> lines) {
    var snapshot = Snapshot.empty();
    for (var line : lines) {
      for (var operations : Edits.read(snapshot, line)) {
        var applied = StateMachine.apply(snapshot, Edit.observation(operations));
        if (applied.outcome() instanceof Outcome.Refused refused) {
          throw new IllegalArgumentException(line + ": " + refused);
        }
        snapshot = applied.snapshot();
      }
    }
    var network = Network.of(Features.ALL, snapshot);
    var plans =
        network.chassis().stream().collect(Collectors.toMap(c -> c, c -> network.plan(c).toList()));
    return Fabric.of(snapshot, (UUID chassis) -> plans.getOrDefault(chassis, List.<Unit>of()));
  }

  private Tally send(Vm from, Frame frame) {
    var host =
        fabric.hosts().stream()
            .filter(h -> h.name().equals(from.host().orElseThrow()))
            .findFirst()
            .orElseThrow();
    int ofport =
        host.wires().entrySet().stream()
            .filter(
                e ->
                    e.getValue() instanceof Fabric.Wire.Interface to
                        && to.logicalPort().equals(from.name()))
            .findFirst()
            .orElseThrow()
            .getKey();
    var trace = Tracer.trace(fabric, Learned.NOTHING, host.chassis(), ofport, frame.packet());
    var expected = Reach.of(plan, from, frame);
    var actual =
        Stream.concat(
                trace.deliveries().stream().map(Trial::text),
                trace.handovers().stream().map(Trial::text))
            .sorted()
            .toList();
    if (!expected.equals(actual)) {
      throw fault("otherwise than it should", from, frame, expected, actual);
    }
    if (!trace.ambiguities().isEmpty() || !visitsOnce(trace)) {
      throw fault("by more than one way, " + trace.ambiguities(), from, frame, expected, actual);
    }
    boolean routed =
        trace.deliveries().stream()
            .anyMatch(
                d -> !d.packet().get(Field.ETH_SRC).equals(frame.packet().get(Field.ETH_SRC)));
    return new Tally(
        1,
        trace.deliveries().isEmpty() ? 0 : 1,
        routed ? 1 : 0,
        trace.handovers().isEmpty() ? 0 : 1);
  }

  /** A packet's way to a host. */
  private record Way(UUID to, long network) {}

  /**
   * No packet, nor a copy of it, comes to a host again in the same network, or by tunnels over more
   * than two.
   */
  private boolean visitsOnce(Trace trace) {
    var visited = new HashSet<Way>();
    var origin = trace.hops().get(0).host().chassis();
    return trace.hops().stream()
        .skip(1)
        .allMatch(
            hop ->
                !hop.host().chassis().equals(origin)
                    && visited.add(
                        new Way(
                            hop.host().chassis(),
                            plan.patches().isEmpty() ? 0 : hop.tunnel().orElseThrow().key())));
  }

  private static String text(Trace.Delivery delivery) {
    return delivery.host().name() + " " + delivery.to().logicalPort() + ": " + delivery.packet();
  }

  private static String text(Trace.Handover handover) {
    var reason = handover.why().reason();
    var host = handover.host().name();
    if (reason.name().startsWith("TCP")) {
      return host + " to controller " + reason;
    }
    boolean ipv4 = reason.name().contains("V4");
    var field = ipv4 ? Field.NEXTHOP_IPV4 : Field.NEXTHOP_IPV6;
    var ip = handover.registers().getOrDefault(field, Bits.ZERO).bytes(ipv4 ? 4 : 16);
    return Reach.handed(host, reason.name(), ip(ip));
  }

  private static String ip(byte[] bytes) {
    try {
      return new inet.ipaddr.IPAddressNetwork.IPAddressGenerator()
          .from(InetAddress.getByAddress(bytes))
          .toCanonicalString();
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private AssertionError fault(
      String what, Vm from, Frame frame, List<String> expected, List<String> actual) {
    var file = new ArrayList<>(plan.lines());
    file.add("send " + from.name() + " " + frame.text());
    file.add("----");
    return new AssertionError(
        "seed %d: a packet fared %s\nexpected %s\nbut got  %s\nThis data file shows it:\n%s"
            .formatted(seed, what, expected, actual, String.join("\n", file)));
  }
}
