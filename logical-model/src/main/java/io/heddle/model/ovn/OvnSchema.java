package io.heddle.model.ovn;

import com.google.protobuf.Descriptors.FieldDescriptor;
import io.heddle.model.Column;
import io.heddle.model.Kind;
import io.heddle.model.Schema;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.AtomType;
import io.heddle.model.relation.BaseType;
import io.heddle.model.relation.BaseType.Strength;
import io.heddle.model.relation.ColumnSchema;
import io.heddle.model.relation.ColumnType;
import io.heddle.model.relation.DatabaseSchema;
import io.heddle.model.relation.TableSchema;
import io.heddle.v1.OnDelete;
import io.vavr.collection.TreeMap;
import io.vavr.collection.TreeSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * OVN_Northbound, as it follows from what rows.proto says of each kind: its tables and columns with
 * their types, constraints, references, indexes and roots.
 */
public final class OvnSchema {
  /** That of OVN 23.03. */
  public static final String VERSION = "7.0.0";

  public static final String NAME = "OVN_Northbound";

  private static final Map<String, OvnTable> TABLES = new LinkedHashMap<>();
  private static final Map<Kind, OvnTable> BY_KIND = new HashMap<>();
  private static final DatabaseSchema DATABASE;

  static {
    TreeMap<String, TableSchema> schemas = TreeMap.empty();
    for (var kind : Schema.rows().kinds()) {
      if (!kind.options().getOvnTable().isEmpty() && !kind.options().getSouthbound()) {
        var table = table(kind);
        TABLES.put(table.name(), table);
        BY_KIND.put(kind, table);
        schemas = schemas.put(table.name(), table.schema());
      }
    }
    DATABASE = new DatabaseSchema(NAME, VERSION, schemas);
  }

  private OvnSchema() {}

  public static DatabaseSchema database() {
    return DATABASE;
  }

  static Optional<OvnTable> of(Kind kind) {
    return Optional.ofNullable(BY_KIND.get(kind));
  }

  static OvnTable table(String name) {
    return Optional.ofNullable(TABLES.get(name))
        .orElseThrow(() -> new IllegalArgumentException("no table " + name));
  }

  private static OvnTable table(Kind kind) {
    var columns = new java.util.TreeMap<String, OvnColumn>();
    for (var column : kind.columns()) {
      boolean outside = column.allocated().isPresent() || column.ovnKey().isPresent();
      if (column.owner().isEmpty() && !outside) {
        columns.put(column.name(), new OvnColumn.Own(column, keyed(kind, column), schema(column)));
      }
    }
    for (var reference : Schema.rows().references(kind)) {
      reference
          .column()
          .owner()
          .ifPresent(
              name -> columns.computeIfAbsent(name, n -> children(n, kind, reference.from())));
    }
    TreeMap<String, ColumnSchema> schemas = TreeMap.empty();
    for (var entry : columns.entrySet()) {
      schemas = schemas.put(entry.getKey(), entry.getValue().schema());
    }
    long most = kind.options().getMaxRows();
    var schema =
        new TableSchema(
            kind.options().getOvnTable(),
            schemas,
            most == 0 ? ColumnType.UNLIMITED : most,
            kind.owners().isEmpty(),
            kind.unique().stream().map(g -> g.stream().map(Column::name).toList()).toList());
    return new OvnTable(kind, schema, columns);
  }

  private static Map<Atom, Column> keyed(Kind kind, Column map) {
    var prefix = map.name() + ":";
    var keyed = new HashMap<Atom, Column>();
    for (var column : kind.columns()) {
      column
          .ovnKey()
          .filter(place -> place.startsWith(prefix))
          .ifPresent(place -> keyed.put(Atom.of(place.substring(prefix.length())), column));
    }
    return Map.copyOf(keyed);
  }

  private static OvnColumn children(String name, Kind parent, Kind child) {
    var owners =
        child.columns().stream()
            .filter(c -> c.refersTo(parent) && c.owner().filter(name::equals).isPresent())
            .toList();
    var strength = owners.get(0).isOwner() ? Strength.STRONG : Strength.WEAK;
    var reference = new BaseType.Reference(child.options().getOvnTable(), strength);
    int most = child.options().getMaxRows();
    var type =
        new ColumnType(
            new BaseType.Uuids(Optional.of(reference)),
            Optional.empty(),
            owners.get(0).options().getOvnMin(),
            most == 0 ? ColumnType.UNLIMITED : most);
    return new OvnColumn.Children(child, owners, new ColumnSchema(name, type, false, true));
  }

  private static ColumnSchema schema(Column column) {
    return new ColumnSchema(column.name(), type(column), column.options().getEphemeral(), true);
  }

  private static ColumnType type(Column column) {
    var field = column.field();
    if (field.isMapField()) {
      var value = field.getMessageType().findFieldByName("value");
      var values =
          value.getJavaType() == FieldDescriptor.JavaType.STRING
              ? BaseType.STRING
              : base(column, value);
      return ColumnType.map(text(column), values);
    }
    var key = base(column, field);
    if (field.isRepeated()) {
      int least = column.options().getOvnMin();
      return new ColumnType(key, Optional.empty(), least, ColumnType.UNLIMITED);
    }
    return field.hasPresence() ? ColumnType.optional(key) : ColumnType.scalar(key);
  }

  private static BaseType base(Column column, FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case BOOLEAN -> BaseType.BOOLEAN;
      case INT, LONG -> new BaseType.Integers(column.atLeast(), column.atMost());
      case STRING ->
          column.references().map(to -> reference(column, to)).orElseGet(() -> text(column));
      default -> throw new IllegalArgumentException(field + " has no type in OVSDB");
    };
  }

  private static BaseType reference(Column column, String to) {
    var table = Schema.rows().kind(to).orElseThrow().options().getOvnTable();
    var strength = column.onDelete() == OnDelete.REMOVE ? Strength.WEAK : Strength.STRONG;
    return new BaseType.Uuids(Optional.of(new BaseType.Reference(table, strength)));
  }

  /**
   * Lengths are Heddle's own, but for those that are less than what holds where nothing is said.
   */
  private static BaseType text(Column column) {
    List<Atom> allowed =
        column.oneOf().stream().filter(text -> !text.isEmpty()).map(Atom::of).toList();
    if (!allowed.isEmpty() && !column.options().getOpenInOvn()) {
      return new BaseType.OneOf(AtomType.STRING, TreeSet.ofAll(allowed));
    }
    return column.maxLength() < Column.DEFAULT_MAX_LENGTH
        ? new BaseType.Strings(0, column.maxLength())
        : BaseType.STRING;
  }
}
