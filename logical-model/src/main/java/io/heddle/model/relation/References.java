package io.heddle.model.relation;

import io.heddle.model.relation.BaseType.Strength;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** Which columns refer to which tables: what a schema says about it, turned round. */
final class References {
  /** Keys, or values, of a column that refer to rows of a table. */
  record Link(TableSchema source, ColumnSchema column, boolean key, BaseType.Reference reference) {
    String table() {
      return source.name();
    }

    String target() {
      return reference.table();
    }

    /** The row that this key, or its value, refers to. */
    UUID target(Datum datum, Atom at) {
      var atom = key ? at : datum.value(at).orElseThrow();
      return ((Atom.Id) atom).value();
    }

    /** The keys of what refers to that row. */
    List<Atom> referring(Datum datum, UUID row) {
      var id = Atom.of(row);
      if (key) {
        return datum.containsKey(id) ? List.of(id) : List.of();
      }
      return datum.keys().stream()
          .filter(k -> datum.value(k).filter(id::equals).isPresent())
          .toList();
    }
  }

  /** By their tables. */
  private final Map<Strength, Map<String, List<Link>>> from = new EnumMap<>(Strength.class);

  private final Map<Strength, Map<String, List<Link>>> to = new EnumMap<>(Strength.class);
  private final Map<String, Map<String, List<Link>>> weak = new HashMap<>();

  private References() {
    for (var strength : Strength.values()) {
      from.put(strength, new HashMap<>());
      to.put(strength, new HashMap<>());
    }
  }

  static References of(DatabaseSchema schema) {
    var references = new References();
    for (var table : schema.tables().values()) {
      for (var column : table.columns().values()) {
        var type = column.type();
        type.key().refersTo().ifPresent(r -> references.add(table, column, true, r));
        type.value()
            .flatMap(BaseType::refersTo)
            .ifPresent(r -> references.add(table, column, false, r));
      }
    }
    return references;
  }

  private void add(
      TableSchema table, ColumnSchema column, boolean key, BaseType.Reference reference) {
    var link = new Link(table, column, key, reference);
    var strength = reference.strength();
    from.get(strength).computeIfAbsent(link.table(), t -> new ArrayList<>()).add(link);
    to.get(strength).computeIfAbsent(link.target(), t -> new ArrayList<>()).add(link);
    if (strength == Strength.WEAK) {
      weak.computeIfAbsent(link.table(), t -> new TreeMap<>())
          .computeIfAbsent(column.name(), c -> new ArrayList<>())
          .add(link);
    }
  }

  List<Link> from(String table, Strength strength) {
    return from.get(strength).getOrDefault(table, List.of());
  }

  /** Those from a table that are weak, by their columns. */
  Map<String, List<Link>> weakFrom(String table) {
    return weak.getOrDefault(table, Map.of());
  }

  List<Link> to(String table, Strength strength) {
    return to.get(strength).getOrDefault(table, List.of());
  }
}
