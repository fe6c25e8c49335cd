package io.heddle.ovsdb.host;

import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.ovsdb.host.HostState.Bridge;
import io.heddle.ovsdb.host.HostState.Interface;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.PortBinding;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tells on the host which of its interfaces work, by {@code external_ids:ovn-installed} as OVN
 * does: whoever plugs VMs and containers in waits for it. An interface works that is bound to a
 * port which is up.
 */
final class WorkingPorts {
  static final String MARK = "ovn-installed";
  private static final String WORKS = "true";

  private WorkingPorts() {}

  /** The marks that are missing, and those that are no longer true. */
  static List<HostEdit> edits(Row chassis, HostState host, Bridge bridge, Snapshot snapshot) {
    return host.portsOf(bridge).stream()
        .flatMap(port -> host.interfacesOf(port).stream())
        .flatMap(one -> edit(one, works(chassis, one, snapshot)))
        .toList();
  }

  private static Stream<HostEdit> edit(Interface one, boolean works) {
    var mark = Optional.of(WORKS).filter(w -> works);
    return Optional.ofNullable(one.externalIds().get(MARK)).equals(mark)
        ? Stream.empty()
        : Stream.of(new HostEdit.MarkInterface(one.uuid(), MARK, mark));
  }

  private static boolean works(Row chassis, Interface one, Snapshot snapshot) {
    var port = one.externalIds().getOrDefault("iface-id", "");
    return !port.isEmpty() && isUp(snapshot, port) && isBound(snapshot, port, chassis, one.name());
  }

  private static boolean isUp(Snapshot snapshot, String port) {
    return snapshot.index(LogicalSwitchPort.class, "name", port).stream()
        .flatMap(uuid -> snapshot.get(LogicalSwitchPort.class, uuid).stream())
        .anyMatch(LogicalSwitchPort::getUp);
  }

  /** Of several claims to a port the newest holds. */
  private static boolean isBound(Snapshot snapshot, String port, Row chassis, String device) {
    return snapshot.index(PortBinding.class, "logical_port", port).stream()
        .flatMap(uuid -> snapshot.row(PortBinding.class, uuid).stream())
        .max(
            Comparator.comparingLong(Row::created)
                .thenComparing(Row::uuid, Comparator.reverseOrder()))
        .map(row -> row.as(PortBinding.class))
        .filter(binding -> binding.getChassis().equals(chassis.uuid().toString()))
        .filter(binding -> binding.getInterface().equals(device))
        .isPresent();
  }
}
