package io.heddle.ovsdb.host;

import io.heddle.ovsdb.wire.RowValues;
import io.heddle.ovsdb.wire.TableChanges;
import io.vavr.collection.HashMap;
import io.vavr.collection.Map;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiFunction;

/** What a host's Open_vSwitch database says, as far as it concerns Heddle. Immutable. */
public record HostState(
    Map<UUID, OpenVSwitch> roots,
    Map<UUID, Bridge> bridges,
    Map<UUID, Port> ports,
    Map<UUID, Interface> interfaces,
    Map<UUID, Controller> controllers,
    Map<UUID, ManagerRow> managers) {
  /** What is watched: tables and their columns. */
  public static final java.util.Map<String, Set<String>> COLUMNS =
      java.util.Map.of(
          "Open_vSwitch",
              Set.of("external_ids", "datapath_types", "ovs_version", "manager_options"),
          "Bridge",
              Set.of(
                  "name",
                  "ports",
                  "controller",
                  "protocols",
                  "fail_mode",
                  "datapath_type",
                  "datapath_id",
                  "other_config"),
          "Port", Set.of("name", "interfaces", "external_ids"),
          "Interface",
              Set.of(
                  "name", "type", "options", "external_ids", "ofport", "ofport_request", "error"),
          "Controller",
              Set.of(
                  "target",
                  "inactivity_probe",
                  "max_backoff",
                  "controller_rate_limit",
                  "controller_burst_limit",
                  "external_ids"),
          "Manager", Set.of("target", "inactivity_probe", "max_backoff", "external_ids"));

  public record OpenVSwitch(
      UUID uuid,
      java.util.Map<String, String> externalIds,
      Set<String> datapathTypes,
      String version,
      Set<UUID> managers) {
    static OpenVSwitch of(UUID uuid, RowValues row) {
      return new OpenVSwitch(
          uuid,
          row.map("external_ids"),
          row.texts("datapath_types"),
          shownVersion(row),
          row.references("manager_options"));
    }
  }

  private static String shownVersion(RowValues row) {
    var version = row.text("ovs_version");
    return version.matches("[\\w.+~-]{1,40}") ? version : "";
  }

  /**
   * @param failMode "secure", "standalone" or, where not set, empty
   * @param datapathId 16 hexadecimal digits once Open vSwitch runs the bridge
   */
  public record Bridge(
      UUID uuid,
      String name,
      Set<UUID> ports,
      Set<UUID> controllers,
      Set<String> protocols,
      String failMode,
      String datapathType,
      Optional<String> datapathId,
      java.util.Map<String, String> otherConfig) {
    static Bridge of(UUID uuid, RowValues row) {
      return new Bridge(
          uuid,
          row.text("name"),
          row.references("ports"),
          row.references("controller"),
          row.texts("protocols"),
          row.text("fail_mode"),
          row.text("datapath_type"),
          row.optionalText("datapath_id").filter(id -> id.matches("[0-9a-fA-F]{16}")),
          row.map("other_config"));
    }
  }

  public record Port(
      UUID uuid, String name, Set<UUID> interfaces, java.util.Map<String, String> externalIds) {
    static Port of(UUID uuid, RowValues row) {
      return new Port(
          uuid, row.text("name"), row.references("interfaces"), row.map("external_ids"));
    }
  }

  /**
   * @param ofport its OpenFlow number; empty while it has none, also where Open vSwitch could not
   *     make it
   * @param error why Open vSwitch could not make it, or empty
   */
  public record Interface(
      UUID uuid,
      String name,
      String type,
      java.util.Map<String, String> options,
      java.util.Map<String, String> externalIds,
      OptionalInt ofport,
      OptionalInt ofportRequest,
      String error) {
    /** OFPP_MAX of OpenFlow 1.3 as Open vSwitch has it on its 16-bit ports. */
    private static final int LAST_OFPORT = 0xfeff;

    static Interface of(UUID uuid, RowValues row) {
      return new Interface(
          uuid,
          row.text("name"),
          row.text("type"),
          row.map("options"),
          row.map("external_ids"),
          ofport(row, "ofport"),
          ofport(row, "ofport_request"),
          row.text("error"));
    }

    private static OptionalInt ofport(RowValues row, String column) {
      return row.number(column).stream()
          .filter(n -> n > 0 && n <= LAST_OFPORT)
          .mapToInt(n -> (int) n)
          .findFirst();
    }
  }

  public record Controller(
      UUID uuid,
      String target,
      OptionalInt inactivityProbe,
      OptionalInt maxBackoff,
      OptionalInt rateLimit,
      OptionalInt burstLimit,
      java.util.Map<String, String> externalIds) {
    static Controller of(UUID uuid, RowValues row) {
      return new Controller(
          uuid,
          row.text("target"),
          number(row, "inactivity_probe"),
          number(row, "max_backoff"),
          number(row, "controller_rate_limit"),
          number(row, "controller_burst_limit"),
          row.map("external_ids"));
    }
  }

  public record ManagerRow(
      UUID uuid,
      String target,
      OptionalInt inactivityProbe,
      OptionalInt maxBackoff,
      java.util.Map<String, String> externalIds) {
    static ManagerRow of(UUID uuid, RowValues row) {
      return new ManagerRow(
          uuid,
          row.text("target"),
          number(row, "inactivity_probe"),
          number(row, "max_backoff"),
          row.map("external_ids"));
    }
  }

  private static OptionalInt number(RowValues row, String column) {
    return row.number(column).stream()
        .filter(n -> n >= 0 && n <= Integer.MAX_VALUE)
        .mapToInt(n -> (int) n)
        .findFirst();
  }

  public static HostState empty() {
    return new HostState(
        HashMap.empty(),
        HashMap.empty(),
        HashMap.empty(),
        HashMap.empty(),
        HashMap.empty(),
        HashMap.empty());
  }

  public HostState after(TableChanges changes) {
    return new HostState(
        after(roots, changes, "Open_vSwitch", OpenVSwitch::of),
        after(bridges, changes, "Bridge", Bridge::of),
        after(ports, changes, "Port", Port::of),
        after(interfaces, changes, "Interface", Interface::of),
        after(controllers, changes, "Controller", Controller::of),
        after(managers, changes, "Manager", ManagerRow::of));
  }

  private static <T> Map<UUID, T> after(
      Map<UUID, T> rows, TableChanges changes, String table, BiFunction<UUID, RowValues, T> read) {
    for (var change : changes.table(table).entrySet()) {
      var uuid = change.getKey();
      rows =
          change.getValue().isPresent()
              ? rows.put(uuid, read.apply(uuid, change.getValue().get()))
              : rows.remove(uuid);
    }
    return rows;
  }

  /** The database's one Open_vSwitch row. */
  public Optional<OpenVSwitch> root() {
    return roots.values().headOption().toJavaOptional();
  }

  public Optional<Bridge> bridge(String name) {
    return bridges.values().find(bridge -> bridge.name().equals(name)).toJavaOptional();
  }

  /** The bridge's ports by name, in order. */
  public List<Port> portsOf(Bridge bridge) {
    return bridge.ports().stream()
        .flatMap(uuid -> ports.get(uuid).toJavaStream())
        .sorted(Comparator.comparing(Port::name))
        .toList();
  }

  /** The port's interfaces by name, in order: one, unless it is a bond. */
  public List<Interface> interfacesOf(Port port) {
    return port.interfaces().stream()
        .flatMap(uuid -> interfaces.get(uuid).toJavaStream())
        .sorted(Comparator.comparing(Interface::name))
        .toList();
  }

  /** The managers of the database by target, in order. */
  public List<ManagerRow> managersOf(OpenVSwitch root) {
    return root.managers().stream()
        .flatMap(uuid -> managers.get(uuid).toJavaStream())
        .sorted(Comparator.comparing(ManagerRow::target).thenComparing(ManagerRow::uuid))
        .toList();
  }

  /** The bridge's controllers by target, in order. */
  public List<Controller> controllersOf(Bridge bridge) {
    return bridge.controllers().stream()
        .flatMap(uuid -> controllers.get(uuid).toJavaStream())
        .sorted(Comparator.comparing(Controller::target).thenComparing(Controller::uuid))
        .toList();
  }
}
