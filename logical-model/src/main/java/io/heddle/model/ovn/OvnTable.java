package io.heddle.model.ovn;

import io.heddle.model.Column;
import io.heddle.model.Kind;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.model.relation.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table of OVN_Northbound: a kind of row seen as OVN sees it.
 *
 * @param owners the fields by which rows of the table say whose sets they are in
 */
record OvnTable(
    Kind kind,
    TableSchema schema,
    Map<String, OvnColumn> columns,
    List<OvnColumn.Own> own,
    List<OvnColumn.Children> children,
    List<Column> owners) {
  OvnTable(Kind kind, TableSchema schema, Map<String, OvnColumn> columns) {
    this(
        kind,
        schema,
        columns,
        only(OvnColumn.Own.class, columns),
        only(OvnColumn.Children.class, columns),
        kind.columns().stream().filter(c -> c.owner().isPresent()).toList());
  }

  private static <T extends OvnColumn> List<T> only(Class<T> sort, Map<String, OvnColumn> columns) {
    return columns.values().stream().filter(sort::isInstance).map(sort::cast).toList();
  }

  String name() {
    return schema.name();
  }

  OvnRow row(Snapshot snapshot, Row row) {
    return new OvnRow(this, row, snapshot);
  }

  OvnColumn column(String name) {
    return Optional.ofNullable(columns.get(name))
        .orElseThrow(() -> new IllegalArgumentException("no column " + name + " in " + name()));
  }
}
