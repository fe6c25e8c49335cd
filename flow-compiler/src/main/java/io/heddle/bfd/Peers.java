package io.heddle.bfd;

import io.heddle.compiler.LinkedSwitches;
import io.heddle.compiler.PortStatus;
import io.heddle.compiler.Topology;
import io.heddle.flow.Ip;
import io.heddle.model.Change;
import io.heddle.model.PortAddresses;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.PortBinding;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * On which chassis the hosts are that routers watch: where the port of the switch, or of one that
 * is linked with it, is bound that has the address, the oldest of several; where none has it, the
 * oldest bound one that may have any. Ports that have nothing to do with such a host cost nothing
 * when they change. For one thread at a time.
 */
final class Peers {
  /** A host in a switch. */
  private record Peer(UUID logicalSwitch, Ip ip) {}

  private static final Comparator<Row> FIRST =
      Comparator.comparingLong(Row::created).thenComparing(Row::uuid);

  /** The names of ports, each of which is the host's if those before are not bound. */
  private final Map<Peer, List<String>> candidates = new HashMap<>();

  private final Set<Ip> sought = new HashSet<>();

  void follow(Change change) {
    if (change.kind().type() == LogicalSwitchPort.class
        && Stream.concat(change.before().stream(), change.after().stream())
            .map(row -> row.as(LogicalSwitchPort.class))
            .anyMatch(this::concerns)) {
      candidates.clear();
      sought.clear();
    }
  }

  private boolean concerns(LogicalSwitchPort port) {
    return !candidates.isEmpty()
        && (!port.getType().isEmpty()
            || PortAddresses.takesUnknown(port)
            || ips(port).anyMatch(sought::contains));
  }

  /** Where the host with an address in a switch is, if it is anywhere. */
  Optional<UUID> chassis(Snapshot snapshot, UUID logicalSwitch, Ip ip) {
    var peer = new Peer(logicalSwitch, ip);
    sought.add(ip);
    return candidates.computeIfAbsent(peer, p -> find(snapshot, p)).stream()
        .flatMap(port -> PortStatus.binding(snapshot, port).stream())
        .map(binding -> UUID.fromString(binding.as(PortBinding.class).getChassis()))
        .findFirst();
  }

  private static List<String> find(Snapshot snapshot, Peer peer) {
    var ports =
        LinkedSwitches.with(snapshot, peer.logicalSwitch()).stream()
            .flatMap(member -> ports(snapshot, member))
            .filter(row -> row.as(LogicalSwitchPort.class).getType().isEmpty())
            .sorted(FIRST)
            .map(row -> row.as(LogicalSwitchPort.class))
            .toList();
    return ports.stream()
        .filter(port -> ips(port).anyMatch(peer.ip()::equals))
        .findFirst()
        .map(owner -> List.of(owner.getName()))
        .orElseGet(
            () ->
                ports.stream()
                    .filter(PortAddresses::takesUnknown)
                    .map(LogicalSwitchPort::getName)
                    .toList());
  }

  private static Stream<Row> ports(Snapshot snapshot, UUID logicalSwitch) {
    return snapshot
        .index(LogicalSwitchPort.class, "logical_switch", logicalSwitch.toString())
        .toJavaStream()
        .flatMap(port -> snapshot.row(LogicalSwitchPort.class, port).stream());
  }

  private static Stream<Ip> ips(LogicalSwitchPort port) {
    return PortAddresses.of(port).stream()
        .filter(PortAddresses.Known.class::isInstance)
        .flatMap(known -> ((PortAddresses.Known) known).ips().stream())
        .map(Topology::ip);
  }
}
