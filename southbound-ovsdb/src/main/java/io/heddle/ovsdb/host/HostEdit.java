package io.heddle.ovsdb.host;

import io.heddle.ovsdb.wire.RowEdit;
import io.heddle.ovsdb.wire.RowEdit.Exclude;
import io.heddle.ovsdb.wire.RowEdit.Include;
import io.heddle.ovsdb.wire.RowEdit.Insert;
import io.heddle.ovsdb.wire.RowEdit.NewRow;
import io.heddle.ovsdb.wire.RowEdit.Update;
import io.heddle.ovsdb.wire.RowValues;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** One change to a host's configuration. */
public sealed interface HostEdit {
  /**
   * The database operations that carry it out.
   *
   * @param number tells the new rows of several edits in one transaction apart
   */
  List<RowEdit> operations(int number);

  /** Whether it follows ports that come and go, so that many of them are nothing strange. */
  default boolean followsPorts() {
    return false;
  }

  /** Makes a bridge with its local port. */
  record CreateBridge(UUID root, String name, RowValues columns) implements HostEdit {
    @Override
    public List<RowEdit> operations(int number) {
      var bridge = new NewRow("bridge" + number);
      return List.of(
          interfaceRow(number, RowValues.of().with("name", name).with("type", "internal")),
          portRow(number, RowValues.of().with("name", name)),
          new Insert(
              "Bridge",
              bridge,
              columns.with("name", name).with("ports", Set.of(new NewRow("port" + number)))),
          new Include("Open_vSwitch", root, "bridges", Set.of(bridge)));
    }
  }

  /** Writes columns of a bridge. */
  record SetBridge(UUID bridge, RowValues columns) implements HostEdit {
    @Override
    public List<RowEdit> operations(int number) {
      return List.of(new Update("Bridge", bridge, columns));
    }
  }

  record AddController(UUID bridge, RowValues columns) implements HostEdit {
    @Override
    public List<RowEdit> operations(int number) {
      var controller = new Insert("Controller", new NewRow("controller" + number), columns);
      return mentioned(controller, "Bridge", bridge, "controller");
    }
  }

  record SetController(UUID controller, RowValues columns) implements HostEdit {
    @Override
    public List<RowEdit> operations(int number) {
      return List.of(new Update("Controller", controller, columns));
    }
  }

  /** Takes a controller off a bridge; its row goes with its last mention. */
  record RemoveController(UUID bridge, UUID controller) implements HostEdit {
    @Override
    public List<RowEdit> operations(int number) {
      return List.of(new Exclude("Bridge", bridge, "controller", Set.of(controller)));
    }
  }

  /** Has the host's database connect to a manager, too. */
  record AddManagerRow(UUID root, RowValues columns) implements HostEdit {
    @Override
    public List<RowEdit> operations(int number) {
      var manager = new Insert("Manager", new NewRow("manager" + number), columns);
      return mentioned(manager, "Open_vSwitch", root, "manager_options");
    }
  }

  record SetManagerRow(UUID manager, RowValues columns) implements HostEdit {
    @Override
    public List<RowEdit> operations(int number) {
      return List.of(new Update("Manager", manager, columns));
    }
  }

  /** Ends a connection with a manager; its row goes with its last mention. */
  record RemoveManagerRow(UUID root, UUID manager) implements HostEdit {
    @Override
    public List<RowEdit> operations(int number) {
      return List.of(new Exclude("Open_vSwitch", root, "manager_options", Set.of(manager)));
    }
  }

  /** Makes a tunnel port of one interface of the same name. */
  record AddTunnel(UUID bridge, String name, Map<String, String> marks, RowValues columns)
      implements HostEdit {
    @Override
    public List<RowEdit> operations(int number) {
      return List.of(
          interfaceRow(number, columns.with("name", name)),
          portRow(number, RowValues.of().with("name", name).with("external_ids", marks)),
          new Include("Bridge", bridge, "ports", Set.of(new NewRow("port" + number))));
    }
  }

  /** Writes a tunnel port's external_ids. */
  record MarkPort(UUID port, Map<String, String> marks) implements HostEdit {
    @Override
    public List<RowEdit> operations(int number) {
      return List.of(new Update("Port", port, RowValues.of().with("external_ids", marks)));
    }
  }

  record SetInterface(UUID row, RowValues columns) implements HostEdit {
    @Override
    public List<RowEdit> operations(int number) {
      return List.of(new Update("Interface", row, columns));
    }
  }

  /** Puts a key into an interface's external_ids, or takes it out; all others stay. */
  record MarkInterface(UUID row, String key, Optional<String> value) implements HostEdit {
    @Override
    public List<RowEdit> operations(int number) {
      var exclude = new Exclude("Interface", row, "external_ids", Set.of(key));
      return value
          .<List<RowEdit>>map(
              v ->
                  List.of(
                      exclude, new RowEdit.Put("Interface", row, "external_ids", Map.of(key, v))))
          .orElse(List.of(exclude));
    }

    @Override
    public boolean followsPorts() {
      return true;
    }
  }

  /** Takes a port off a bridge; it and its interface go with its last mention. */
  record RemovePort(UUID bridge, UUID port) implements HostEdit {
    @Override
    public List<RowEdit> operations(int number) {
      return List.of(new Exclude("Bridge", bridge, "ports", Set.of(port)));
    }
  }

  /** A row without a mention in its owner would be gone at once. */
  private static List<RowEdit> mentioned(Insert row, String table, UUID owner, String column) {
    return List.of(row, new Include(table, owner, column, Set.of(row.id())));
  }

  private static Insert interfaceRow(int number, RowValues columns) {
    return new Insert("Interface", new NewRow("interface" + number), columns);
  }

  private static Insert portRow(int number, RowValues columns) {
    return new Insert(
        "Port",
        new NewRow("port" + number),
        columns.with("interfaces", Set.of(new NewRow("interface" + number))));
  }
}
