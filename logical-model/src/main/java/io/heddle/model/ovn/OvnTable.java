package io.heddle.model.ovn;

import io.heddle.model.Column;
import io.heddle.model.Kind;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.model.relation.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A table of OVN_Northbound: a kind of row seen as OVN sees it. */
record OvnTable(Kind kind, TableSchema schema, Map<String, OvnColumn> columns) {
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

  Stream<OvnColumn.Own> own() {
    return columns.values().stream()
        .flatMap(c -> c instanceof OvnColumn.Own o ? Stream.of(o) : Stream.empty());
  }

  Stream<OvnColumn.Children> children() {
    return columns.values().stream()
        .flatMap(c -> c instanceof OvnColumn.Children o ? Stream.of(o) : Stream.empty());
  }

  /** The fields by which rows of this table say whose sets they are in. */
  List<Column> owners() {
    return kind.columns().stream().filter(c -> c.owner().isPresent()).toList();
  }
}
