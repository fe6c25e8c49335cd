package io.heddle.ovsdb.wire;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What became of monitored rows, by table: all monitored columns of a row, or empty for a row gone.
 */
public record TableChanges(Map<String, Map<UUID, Optional<RowValues>>> tables) {
  public TableChanges {
    tables = Map.copyOf(tables);
  }

  public Map<UUID, Optional<RowValues>> table(String name) {
    return tables.getOrDefault(name, Map.of());
  }
}
