package io.heddle.model.ovn;

import io.heddle.model.IndexKey;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.OvsdbRow;
import io.heddle.model.relation.Tables;
import io.vavr.collection.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** A snapshot as the tables of OVN_Northbound. */
public record OvnTables(Snapshot snapshot) implements Tables {
  @Override
  public Optional<OvsdbRow> row(String table, UUID uuid) {
    var found = OvnSchema.table(table);
    return snapshot.row(found.kind(), uuid).map(row -> found.row(snapshot, row));
  }

  @Override
  public Iterable<OvsdbRow> rows(String table) {
    var found = OvnSchema.table(table);
    return () -> Iterator.ofAll(snapshot.rows(found.kind()).values()).map(row -> view(found, row));
  }

  private OvsdbRow view(OvnTable table, Row row) {
    return table.row(snapshot, row);
  }

  @Override
  public long count(String table) {
    return snapshot.rows(OvnSchema.table(table).kind()).size();
  }

  @Override
  public Optional<Iterable<OvsdbRow>> find(String table, String column, Atom key) {
    var found = OvnSchema.table(table);
    if (!found.columns().containsKey(column)) {
      return Optional.empty();
    }
    if (found.column(column) instanceof OvnColumn.Own own) {
      return found.kind().indexes().contains(column)
          ? Optional.of(rows(found, indexed(found, own, text(key))))
          : Optional.empty();
    }
    return key instanceof Atom.Id id
        ? Optional.of(rows(found, referrers(table, column, id.value())))
        : Optional.empty();
  }

  private static String text(Atom key) {
    if (key instanceof Atom.Text text) {
      return text.value();
    }
    return key instanceof Atom.Id id ? id.value().toString() : "";
  }

  private Set<UUID> indexed(OvnTable table, OvnColumn.Own own, String text) {
    return snapshot.index(new IndexKey(table.kind(), own.column().name(), text));
  }

  private Iterable<OvsdbRow> rows(OvnTable table, Iterable<UUID> uuids) {
    return () ->
        Iterator.ofAll(uuids)
            .map(uuid -> view(table, snapshot.row(table.kind(), uuid).orElseThrow()));
  }

  @Override
  public Iterable<UUID> referrers(String table, String column, UUID row) {
    var found = OvnSchema.table(table);
    if (found.column(column) instanceof OvnColumn.Own own) {
      return indexed(found, own, row.toString());
    }
    var children = (OvnColumn.Children) found.column(column);
    var child = snapshot.row(children.kind(), row);
    if (child.isEmpty()) {
      return List.of();
    }
    var parents = new LinkedHashSet<UUID>();
    for (var owner : children.owners()) {
      for (var text : owner.texts(child.get().value())) {
        parents.add(UUID.fromString(text));
      }
    }
    return parents;
  }
}
