package io.heddle.model.ovn;

import io.heddle.model.IndexKey;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.Datum;
import io.heddle.model.relation.OvsdbRow;
import io.heddle.model.relation.TableSchema;
import io.heddle.model.relation.UuidSets;
import java.util.Set;
import java.util.UUID;

/** A row of a snapshot as OVN sees it; columns are converted when they are read. */
record OvnRow(OvnTable table, Row row, Snapshot snapshot) implements OvsdbRow {
  @Override
  public UUID uuid() {
    return row.uuid();
  }

  /**
   * Follows from the row's own version and from which rows belong to it: one that comes or goes is
   * a change of this row too. Takes as long as there are such rows.
   */
  @Override
  public UUID version() {
    long children = 0;
    for (var column : table.children()) {
      long sum = 0;
      for (var child : children(column)) {
        sum += mixed(child.getMostSignificantBits() + mixed(child.getLeastSignificantBits()));
      }
      children = 31 * children + sum;
    }
    return new UUID(
        row.uuid().getMostSignificantBits() ^ row.version(),
        row.uuid().getLeastSignificantBits() ^ children);
  }

  /** Bits that differ in few places differ in many then (the end of MurmurHash3). */
  private static long mixed(long bits) {
    long mixed = (bits ^ bits >>> 33) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ mixed >>> 33) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ mixed >>> 33;
  }

  @Override
  public Datum get(String name) {
    return switch (name) {
      case TableSchema.UUID -> Datum.of(Atom.of(uuid()));
      case TableSchema.VERSION -> Datum.of(Atom.of(version()));
      default -> {
        var column = table.column(name);
        yield column instanceof OvnColumn.Own own
            ? OvnData.datum(own, row.value())
            : new Datum.Ids(children((OvnColumn.Children) column));
      }
    };
  }

  /** The index's own set where there is but one, for it may be very large. */
  private Set<UUID> children(OvnColumn.Children column) {
    Set<UUID> all = Set.of();
    var self = row.uuid().toString();
    for (var owner : column.owners()) {
      var some = snapshot.index(new IndexKey(column.kind(), owner.name(), self));
      if (all.isEmpty()) {
        all = some;
      } else {
        for (var child : some) {
          all = UuidSets.with(all, child);
        }
      }
    }
    return UuidSets.built(all);
  }
}
