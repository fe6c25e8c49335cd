package io.heddle.northbound.ovsdb;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.AtomType;
import io.heddle.model.relation.BaseType;
import io.heddle.model.relation.ColumnSchema;
import io.heddle.model.relation.ColumnType;
import io.heddle.model.relation.DatabaseSchema;
import io.heddle.model.relation.TableSchema;
import io.vavr.collection.SortedMap;
import io.vavr.collection.TreeMap;
import io.vavr.collection.TreeSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Schemas from files (RFC 7047, section 3.2), as far as the tests' files need it. */
final class SchemaFile {
  /** What Debian's ovn-common installs. */
  static final Path OVN_NORTHBOUND = Path.of("/usr/share/ovn/ovn-nb.ovsschema");

  private SchemaFile() {}

  static DatabaseSchema read(Path file) {
    try {
      var json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
      SortedMap<String, TableSchema> tables = TreeMap.empty();
      for (var table : json.getAsJsonObject("tables").entrySet()) {
        tables = tables.put(table.getKey(), table(table.getKey(), table.getValue()));
      }
      return new DatabaseSchema(
          json.get("name").getAsString(), json.get("version").getAsString(), tables);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TableSchema table(String name, JsonElement element) {
    var json = element.getAsJsonObject();
    SortedMap<String, ColumnSchema> columns = TreeMap.empty();
    for (var column : json.getAsJsonObject("columns").entrySet()) {
      columns = columns.put(column.getKey(), column(column.getKey(), column.getValue()));
    }
    var indexes = new ArrayList<List<String>>();
    if (json.has("indexes")) {
      for (var index : json.getAsJsonArray("indexes")) {
        indexes.add(
            index.getAsJsonArray().asList().stream().map(JsonElement::getAsString).toList());
      }
    }
    return new TableSchema(
        name,
        columns,
        json.has("maxRows") ? json.get("maxRows").getAsLong() : ColumnType.UNLIMITED,
        json.has("isRoot") && json.get("isRoot").getAsBoolean(),
        indexes);
  }

  private static ColumnSchema column(String name, JsonElement element) {
    var json = element.getAsJsonObject();
    return new ColumnSchema(
        name,
        type(json.get("type")),
        json.has("ephemeral") && json.get("ephemeral").getAsBoolean(),
        !json.has("mutable") || json.get("mutable").getAsBoolean());
  }

  private static ColumnType type(JsonElement element) {
    if (!(element instanceof JsonObject json)) {
      return ColumnType.scalar(base(element));
    }
    var max = json.get("max");
    return new ColumnType(
        base(json.get("key")),
        Optional.ofNullable(json.get("value")).map(SchemaFile::base),
        json.has("min") ? json.get("min").getAsInt() : 1,
        max == null ? 1 : Json.isString(max) ? ColumnType.UNLIMITED : max.getAsLong());
  }

  private static BaseType base(JsonElement element) {
    if (!(element instanceof JsonObject json)) {
      return BaseType.unconstrained(atom(element));
    }
    var type = atom(json.get("type"));
    if (json.has("enum")) {
      var values = json.get("enum");
      var atoms = TreeSet.<Atom>empty();
      for (var value :
          values instanceof JsonArray set ? set.get(1).getAsJsonArray() : List.of(values)) {
        atoms =
            atoms.add(
                type == AtomType.INTEGER
                    ? Atom.of(value.getAsLong())
                    : Atom.of(value.getAsString()));
      }
      return new BaseType.OneOf(type, atoms);
    }
    return switch (type) {
      case INTEGER ->
          new BaseType.Integers(
              number(json, "minInteger", Long.MIN_VALUE),
              number(json, "maxInteger", Long.MAX_VALUE));
      case REAL ->
          new BaseType.Reals(
              real(json, "minReal", -Double.MAX_VALUE), real(json, "maxReal", Double.MAX_VALUE));
      case STRING ->
          new BaseType.Strings(
              number(json, "minLength", 0), number(json, "maxLength", ColumnType.UNLIMITED));
      case UUID ->
          new BaseType.Uuids(
              Optional.ofNullable(json.get("refTable"))
                  .map(t -> new BaseType.Reference(t.getAsString(), strength(json))));
      default -> BaseType.unconstrained(type);
    };
  }

  private static long number(JsonObject json, String name, long otherwise) {
    return json.has(name) ? json.get(name).getAsLong() : otherwise;
  }

  private static double real(JsonObject json, String name, double otherwise) {
    return json.has(name) ? json.get(name).getAsDouble() : otherwise;
  }

  private static BaseType.Strength strength(JsonObject json) {
    return json.has("refType") && json.get("refType").getAsString().equals("weak")
        ? BaseType.Strength.WEAK
        : BaseType.Strength.STRONG;
  }

  private static AtomType atom(JsonElement name) {
    return AtomType.valueOf(name.getAsString().toUpperCase(Locale.ROOT));
  }
}
