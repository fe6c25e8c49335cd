package io.heddle.bfd;

import io.heddle.bfd.Roster.Claim;
import io.heddle.compiler.LinkedSwitches;
import io.heddle.compiler.PortStatus;
import io.heddle.flow.Ip;
import io.heddle.model.Change;
import io.heddle.model.PortAddresses;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.PortBinding;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * On which chassis the hosts are that routers watch: where the port of the switch, or of one that
 * is linked with it, is bound that has the address, the oldest of several; where none has it, the
 * oldest bound one that may have any. For one thread at a time.
 */
final class Peers {
  /**
   * Where a host is, if it is anywhere.
   *
   * @param grounds what that rests on
   */
  record Place(Optional<UUID> chassis, Set<Ground> grounds) {}

  /** Of the switches that were asked about, and those that they are linked with. */
  private final Map<UUID, Roster> rosters = new HashMap<>();

  private final Map<UUID, Set<UUID>> segments = new HashMap<>();

  /** What a change, which leads to a snapshot, may have made another. */
  Set<Ground> follow(Snapshot after, Change change) {
    var type = change.kind().type();
    if (rosters.isEmpty()) {
      return Set.of();
    }
    var touched = new HashSet<Ground>();
    if (type == LogicalSwitchPort.class && !onlyUp(change)) {
      change.before().ifPresent(row -> roster(row).ifPresent(roster -> roster.remove(row)));
      change.after().ifPresent(row -> roster(row).ifPresent(roster -> roster.add(row)));
      sides(change).forEach(row -> touch(after, row.as(LogicalSwitchPort.class), touched));
    } else if (type == PortBinding.class) {
      sides(change)
          .flatMap(row -> named(after, row.as(PortBinding.class).getLogicalPort()))
          .forEach(port -> touch(after, port, touched));
    }
    return touched;
  }

  private static Stream<Row> sides(Change change) {
    return Stream.concat(change.before().stream(), change.after().stream());
  }

  /** As most changes of ports are. */
  private static boolean onlyUp(Change change) {
    return change.before().map(Peers::withoutUp).equals(change.after().map(Peers::withoutUp));
  }

  private static LogicalSwitchPort withoutUp(Row row) {
    return row.as(LogicalSwitchPort.class).toBuilder().clearUp().build();
  }

  private Optional<Roster> roster(Row port) {
    return Optional.ofNullable(rosters.get(owner(port.as(LogicalSwitchPort.class))));
  }

  private static UUID owner(LogicalSwitchPort port) {
    return UUID.fromString(port.getLogicalSwitch());
  }

  private void touch(Snapshot after, LogicalSwitchPort port, Set<Ground> touched) {
    var owner = owner(port);
    if (port.getType().equals("switch")) {
      segments.clear();
      touched.add(new Ground.Segment(owner));
      named(after, port.getPeer()).forEach(peer -> touched.add(new Ground.Segment(owner(peer))));
    } else if (Roster.isHost(port) && rosters.containsKey(owner)) {
      Roster.ips(port).forEach(ip -> touched.add(new Ground.Address(owner, ip)));
      if (PortAddresses.takesUnknown(port)) {
        touched.add(new Ground.Unknown(owner));
      }
    }
  }

  private static Stream<LogicalSwitchPort> named(Snapshot snapshot, String port) {
    return snapshot.index(LogicalSwitchPort.class, "name", port).stream()
        .flatMap(uuid -> snapshot.get(LogicalSwitchPort.class, uuid).stream());
  }

  /** Where the host with an address in a switch is. */
  Place place(Snapshot snapshot, UUID logicalSwitch, Ip ip) {
    var segment = segments.computeIfAbsent(logicalSwitch, s -> LinkedSwitches.with(snapshot, s));
    var grounds = new HashSet<Ground>();
    for (var member : segment) {
      rosters.computeIfAbsent(member, m -> roster(snapshot, m));
      grounds.add(new Ground.Segment(member));
      grounds.add(new Ground.Address(member, ip));
    }
    var owner =
        segment.stream().flatMap(m -> rosters.get(m).first(ip).stream()).sorted().findFirst();
    if (owner.isPresent()) {
      return new Place(chassis(snapshot, owner.get()), grounds);
    }
    segment.forEach(member -> grounds.add(new Ground.Unknown(member)));
    var first =
        segment.stream()
            .flatMap(member -> firstBound(snapshot, rosters.get(member)).stream())
            .sorted()
            .findFirst();
    return new Place(first.flatMap(claim -> chassis(snapshot, claim)), grounds);
  }

  private static Roster roster(Snapshot snapshot, UUID logicalSwitch) {
    var roster = new Roster();
    snapshot.index(LogicalSwitchPort.class, "logical_switch", logicalSwitch.toString()).stream()
        .flatMap(uuid -> snapshot.row(LogicalSwitchPort.class, uuid).stream())
        .forEach(roster::add);
    return roster;
  }

  private static Optional<Claim> firstBound(Snapshot snapshot, Roster roster) {
    return roster.unknown().stream()
        .filter(claim -> chassis(snapshot, claim).isPresent())
        .findFirst();
  }

  private static Optional<UUID> chassis(Snapshot snapshot, Claim claim) {
    return PortStatus.binding(snapshot, claim.name())
        .map(binding -> UUID.fromString(binding.as(PortBinding.class).getChassis()));
  }

  /** Nobody asks any more. */
  void forget() {
    rosters.clear();
    segments.clear();
  }
}
