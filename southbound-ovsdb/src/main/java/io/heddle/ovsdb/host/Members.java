package io.heddle.ovsdb.host;

import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.v1.Controller;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a host finds the members of the cluster: targets as OVSDB writes them,
 * "tcp:192.0.2.1:6653", by the members' names.
 *
 * @param controllers of its bridge
 * @param managers of its database; of members that do not say where they are reached there is none
 */
public record Members(Map<String, String> controllers, Map<String, String> managers) {
  public Members {
    controllers = Map.copyOf(controllers);
    managers = Map.copyOf(managers);
  }

  /**
   * As the members themselves have written.
   *
   * @param self the member that asks
   * @param reached where the host finds this member, if the member did not write that
   */
  public static Members of(Snapshot snapshot, String self, String reached) {
    var controllers = new TreeMap<String, String>(Map.of(self, reached));
    var managers = new TreeMap<String, String>();
    for (var row : snapshot.rows(Controller.class).values()) {
      add(controllers, row, row.as(Controller.class).getOpenflow());
      add(managers, row, row.as(Controller.class).getOvsdb());
    }
    return new Members(controllers, managers);
  }

  private static void add(Map<String, String> targets, Row row, String target) {
    if (!target.isEmpty()) {
      targets.put(row.name(), target);
    }
  }
}
