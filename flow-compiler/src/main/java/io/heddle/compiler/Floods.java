package io.heddle.compiler;

import io.heddle.engine.Reads;
import io.heddle.flow.Bounds;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * How far a frame for several ports of a switch is copied. Each other chassis costs one look-up and
 * the actions of one tunnel, each port here one look-up and one output; routers get no copies. What
 * is left of {@link Bounds} is for the way there: through routers as many as there may be.
 */
public final class Floods {
  /** Chassis that a frame is copied to, its own among them. */
  public static final int CHASSIS = 512;

  /** Ports of one switch on one chassis that a frame is copied to. */
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
    return SWITCH_LOOKUPS + CHASSIS + PORTS + routers * ROUTER_LOOKUPS;
  }

  /** Bytes of the actions that it comes to. */
  static int bytes(int routers) {
    return CHASSIS * TUNNEL_BYTES + PORTS * OUTPUT_BYTES + routers * ROUTER_BYTES;
  }

  /**
   * The ports that floods of a switch are for. Where a flood goes through several switches, theirs
   * add up.
   *
   * @param chassis how many have ports of the switch
   * @param ports how many the chassis has that has most
   * @param fullest that chassis
   */
  public record Size(int chassis, int ports, UUID fullest) {}

  /** Empty if the switch has no ports anywhere; reads how many each chassis has, not which. */
  public static Optional<Size> size(UUID logicalSwitch, Reads network) {
    var ports = network.counts(Topology.CHASSIS_OF, logicalSwitch);
    return ports.entrySet().stream()
        .max(Map.Entry.<UUID, Integer>comparingByValue().thenComparing(Map.Entry::getKey))
        .map(most -> new Size(ports.size(), most.getValue(), most.getKey()));
  }
}
