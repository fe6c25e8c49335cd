package io.heddle.ovsdb.host;

import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.ovsdb.host.HostState.Bridge;
import io.heddle.ovsdb.host.HostState.Controller;
import io.heddle.ovsdb.host.HostState.OpenVSwitch;
import io.heddle.ovsdb.wire.RowValues;
import io.heddle.ovsdb.wire.Sockets;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * What Heddle configures on a host, as a pure function of what the host is and what the store says:
 * the edits that are missing. Carried out, there are none left.
 *
 * <p>Heddle's own are: the integration bridge's fail_mode, datapath_type where the host asks for
 * one, OpenFlow13 among its protocols, other_config:disable-in-band and datapath-id; controllers
 * that carry Heddle's mark or are on a member's OpenFlow port; ports marked with
 * external_ids:ovn-chassis-id, as OVN marks its tunnels, and those with Heddle's mark on former
 * integration bridges; external_ids:ovn-installed of interfaces. Nothing else is touched.
 *
 * @param edits what to change, in this order
 * @param unsettled what Open vSwitch has not carried out; wrong only where it lasts
 * @param faults what is wrong with the host, in words for the operator
 * @param tunnels the tunnels that work
 */
public record HostConfiguration(
    List<HostEdit> edits, List<String> unsettled, List<String> faults, int tunnels) {
  /** The key of external_ids by which Heddle knows its own rows. */
  static final String MARK = "heddle";

  /** How soon a host that lost the controller tries again. */
  static final int MAX_BACKOFF_MILLIS = 1_000;

  /** How soon a host notices that the controller's machine is gone. */
  static final int INACTIVITY_PROBE_MILLIS = 5_000;

  /**
   * Packets that a host hands over a second, all tenants' together; beyond that Open vSwitch takes
   * its ports' packets in turns and drops those of the ports that have most.
   */
  static final int PACKETS_PER_SECOND = 2_000;

  static final int PACKETS_AT_ONCE = 1_000;

  /** Protocols of a bridge that Heddle makes: 1.3 for Heddle, 1.0 and 1.5 for people's tools. */
  static final Set<String> PROTOCOLS = Set.of("OpenFlow10", "OpenFlow13", "OpenFlow15");

  static final String REQUIRED_PROTOCOL = "OpenFlow13";

  /**
   * Where a host's bridge finds a controller.
   *
   * @param address an IP address, without brackets
   */
  public record ControllerAddress(boolean tls, String address, int port) {
    /** As OVSDB writes it: "tcp:192.0.2.1:6653", "ssl:[2001:db8::1]:6653". */
    public String target() {
      return (tls ? "ssl:" : "tcp:") + Sockets.inBrackets(address) + ":" + port;
    }
  }

  /**
   * Compares the host with what the store asks of the chassis that it is.
   *
   * @param targets of all members' controllers, at least one
   */
  public static HostConfiguration of(
      Row chassis,
      JoinRequest request,
      HostState host,
      Snapshot snapshot,
      Collection<String> targets) {
    var root = host.root();
    if (root.isEmpty() || request.bridge().isEmpty()) {
      return new HostConfiguration(List.of(), List.of(), List.of(), 0);
    }
    var name = request.bridge().get();
    var bridge = host.bridge(name);
    if (bridge.isEmpty()) {
      return new HostConfiguration(
          List.of(create(root.get(), name, chassis, request, host)), List.of(), List.of(), 0);
    }
    var edits = new ArrayList<HostEdit>();
    var unsettled = new ArrayList<String>();
    var faults = new ArrayList<String>();
    bridge(bridge.get(), request).ifPresent(edits::add);
    controllers(bridge.get(), host, targets, edits, faults);
    formerBridges(bridge.get(), host, edits);
    if (bridge.get().datapathId().isEmpty()) {
      unsettled.add(
          "Open vSwitch does not run bridge "
              + Words.quote(name)
              + "; see its log, and whether it has the datapath type "
              + Words.quote(bridge.get().datapathType()));
    }
    var mesh = TunnelMesh.of(chassis, request, host, bridge.get(), snapshot);
    edits.addAll(mesh.edits());
    edits.addAll(WorkingPorts.edits(chassis, host, bridge.get(), snapshot));
    unsettled.addAll(mesh.unsettled());
    return new HostConfiguration(
        List.copyOf(edits), List.copyOf(unsettled), List.copyOf(faults), mesh.working());
  }

  private static HostEdit create(
      OpenVSwitch root, String name, Row chassis, JoinRequest request, HostState host) {
    var columns =
        RowValues.of()
            .with("fail_mode", "secure")
            .with("protocols", PROTOCOLS)
            .with("datapath_type", request.datapathType().orElse(""))
            .with(
                "other_config",
                Map.of("disable-in-band", "true", "datapath-id", datapathId(chassis, name)));
    return new HostEdit.CreateBridge(root.uuid(), name, columns);
  }

  /**
   * A datapath id that follows from the chassis, so that it outlives the bridge. What Open vSwitch
   * would choose changes with the bridge's ports, and each change cuts the OpenFlow connection.
   */
  private static String datapathId(Row chassis, String bridge) {
    try {
      var hash =
          MessageDigest.getInstance("SHA-256")
              .digest((chassis.name() + "\n" + bridge).getBytes(StandardCharsets.UTF_8));
      return String.format("%016x", ByteBuffer.wrap(hash).getLong() | 1);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static Optional<HostEdit> bridge(Bridge bridge, JoinRequest request) {
    var columns = RowValues.of();
    if (!bridge.failMode().equals("secure")) {
      columns = columns.with("fail_mode", "secure");
    }
    // No protocols means all of them.
    if (!bridge.protocols().isEmpty() && !bridge.protocols().contains(REQUIRED_PROTOCOL)) {
      var protocols = new HashSet<>(bridge.protocols());
      protocols.add(REQUIRED_PROTOCOL);
      columns = columns.with("protocols", protocols);
    }
    if (request.datapathType().filter(type -> !type.equals(bridge.datapathType())).isPresent()) {
      columns = columns.with("datapath_type", request.datapathType().get());
    }
    var config = new HashMap<>(bridge.otherConfig());
    config.put("disable-in-band", "true");
    bridge.datapathId().ifPresent(id -> config.putIfAbsent("datapath-id", id));
    if (!config.equals(bridge.otherConfig())) {
      columns = columns.with("other_config", config);
    }
    return columns.columns().isEmpty()
        ? Optional.empty()
        : Optional.of(new HostEdit.SetBridge(bridge.uuid(), columns));
  }

  private static void controllers(
      Bridge bridge,
      HostState host,
      Collection<String> targets,
      List<HostEdit> edits,
      List<String> faults) {
    var all = host.controllersOf(bridge);
    var own = all.stream().filter(c -> isOwn(c, targets)).toList();
    var left = new ArrayList<>(own);
    var missing = new ArrayList<String>();
    for (var target : new TreeSet<>(targets)) {
      var there = left.stream().filter(c -> c.target().equals(target)).findFirst();
      there.ifPresentOrElse(left::remove, () -> missing.add(target));
      there.flatMap(c -> repaired(c, target)).ifPresent(edits::add);
    }
    for (var target : missing) {
      if (left.isEmpty()) {
        edits.add(
            new HostEdit.AddController(
                bridge.uuid(), controller(target, Map.of(MARK, "controller"))));
      } else {
        repaired(left.remove(0), target).ifPresent(edits::add);
      }
    }
    left.stream()
        .map(c -> new HostEdit.RemoveController(bridge.uuid(), c.uuid()))
        .forEach(edits::add);
    all.stream()
        .filter(c -> !own.contains(c) && drives(c.target()))
        .map(
            c ->
                "bridge "
                    + Words.quote(bridge.name())
                    + " has another controller too, "
                    + Words.quote(c.target())
                    + "; remove it unless it leaves Heddle's flows alone")
        .forEach(faults::add);
  }

  private static boolean isOwn(Controller controller, Collection<String> targets) {
    return controller.externalIds().containsKey(MARK)
        || drives(controller.target())
            && targets.stream().anyMatch(t -> port(t).equals(port(controller.target())));
  }

  private static String port(String target) {
    return target.substring(target.lastIndexOf(':') + 1);
  }

  /** Passive and local targets are how tools on the host reach the bridge. */
  private static boolean drives(String target) {
    return target.startsWith("tcp:") || target.startsWith("ssl:");
  }

  private static RowValues controller(String target, Map<String, String> marks) {
    return RowValues.of()
        .with("target", target)
        .with("max_backoff", (long) MAX_BACKOFF_MILLIS)
        .with("inactivity_probe", (long) INACTIVITY_PROBE_MILLIS)
        .with("controller_rate_limit", (long) PACKETS_PER_SECOND)
        .with("controller_burst_limit", (long) PACKETS_AT_ONCE)
        .with("external_ids", marks);
  }

  private static Optional<HostEdit> repaired(Controller controller, String target) {
    var marks = new HashMap<>(controller.externalIds());
    marks.put(MARK, "controller");
    boolean right =
        controller.target().equals(target)
            && controller.externalIds().equals(marks)
            && controller.maxBackoff().equals(OptionalInt.of(MAX_BACKOFF_MILLIS))
            && controller.rateLimit().equals(OptionalInt.of(PACKETS_PER_SECOND))
            && controller.burstLimit().equals(OptionalInt.of(PACKETS_AT_ONCE))
            && controller.inactivityProbe().equals(OptionalInt.of(INACTIVITY_PROBE_MILLIS));
    return right
        ? Optional.empty()
        : Optional.of(new HostEdit.SetController(controller.uuid(), controller(target, marks)));
  }

  /** Where the host names another integration bridge, what Heddle made on the last one goes. */
  private static void formerBridges(Bridge current, HostState host, List<HostEdit> edits) {
    for (var bridge : host.bridges().values()) {
      if (!bridge.uuid().equals(current.uuid())) {
        host.portsOf(bridge).stream()
            .filter(port -> port.externalIds().containsKey(MARK))
            .map(port -> new HostEdit.RemovePort(bridge.uuid(), port.uuid()))
            .forEach(edits::add);
        host.controllersOf(bridge).stream()
            .filter(controller -> controller.externalIds().containsKey(MARK))
            .map(controller -> new HostEdit.RemoveController(bridge.uuid(), controller.uuid()))
            .forEach(edits::add);
      }
    }
  }
}
