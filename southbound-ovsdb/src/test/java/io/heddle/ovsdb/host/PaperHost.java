package io.heddle.ovsdb.host;

import io.heddle.ovsdb.wire.RowEdit;
import io.heddle.ovsdb.wire.RowEdit.NewRow;
import io.heddle.ovsdb.wire.RowValues;
import io.heddle.ovsdb.wire.TableChanges;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A host's database on paper: rows that tests write down and edits change, with a vswitchd that
 * does at once what it is told.
 */
final class PaperHost {
  private final Map<String, Map<UUID, RowValues>> tables = new LinkedHashMap<>();
  private final UUID root;
  private int rows;

  PaperHost(Map<String, String> externalIds) {
    root = insert("Open_vSwitch", RowValues.of().with("external_ids", externalIds));
  }

  static PaperHost joining(String name, String type, String ip) {
    return new PaperHost(Map.of("system-id", name, "ovn-encap-type", type, "ovn-encap-ip", ip));
  }

  UUID insert(String table, RowValues values) {
    var uuid = UUID.nameUUIDFromBytes((table + rows++).getBytes(StandardCharsets.UTF_8));
    tables.computeIfAbsent(table, t -> new LinkedHashMap<>()).put(uuid, values);
    return uuid;
  }

  void set(String table, UUID row, String column, Object value) {
    tables.get(table).compute(row, (uuid, values) -> values.with(column, value));
  }

  void externalId(String key, String value) {
    var ids = new HashMap<>(tables.get("Open_vSwitch").get(root).map("external_ids"));
    ids.put(key, value);
    set("Open_vSwitch", root, "external_ids", ids);
  }

  /** A bridge as it comes out of "ovs-vsctl add-br". */
  UUID bridge(String name) {
    var bridge =
        insert("Bridge", RowValues.of().with("name", name).with("datapath_id", "00000000000000aa"));
    include("Open_vSwitch", root, "bridges", Set.of(bridge));
    port(bridge, name, RowValues.of().with("type", "internal").with("ofport", 65534L), Map.of());
    return bridge;
  }

  /** A port of one interface. */
  UUID port(UUID bridge, String name, RowValues columns, Map<String, String> portIds) {
    var row = insert("Interface", columns.with("name", name));
    var port =
        insert(
            "Port",
            RowValues.of()
                .with("name", name)
                .with("interfaces", Set.of(row))
                .with("external_ids", portIds));
    include("Bridge", bridge, "ports", Set.of(port));
    return port;
  }

  UUID controller(UUID bridge, String target) {
    var row = insert("Controller", RowValues.of().with("target", target));
    include("Bridge", bridge, "controller", Set.of(row));
    return row;
  }

  void include(String table, UUID row, String column, Set<?> elements) {
    var all = new HashSet<Object>(tables.get(table).get(row).references(column));
    all.addAll(elements);
    set(table, row, column, all);
  }

  HostState state() {
    var changes = new HashMap<String, Map<UUID, Optional<RowValues>>>();
    tables.forEach(
        (table, content) -> {
          var all = new LinkedHashMap<UUID, Optional<RowValues>>();
          content.forEach((uuid, values) -> all.put(uuid, Optional.of(values)));
          changes.put(table, all);
        });
    return HostState.empty().after(new TableChanges(changes));
  }

  JoinRequest request() {
    return JoinRequest.of(state().root().orElseThrow());
  }

  /** Carries out edits as one transaction. */
  void carryOut(List<HostEdit> edits) {
    var operations = new ArrayList<RowEdit>();
    for (int i = 0; i < edits.size(); i++) {
      operations.addAll(edits.get(i).operations(i));
    }
    var named = new HashMap<NewRow, UUID>();
    for (var operation : operations) {
      if (operation instanceof RowEdit.Insert insert) {
        named.put(insert.id(), insert(insert.table(), RowValues.of()));
      }
    }
    operations.forEach(operation -> perform(operation, named));
    vswitchd();
  }

  private void perform(RowEdit operation, Map<NewRow, UUID> named) {
    if (operation instanceof RowEdit.Insert insert) {
      insert
          .values()
          .columns()
          .forEach((c, v) -> set(insert.table(), named.get(insert.id()), c, resolved(v, named)));
    } else if (operation instanceof RowEdit.Update update) {
      update.values().columns().forEach((c, v) -> set(update.table(), update.row(), c, v));
    } else if (operation instanceof RowEdit.Include include) {
      include(
          include.table(),
          include.row(),
          include.column(),
          (Set<?>) resolved(include.elements(), named));
    } else if (operation instanceof RowEdit.Exclude exclude) {
      var rest =
          new HashSet<>(
              tables.get(exclude.table()).get(exclude.row()).references(exclude.column()));
      rest.removeAll(exclude.elements());
      set(exclude.table(), exclude.row(), exclude.column(), rest);
      var target = exclude.column().equals("ports") ? "Port" : "Controller";
      exclude.elements().forEach(row -> tables.get(target).remove(row));
    }
  }

  private static Object resolved(Object value, Map<NewRow, UUID> named) {
    if (value instanceof Set<?> set) {
      var resolved = new HashSet<>();
      set.forEach(element -> resolved.add(resolved(element, named)));
      return resolved;
    }
    return value instanceof NewRow row ? named.get(row) : value;
  }

  private void vswitchd() {
    for (var row : List.copyOf(tables.getOrDefault("Interface", Map.of()).keySet())) {
      var request = tables.get("Interface").get(row).number("ofport_request");
      request.ifPresent(number -> set("Interface", row, "ofport", number));
    }
    for (var row : tables.getOrDefault("Bridge", Map.of()).entrySet()) {
      var wish = row.getValue().map("other_config").get("datapath-id");
      if (wish != null) {
        row.setValue(row.getValue().with("datapath_id", wish));
      }
    }
  }
}
