package io.heddle.ovsdb.host;

import io.heddle.ovsdb.host.HostState.ManagerRow;
import io.heddle.ovsdb.host.HostState.OpenVSwitch;
import io.heddle.ovsdb.wire.RowValues;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The managers of a host's database: one for each member, beside those that somebody else has set.
 * One that leads to one member is enough to begin with.
 */
public final class Managers {
  private Managers() {}

  /**
   * What the owner of the host changes. Managers that Heddle did not make stay as they are, and so
   * do all while no member says where it is reached.
   *
   * @param self whose connection this is: some manager leads there already
   */
  public static List<HostEdit> all(HostState host, Members members, String self) {
    var edits = new ArrayList<HostEdit>();
    if (host.root().isEmpty() || members.managers().isEmpty()) {
      return edits;
    }
    var root = host.root().get();
    members.managers().entrySet().stream()
        .filter(member -> !member.getKey().equals(self))
        .sorted(Map.Entry.comparingByKey())
        .filter(member -> !has(host, root, member.getValue()))
        .forEach(member -> edits.add(addition(root, member.getValue())));
    for (var manager : host.managersOf(root)) {
      if (!manager.externalIds().containsKey(HostConfiguration.MARK)) {
        continue;
      }
      if (!members.managers().containsValue(manager.target())) {
        edits.add(new HostEdit.RemoveManagerRow(root.uuid(), manager.uuid()));
      } else if (!right(manager)) {
        var marks = new HashMap<>(manager.externalIds());
        edits.add(new HostEdit.SetManagerRow(manager.uuid(), columns(manager.target(), marks)));
      }
    }
    return edits;
  }

  /** What another member changes: it only sees to it that the host finds its owner. */
  public static List<HostEdit> owner(HostState host, Members members, String owner) {
    var target = members.managers().getOrDefault(owner, "");
    return host.root()
        .filter(root -> !target.isEmpty() && !has(host, root, target))
        .map(root -> List.of(addition(root, target)))
        .orElse(List.of());
  }

  private static boolean has(HostState host, OpenVSwitch root, String target) {
    return host.managersOf(root).stream().anyMatch(manager -> manager.target().equals(target));
  }

  private static HostEdit addition(OpenVSwitch root, String target) {
    var columns = columns(target, Map.of(HostConfiguration.MARK, "manager"));
    return new HostEdit.AddManagerRow(root.uuid(), columns);
  }

  private static RowValues columns(String target, Map<String, String> marks) {
    return RowValues.of()
        .with("target", target)
        .with("max_backoff", (long) HostConfiguration.MAX_BACKOFF_MILLIS)
        .with("inactivity_probe", (long) HostConfiguration.INACTIVITY_PROBE_MILLIS)
        .with("external_ids", marks);
  }

  private static boolean right(ManagerRow manager) {
    return manager.maxBackoff().equals(OptionalInt.of(HostConfiguration.MAX_BACKOFF_MILLIS))
        && manager
            .inactivityProbe()
            .equals(OptionalInt.of(HostConfiguration.INACTIVITY_PROBE_MILLIS));
  }
}
