package io.heddle.compiler;

import io.heddle.compiler.Connections.Node;
import io.heddle.compiler.Segments.Linked;
import io.heddle.engine.Query;
import io.heddle.engine.Reads;
import io.heddle.flow.Bounds;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * How far a frame for several ports of a switch is copied. Each other chassis costs one look-up and
 * the actions of one tunnel, each port here one look-up and one output; routers get no copies. What
 * is left of {@link Bounds} is for the way there: through routers as many as there may be.
 */
public final class Floods {
  /** Switches, linked with each other, that a frame is copied into. */
  public static final int SWITCHES = 64;

  /** Chassis that a frame is copied to, its own among them. */
  public static final int CHASSIS = 512;

  /** Ports on one chassis that a frame is copied to. */
  public static final int PORTS = 1_024;

  /** Bytes of a copy in the flow that makes all copies, which has to fit into one message. */
  static final int COPY_BYTES = 56;

  /** Bytes of the actions that lead into a Geneve tunnel over IPv6, the largest there are. */
  static final int TUNNEL_BYTES = 84;

  static final int OUTPUT_BYTES = 8;

  /** Look-ups from a port into a switch and from there into groups, errors included. */
  static final int SWITCH_LOOKUPS = 20;

  /** Look-ups from one router into the next, errors included. */
  static final int ROUTER_LOOKUPS = 16;

  /** Bytes of the actions by which a router answers what is too long. */
  static final int ROUTER_BYTES = 120;

  private Floods() {}

  /** Look-ups that a packet costs which is flooded as far as may be, behind so many routers. */
  static int lookUps(int routers) {
    return lookUps(routers, 1);
  }

  /** The same where the flood goes through so many switches that are linked with each other. */
  static int lookUps(int routers, int switches) {
    return switches * SWITCH_LOOKUPS + CHASSIS + PORTS + routers * ROUTER_LOOKUPS;
  }

  /** Bytes of the actions that it comes to. */
  static int bytes(int routers) {
    return CHASSIS * TUNNEL_BYTES + PORTS * OUTPUT_BYTES + routers * ROUTER_BYTES;
  }

  /**
   * What floods of a switch are for, and of all that it is linked with.
   *
   * @param switches how many
   * @param chassis how many copies leave for chassis that have ports of a switch, one for each
   * @param ports how many ports the chassis has that has most
   * @param fullest that chassis; empty where there are no ports
   */
  public record Size(int switches, int chassis, int ports, Optional<UUID> fullest) {}

  /** What floods are for that are too large; reads how many ports each chassis has, not which. */
  public record TooLargeAt(UUID logicalSwitch) implements Query<Optional<Size>> {
    @Override
    public Optional<Size> answer(Reads network) {
      return network.ask(new Linked(logicalSwitch))
          ? network.ask(new SegmentTooLarge(Segments.first(logicalSwitch, network)))
          : tooLarge(sum(Set.of(logicalSwitch), network));
    }
  }

  private static Optional<Size> tooLarge(Size size) {
    return Optional.of(size)
        .filter(s -> s.switches() > SWITCHES || s.chassis() > CHASSIS || s.ports() > PORTS);
  }

  /** Stands between the ports of a segment and its switches, to which most of them are no news. */
  private record SegmentTooLarge(Node first) implements Query<Optional<Size>> {
    @Override
    public Optional<Size> answer(Reads network) {
      return tooLarge(sum(network.ask(new Segments.Members(first.uuid())), network));
    }
  }

  private static Size sum(Set<UUID> switches, Reads network) {
    int copies = 0;
    var ports = new HashMap<UUID, Integer>();
    for (var one : switches) {
      var counts = network.counts(Topology.CHASSIS_OF, one);
      copies += counts.size();
      counts.forEach((chassis, count) -> ports.merge(chassis, count, Integer::sum));
    }
    var most =
        ports.entrySet().stream()
            .max(Map.Entry.<UUID, Integer>comparingByValue().thenComparing(Map.Entry::getKey));
    return new Size(
        switches.size(),
        copies,
        most.map(Map.Entry::getValue).orElse(0),
        most.map(Map.Entry::getKey));
  }

  /** How many copies one switch makes at most: all that there may be, if they are not too many. */
  public record Share(int chassis, int ports) {
    static final Share WHOLE = new Share(CHASSIS, PORTS);
  }

  /** Switches that are linked share alike where they have too many together. */
  public record ShareOf(UUID logicalSwitch) implements Query<Share> {
    @Override
    public Share answer(Reads network) {
      return network.ask(new Linked(logicalSwitch))
          ? network
              .ask(new SegmentTooLarge(Segments.first(logicalSwitch, network)))
              .map(ShareOf::share)
              .orElse(Share.WHOLE)
          : Share.WHOLE;
    }

    private static Share share(Size size) {
      return new Share(
          size.chassis() > CHASSIS ? Math.max(1, CHASSIS / size.switches()) : CHASSIS,
          size.ports() > PORTS ? Math.max(1, PORTS / size.switches()) : PORTS);
    }
  }
}
