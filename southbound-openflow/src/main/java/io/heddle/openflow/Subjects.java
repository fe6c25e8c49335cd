package io.heddle.openflow;

import io.heddle.compiler.Layer;
import io.heddle.compiler.UnitKey;
import io.heddle.model.Problem;
import io.heddle.model.Row;
import io.heddle.model.Schema;
import io.heddle.model.Snapshot;
import io.heddle.openflow.Reconciler.Refused;
import java.util.Optional;
import java.util.UUID;

/** Says what is wrong in terms of the rows that people wrote. */
final class Subjects {
  private Subjects() {}

  /** The row whose flow a switch does not take, and what is the matter. */
  static Problem refused(Snapshot network, String chassis, Refused refused) {
    var unit = refused.unit();
    var message =
        "chassis %s does not take a flow of %s: %s"
            .formatted(chassis, unit.feature(), refused.reason());
    return row(network, unit)
        .map(row -> new Problem(row.kind().name(), row.name(), message))
        .orElseGet(() -> new Problem(unit.feature(), String.valueOf(unit.subject()), message));
  }

  /** The row the unit is about or, where that is not a row but a value, what it is part of. */
  private static Optional<Row> row(Snapshot network, UnitKey unit) {
    if (unit.subject() instanceof UUID uuid) {
      return row(network, uuid);
    }
    if (unit.layer() instanceof Layer.Datapath datapath) {
      return row(network, datapath.logicalSwitch());
    }
    if (unit.layer() instanceof Layer.Host host) {
      return row(network, host.chassis());
    }
    return Optional.empty();
  }

  private static Optional<Row> row(Snapshot network, UUID uuid) {
    return Schema.rows().kinds().stream()
        .flatMap(kind -> network.row(kind, uuid).stream())
        .findFirst();
  }
}
