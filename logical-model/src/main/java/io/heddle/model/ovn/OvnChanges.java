package io.heddle.model.ovn;

import io.heddle.model.Change;
import io.heddle.model.Column;
import io.heddle.model.Kind;
import io.heddle.model.Row;
import io.heddle.model.Schema;
import io.heddle.model.Snapshot;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.OvsdbRow;
import io.heddle.model.relation.RowChange;
import io.heddle.model.relation.RowChange.ColumnChange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What commits did to the rows of OVN_Northbound. A row whose children come or go changes too,
 * though nothing is written there; what it takes to say so grows with what came and went, not with
 * how many there are.
 */
public final class OvnChanges {
  private record Id(String table, UUID uuid) {}

  /** The children that a row got and lost in one column. */
  private record Moves(Set<Atom> added, Set<Atom> removed) {
    Moves() {
      this(new TreeSet<>(), new TreeSet<>());
    }
  }

  /** The tables that a row of a kind is in, or that are its parents'. */
  private static final Map<Kind, Set<String>> TABLES =
      Schema.rows().kinds().stream()
          .collect(Collectors.toUnmodifiableMap(kind -> kind, OvnChanges::withParents));

  private final Snapshot before;
  private final Snapshot after;
  private final Map<Id, Map<String, Moves>> moves =
      new TreeMap<>(Comparator.comparing(Id::table).thenComparing(Id::uuid));

  private OvnChanges(Snapshot before, Snapshot after) {
    this.before = before;
    this.after = after;
  }

  /**
   * @param changes all that differs between the two snapshots, each row once
   * @return at most one per row, ordered by table and UUID; rows that OVN sees unchanged are left
   *     out
   */
  public static List<RowChange> of(Snapshot before, Snapshot after, List<Change> changes) {
    var seen = new OvnChanges(before, after);
    for (var change : changes) {
      OvnSchema.of(change.kind()).ifPresent(table -> seen.take(table, change));
    }
    return seen.changes();
  }

  /** The tables in which {@link #of} may find something; in all others it finds nothing. */
  public static Set<String> tables(List<Change> changes) {
    var tables = new HashSet<String>();
    for (var change : changes) {
      tables.addAll(TABLES.get(change.kind()));
    }
    return Set.copyOf(tables);
  }

  private static Set<String> withParents(Kind kind) {
    return OvnSchema.of(kind).stream()
        .flatMap(
            table ->
                Stream.concat(
                    Stream.of(table.name()),
                    table.owners().stream()
                        .map(owner -> OvnSchema.of(parent(owner)).orElseThrow().name())))
        .collect(Collectors.toUnmodifiableSet());
  }

  private void take(OvnTable table, Change change) {
    moves.putIfAbsent(new Id(table.name(), change.uuid()), new TreeMap<>());
    for (var owner : table.owners()) {
      var parents = OvnSchema.of(parent(owner)).orElseThrow();
      var was = parents(owner, change.before());
      var is = parents(owner, change.after());
      was.stream()
          .filter(p -> !is.contains(p))
          .forEach(p -> moves(parents, p, owner).removed().add(Atom.of(change.uuid())));
      is.stream()
          .filter(p -> !was.contains(p))
          .forEach(p -> moves(parents, p, owner).added().add(Atom.of(change.uuid())));
    }
  }

  private static Kind parent(Column owner) {
    return Schema.rows().kind(owner.references().orElseThrow()).orElseThrow();
  }

  private static Set<String> parents(Column owner, Optional<Row> row) {
    return row.map(r -> new TreeSet<>(owner.texts(r.value()))).orElseGet(TreeSet::new);
  }

  private Moves moves(OvnTable parents, String parent, Column owner) {
    return moves
        .computeIfAbsent(new Id(parents.name(), UUID.fromString(parent)), id -> new TreeMap<>())
        .computeIfAbsent(owner.owner().orElseThrow(), column -> new Moves());
  }

  private List<RowChange> changes() {
    var changes = new ArrayList<RowChange>();
    moves.forEach((id, columns) -> change(id, columns).ifPresent(changes::add));
    return changes;
  }

  private Optional<RowChange> change(Id id, Map<String, Moves> children) {
    var table = OvnSchema.table(id.table());
    var old = before.row(table.kind(), id.uuid());
    var now = after.row(table.kind(), id.uuid());
    List<ColumnChange> columns =
        old.isPresent() && now.isPresent()
            ? columns(table, old.get(), now.get(), children)
            : List.of();
    if (old.isPresent() == now.isPresent() && columns.isEmpty()) {
      return Optional.empty();
    }
    Optional<OvsdbRow> was = old.map(row -> table.row(before, row));
    Optional<OvsdbRow> is = now.map(row -> table.row(after, row));
    return Optional.of(new RowChange(id.table(), id.uuid(), was, is, columns));
  }

  private List<ColumnChange> columns(
      OvnTable table, Row old, Row now, Map<String, Moves> children) {
    var changes = new ArrayList<ColumnChange>();
    var was = table.row(before, old);
    var is = table.row(after, now);
    for (var column : table.columns().entrySet()) {
      var name = column.getKey();
      if (column.getValue() instanceof OvnColumn.Own own) {
        if (!own.same(old.value(), now.value())) {
          ColumnChange.of(name, was.get(name), is.get(name)).ifPresent(changes::add);
        }
      } else if (children.containsKey(name)) {
        children(name, was, is, children.get(name)).ifPresent(changes::add);
      }
    }
    return changes;
  }

  /** A child that only moved from one field to the other came and went: that is no change. */
  private static Optional<ColumnChange> children(String name, OvnRow was, OvnRow is, Moves moves) {
    var old = was.get(name);
    var now = is.get(name);
    var added = new TreeSet<>(moves.added());
    added.removeIf(old::containsKey);
    var removed = new TreeSet<>(moves.removed());
    removed.removeIf(now::containsKey);
    return added.isEmpty() && removed.isEmpty()
        ? Optional.empty()
        : Optional.of(new ColumnChange(name, old, now, added, removed));
  }
}
