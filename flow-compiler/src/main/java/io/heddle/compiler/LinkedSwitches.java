package io.heddle.compiler;

import io.heddle.model.Snapshot;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.PortBinding;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** What {@link Segments} tells of a segment, for whoever asks a snapshot now and then. */
public final class LinkedSwitches {
  private LinkedSwitches() {}

  /** The switches of the segment that a switch is in, itself first. */
  public static Set<UUID> with(Snapshot snapshot, UUID logicalSwitch) {
    var found = new LinkedHashSet<>(Set.of(logicalSwitch));
    var pending = new ArrayDeque<>(List.of(logicalSwitch));
    while (!pending.isEmpty()) {
      ports(snapshot, pending.remove())
          .flatMap(port -> peer(snapshot, port).stream())
          .map(peer -> UUID.fromString(peer.getLogicalSwitch()))
          .filter(found::add)
          .forEach(pending::add);
    }
    return found;
  }

  /** The chassis where ports of a switch are said to be, some more than once. */
  public static Stream<UUID> chassisOf(Snapshot snapshot, UUID logicalSwitch) {
    return ports(snapshot, logicalSwitch)
        .flatMap(port -> snapshot.index(PortBinding.class, "logical_port", port.getName()).stream())
        .flatMap(claim -> snapshot.get(PortBinding.class, claim).stream())
        .map(claim -> UUID.fromString(claim.getChassis()));
  }

  private static Stream<LogicalSwitchPort> ports(Snapshot snapshot, UUID logicalSwitch) {
    return snapshot
        .index(LogicalSwitchPort.class, "logical_switch", logicalSwitch.toString())
        .stream()
        .flatMap(port -> snapshot.get(LogicalSwitchPort.class, port).stream());
  }

  private static Optional<LogicalSwitchPort> peer(Snapshot snapshot, LogicalSwitchPort port) {
    return Optional.of(port)
        .filter(LinkedSwitches::works)
        .flatMap(own -> named(snapshot, own.getPeer()))
        .filter(peer -> works(peer) && peer.getPeer().equals(port.getName()));
  }

  private static boolean works(LogicalSwitchPort port) {
    return port.getType().equals("switch") && (!port.hasEnabled() || port.getEnabled());
  }

  private static Optional<LogicalSwitchPort> named(Snapshot snapshot, String name) {
    return snapshot.index(LogicalSwitchPort.class, "name", name).stream()
        .findFirst()
        .flatMap(uuid -> snapshot.get(LogicalSwitchPort.class, uuid));
  }
}
