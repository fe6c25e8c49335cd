package io.heddle.ovsdb.host;

import io.heddle.model.Row;
import io.heddle.model.Schema;
import io.heddle.model.Snapshot;
import io.heddle.model.TunnelPort;
import io.heddle.ovsdb.host.HostState.Bridge;
import io.heddle.ovsdb.host.HostState.Interface;
import io.heddle.ovsdb.host.HostState.Port;
import io.heddle.ovsdb.host.JoinRequest.Encapsulation;
import io.heddle.ovsdb.wire.RowValues;
import io.heddle.v1.Chassis;
import io.heddle.v1.Encap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The tunnel ports of one host: one to each other chassis for each encapsulation that both have.
 * Ports are known by the mark that OVN gives them too, so that a host that OVN ran keeps its
 * tunnels.
 */
final class TunnelMesh {
  /** "CHASSIS@IP", and from OVN 24 on "CHASSIS@IP%LOCAL-IP", in a tunnel port's external_ids. */
  static final String CHASSIS_MARK = "ovn-chassis-id";

  /** Characters of the chassis' name that show in its tunnels' names, as OVN has it. */
  private static final int NAME_PART = 6;

  /** Which tunnel a port is. */
  private record End(String chassis, String type) implements Comparable<End> {
    @Override
    public int compareTo(End other) {
      int order = chassis.compareTo(other.chassis);
      return order == 0 ? type.compareTo(other.type) : order;
    }
  }

  private record Tunnel(End end, String ip, int ofport, Map<String, String> options) {
    String mark() {
      return end.chassis + "@" + ip;
    }
  }

  private final Bridge bridge;
  private final Set<String> names = new HashSet<>();
  private final Map<String, Integer> firstFree = new HashMap<>();
  private final List<HostEdit> edits = new ArrayList<>();
  private final List<String> unsettled = new ArrayList<>();
  private int working;

  private TunnelMesh(HostState host, Bridge bridge) {
    this.bridge = bridge;
    host.ports().values().forEach(port -> names.add(port.name()));
    host.interfaces().values().forEach(i -> names.add(i.name()));
  }

  static TunnelMesh of(
      Row chassis, JoinRequest request, HostState host, Bridge bridge, Snapshot snapshot) {
    var mesh = new TunnelMesh(host, bridge);
    mesh.compare(host, wanted(chassis, request, snapshot));
    return mesh;
  }

  List<HostEdit> edits() {
    return edits;
  }

  List<String> unsettled() {
    return unsettled;
  }

  int working() {
    return working;
  }

  private static Map<End, Tunnel> wanted(Row chassis, JoinRequest request, Snapshot snapshot) {
    var wanted = new TreeMap<End, Tunnel>();
    var types = new HashSet<String>();
    encaps(snapshot, chassis.uuid()).forEach(encap -> types.add(encap.getType()));
    for (var row : snapshot.rows(Encap.class).values()) {
      var encap = row.as(Encap.class);
      var remote = UUID.fromString(encap.getChassis());
      if (types.contains(encap.getType()) && !remote.equals(chassis.uuid())) {
        snapshot
            .get(Chassis.class, remote)
            .map(r -> tunnel(r, encap, request))
            .ifPresent(tunnel -> wanted.put(tunnel.end(), tunnel));
      }
    }
    return wanted;
  }

  private static List<Encap> encaps(Snapshot snapshot, UUID chassis) {
    var kind = Schema.rows().kind(Encap.class);
    return snapshot.index(Encap.class, "chassis", chassis.toString()).stream()
        .flatMap(uuid -> snapshot.row(kind, uuid).stream())
        .map(row -> row.as(Encap.class))
        .toList();
  }

  /** Whether to set checksums is the receiver's wish, the type of service the sender's. */
  private static Tunnel tunnel(Chassis remote, Encap encap, JoinRequest request) {
    var options = new HashMap<String, String>();
    options.put("remote_ip", encap.getIp());
    options.put("key", "flow");
    options.put("csum", encap.getOptionsOrDefault("csum", "true"));
    request.encap().flatMap(Encapsulation::tos).ifPresent(tos -> options.put("tos", tos));
    return new Tunnel(
        new End(remote.getName(), encap.getType()),
        encap.getIp(),
        TunnelPort.ofport(remote.getChassisKey(), encap.getType()),
        Map.copyOf(options));
  }

