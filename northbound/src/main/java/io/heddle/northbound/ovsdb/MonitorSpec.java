package io.heddle.northbound.ovsdb;

import io.heddle.model.relation.Clause;
import io.heddle.model.relation.ColumnSchema;
import io.heddle.model.relation.OvsdbRow;
import io.heddle.model.relation.Where;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a monitor tells and how. Equal ones are told the same, so what is made for one of them does
 * for all.
 */
final class MonitorSpec {
  /** Why a row is told of (RFC 7047, section 4.1.5, {@code <monitor-select>}). */
  enum Select {
    INITIAL,
    INSERT,
    DELETE,
    MODIFY
  }

  /**
   * @param select when it is told
   */
  record Column(ColumnSchema schema, Set<Select> select) {}

  /**
   * @param select when rows are told
   * @param where which rows are told: those that meet any of the clauses
   */
  record Table(Where where, List<Column> columns, Set<Select> select) {
    boolean meets(OvsdbRow row) {
      return where.any(row);
    }

    Table meeting(List<Clause> clauses) {
      return new Table(new Where(where.table(), clauses), columns, select);
    }
  }

  private final boolean differences;
  private final Map<String, Table> tables;
  private final int hash;

  /**
   * @param differences whether rows are told by what changed (update2 and update3) or by what they
   *     were and are (update)
   */
  MonitorSpec(boolean differences, Map<String, Table> tables) {
    this.differences = differences;
    this.tables = Map.copyOf(tables);
    this.hash = Objects.hash(differences, this.tables);
  }

  boolean differences() {
    return differences;
  }

  Map<String, Table> tables() {
    return tables;
  }

  Optional<Table> table(String name) {
    return Optional.ofNullable(tables.get(name));
  }

  /** Whether any of the tables is monitored. */
  boolean concerns(Set<String> changed) {
    return !Collections.disjoint(tables.keySet(), changed);
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof MonitorSpec spec
            && hash == spec.hash
            && differences == spec.differences
            && tables.equals(spec.tables);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
