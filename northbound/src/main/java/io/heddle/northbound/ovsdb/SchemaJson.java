package io.heddle.northbound.ovsdb;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.BaseType;
import io.heddle.model.relation.ColumnSchema;
import io.heddle.model.relation.ColumnType;
import io.heddle.model.relation.DatabaseSchema;
import io.heddle.model.relation.TableSchema;

/** Schemas as JSON (RFC 7047, section 3.2). */
final class SchemaJson {
  private SchemaJson() {}

  /** With what tells clients quickly whether it is the schema they know, where that is known. */
  static JsonObject of(Database database) {
    var json = of(database.schema());
    database.checksum().ifPresent(checksum -> json.addProperty("cksum", checksum));
    return json;
  }

  /** Whether a schema says the same as the database's. */
  static boolean same(Database database, JsonElement schema) {
    if (!(schema instanceof JsonObject object)) {
      return false;
    }
    var other = object.deepCopy();
    other.remove("cksum");
    // Numbers that are read and those that are made are of different classes.
    return Json.sorted(other).equals(Json.sorted(of(database.schema())));
  }

  private static JsonObject of(DatabaseSchema schema) {
    var tables = new JsonObject();
    // Where all tables are roots, "isRoot" is left out.
    boolean roots = schema.tables().values().forAll(TableSchema::root);
    schema.tables().forEach((name, table) -> tables.add(name, of(table, roots)));
    var json = new JsonObject();
    json.addProperty("name", schema.name());
    json.addProperty("version", schema.version());
    json.add("tables", tables);
    return json;
  }

  private static JsonObject of(TableSchema table, boolean roots) {
    var columns = new JsonObject();
    table.columns().forEach((name, column) -> columns.add(name, of(column)));
    var json = new JsonObject();
    if (table.root() != roots) {
      json.addProperty("isRoot", table.root());
    }
    json.add("columns", columns);
    if (table.maxRows() != ColumnType.UNLIMITED) {
      json.addProperty("maxRows", table.maxRows());
    }
    if (!table.indexes().isEmpty()) {
      var indexes = new JsonArray();
      for (var index : table.indexes()) {
        var names = new JsonArray();
        index.forEach(names::add);
        indexes.add(names);
      }
      json.add("indexes", indexes);
    }
    return json;
  }

  private static JsonObject of(ColumnSchema column) {
    var json = new JsonObject();
    if (!column.mutable()) {
      json.addProperty("mutable", false);
    }
    if (column.ephemeral()) {
      json.addProperty("ephemeral", true);
    }
    json.add("type", of(column.type()));
    return json;
  }

  private static JsonElement of(ColumnType type) {
    var key = of(type.key());
    if (type.isScalar() && key.isJsonPrimitive()) {
      return key;
    }
    var json = new JsonObject();
    json.add("key", key);
    type.value().ifPresent(value -> json.add("value", of(value)));
    if (type.min() != 1) {
      json.addProperty("min", type.min());
    }
    if (type.max() == ColumnType.UNLIMITED) {
      json.addProperty("max", "unlimited");
    } else if (type.max() != 1) {
      json.addProperty("max", type.max());
    }
    return json;
  }

  private static JsonElement of(BaseType type) {
    var json = new JsonObject();
    json.addProperty("type", type.type().text());
    if (type instanceof BaseType.OneOf oneOf) {
      json.add("enum", values(oneOf));
    } else if (type instanceof BaseType.Integers integers) {
      bound(json, "minInteger", integers.least(), Long.MIN_VALUE);
      bound(json, "maxInteger", integers.most(), Long.MAX_VALUE);
    } else if (type instanceof BaseType.Reals reals) {
      bound(json, "minReal", reals.least(), -Double.MAX_VALUE);
      bound(json, "maxReal", reals.most(), Double.MAX_VALUE);
    } else if (type instanceof BaseType.Strings strings) {
      bound(json, "minLength", strings.shortest(), 0L);
      bound(json, "maxLength", strings.longest(), ColumnType.UNLIMITED);
    } else if (type instanceof BaseType.Uuids uuids && uuids.reference().isPresent()) {
      var reference = uuids.reference().get();
      json.addProperty("refTable", reference.table());
      if (reference.strength() == BaseType.Strength.WEAK) {
        json.addProperty("refType", "weak");
      }
    }
    return json.size() == 1 ? json.get("type") : json;
  }

  private static void bound(JsonObject json, String name, Number value, Number none) {
    if (!value.equals(none)) {
      json.addProperty(name, value);
    }
  }

  private static JsonElement values(BaseType.OneOf type) {
    var values = new JsonArray();
    type.values().forEach(value -> values.add(of(value)));
    if (values.size() == 1) {
      return values.get(0);
    }
    var set = new JsonArray();
    set.add("set");
    set.add(values);
    return set;
  }

  /** Enums are of texts or of numbers. */
  private static JsonPrimitive of(Atom atom) {
    if (atom instanceof Atom.Whole whole) {
      return new JsonPrimitive(whole.value());
    } else if (atom instanceof Atom.Real real) {
      return new JsonPrimitive(real.value());
    } else if (atom instanceof Atom.Truth truth) {
      return new JsonPrimitive(truth.value());
    } else if (atom instanceof Atom.Text text) {
      return new JsonPrimitive(text.value());
    }
    throw new IllegalArgumentException("an enum of UUIDs");
  }
}