  private void compare(HostState host, Map<End, Tunnel> wanted) {
    var missing = new TreeMap<>(wanted);
    for (var port : candidates(host, wanted)) {
      var tunnel = end(host, port).flatMap(end -> Optional.ofNullable(missing.remove(end)));
      if (tunnel.isPresent()) {
        keep(tunnel.get(), port, host.interfacesOf(port).get(0));
      } else {
        edits.add(new HostEdit.RemovePort(bridge.uuid(), port.uuid()));
      }
    }
    missing.values().forEach(this::add);
  }

  /**
   * Marked ports; where several could be the same tunnel, the one that already leads there first.
   */
  private List<Port> candidates(HostState host, Map<End, Tunnel> wanted) {
    Comparator<Port> rightFirst =
        Comparator.comparing(
            port ->
                end(host, port)
                    .flatMap(end -> Optional.ofNullable(wanted.get(end)))
                    .filter(t -> t.ip().equals(remoteIp(host, port)))
                    .isEmpty());
    return host.portsOf(bridge).stream()
        .filter(port -> port.externalIds().containsKey(CHASSIS_MARK))
        .sorted(rightFirst.thenComparing(Port::name))
        .toList();
  }

  private static String remoteIp(HostState host, Port port) {
    return host.interfacesOf(port).stream()
        .map(i -> i.options().getOrDefault("remote_ip", ""))
        .findFirst()
        .orElse("");
  }

  private static Optional<End> end(HostState host, Port port) {
    var mark = port.externalIds().getOrDefault(CHASSIS_MARK, "");
    var interfaces = host.interfacesOf(port);
    int at = mark.lastIndexOf('@');
    return at < 0 || interfaces.size() != 1
        ? Optional.empty()
        : Optional.of(new End(mark.substring(0, at), interfaces.get(0).type()));
  }

  private void keep(Tunnel tunnel, Port port, Interface row) {
    var marks = marks(port.externalIds(), tunnel);
    if (!marks.equals(port.externalIds())) {
      edits.add(new HostEdit.MarkPort(port.uuid(), marks));
    }
    var columns = RowValues.of();
    if (!row.options().equals(tunnel.options())) {
      columns = columns.with("options", tunnel.options());
    }
    if (!row.ofportRequest().equals(OptionalInt.of(tunnel.ofport()))) {
      columns = columns.with("ofport_request", (long) tunnel.ofport());
    }
    if (!columns.columns().isEmpty()) {
      edits.add(new HostEdit.SetInterface(row.uuid(), columns));
    }
    if (row.ofport().equals(OptionalInt.of(tunnel.ofport()))) {
      working++;
    } else {
      unsettled.add(unsettled(tunnel, row));
    }
  }

  private static Map<String, String> marks(Map<String, String> present, Tunnel tunnel) {
    var marks = new HashMap<>(present);
    marks.put(CHASSIS_MARK, tunnel.mark());
    marks.put(HostConfiguration.MARK, "tunnel");
    return marks;
  }

  private static String unsettled(Tunnel tunnel, Interface row) {
    var to = "its " + tunnel.end().type() + " tunnel to " + Words.quote(tunnel.end().chassis());
    if (row.ofport().isPresent()) {
      return to
          + " has OpenFlow port "
          + row.ofport().getAsInt()
          + " instead of "
          + tunnel.ofport()
          + "; another port seems to hold that number";
    }
    return to
        + " does not come up"
        + (row.error().isEmpty() ? "" : ": Open vSwitch says " + Words.quote(row.error()));
  }

  private void add(Tunnel tunnel) {
    var columns =
        RowValues.of()
            .with("type", tunnel.end().type())
            .with("options", tunnel.options())
            .with("ofport_request", (long) tunnel.ofport());
    edits.add(
        new HostEdit.AddTunnel(
            bridge.uuid(), freeName(tunnel.end().chassis()), marks(Map.of(), tunnel), columns));
  }

  private String freeName(String chassis) {
    var part = chassis.codePoints().limit(NAME_PART).mapToObj(TunnelMesh::plain).toList();
    var start = "ovn-" + String.join("", part) + "-";
    int n = firstFree.getOrDefault(start, 0);
    while (!names.add(start + Integer.toHexString(n))) {
      n++;
    }
    firstFree.put(start, n + 1);
    return start + Integer.toHexString(n);
  }

  private static String plain(int c) {
    boolean fits =
        c >= 'a' && c <= 'z'
            || c >= 'A' && c <= 'Z'
            || c >= '0' && c <= '9'
            || c == '.'
            || c == '_';
    return fits || c == '-' ? Character.toString(c) : "_";
  }
}
