package io.heddle.model.ovn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.AtomType;
import io.heddle.model.relation.BaseType;
import io.heddle.model.relation.BaseType.Strength;
import io.heddle.model.relation.ColumnSchema;
import io.heddle.model.relation.ColumnType;
import io.heddle.model.relation.TableSchema;
import io.vavr.collection.TreeMap;
import io.vavr.collection.TreeSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What rows.proto says of the kinds is what OVN's own schema says of its tables. */
class OvnSchemaTest {
  private static final Path INSTALLED = Path.of("/usr/share/ovn/ovn-nb.ovsschema");

  @Test
  void itIsTheSchemaThatIsInstalled() throws IOException {
    assumeTrue(Files.exists(INSTALLED), INSTALLED + " is missing: make setup installs ovn-common");
    var json = JsonParser.parseString(Files.readString(INSTALLED)).getAsJsonObject();
    var database = OvnSchema.database();
    assertEquals(json.get("name").getAsString(), database.name());
    assertEquals(json.get("version").getAsString(), database.version());
    var tables = json.getAsJsonObject("tables");
    assertEquals(tables.keySet(), database.tables().keySet().toJavaSet());
    int columns = 0;
    for (var name : tables.keySet()) {
      var expected = table(name, tables.getAsJsonObject(name));
      var actual = database.table(name).orElseThrow();
      assertEquals(expected.columns().keySet(), actual.columns().keySet(), name);
      for (var column : expected.columns().values()) {
        var ours = actual.columns().get(column.name()).get();
        assertEquals(column, ours, name + " " + column.name());
        columns++;
      }
      assertEquals(expected, actual, name);
    }
    assertEquals(30, tables.size());
    assertEquals(193, columns);
  }

  private static TableSchema table(String name, JsonObject json) {
    TreeMap<String, ColumnSchema> columns = TreeMap.empty();
    for (var column : json.getAsJsonObject("columns").entrySet()) {
      columns =
          columns.put(
              column.getKey(), column(column.getKey(), column.getValue().getAsJsonObject()));
    }
    var indexes = new ArrayList<List<String>>();
    for (var index : json.has("indexes") ? json.getAsJsonArray("indexes") : new JsonArray()) {
      indexes.add(index.getAsJsonArray().asList().stream().map(JsonElement::getAsString).toList());
    }
    return new TableSchema(
        name,
        columns,
        json.has("maxRows") ? json.get("maxRows").getAsLong() : ColumnType.UNLIMITED,
        json.has("isRoot") && json.get("isRoot").getAsBoolean(),
        indexes);
  }

  private static ColumnSchema column(String name, JsonObject json) {
    return new ColumnSchema(
        name,
        type(json.get("type")),
        json.has("ephemeral") && json.get("ephemeral").getAsBoolean(),
        !json.has("mutable") || json.get("mutable").getAsBoolean());
  }

  private static ColumnType type(JsonElement json) {
    if (json.isJsonPrimitive()) {
      return ColumnType.scalar(base(json));
    }
    var type = json.getAsJsonObject();
    Optional<BaseType> value =
        type.has("value") ? Optional.of(base(type.get("value"))) : Optional.empty();
    int min = type.has("min") ? type.get("min").getAsInt() : 1;
    boolean unlimited = type.has("max") && type.get("max").getAsString().equals("unlimited");
    long max = type.has("max") && !unlimited ? type.get("max").getAsLong() : 1;
    return new ColumnType(
        base(type.get("key")), value, min, unlimited ? ColumnType.UNLIMITED : max);
  }

  private static BaseType base(JsonElement json) {
    if (json.isJsonPrimitive()) {
      return BaseType.unconstrained(atomType(json.getAsString()));
    }
    var base = json.getAsJsonObject();
    var type = atomType(base.get("type").getAsString());
    if (base.has("enum")) {
      var values = base.getAsJsonArray("enum").get(1).getAsJsonArray().asList();
      return new BaseType.OneOf(
          type, TreeSet.ofAll(values.stream().map(v -> Atom.of(v.getAsString())).toList()));
    }
    return switch (type) {
      case INTEGER ->
          new BaseType.Integers(
              base.has("minInteger") ? base.get("minInteger").getAsLong() : Long.MIN_VALUE,
              base.has("maxInteger") ? base.get("maxInteger").getAsLong() : Long.MAX_VALUE);
      case STRING ->
          new BaseType.Strings(
              0, base.has("maxLength") ? base.get("maxLength").getAsLong() : ColumnType.UNLIMITED);
      case UUID -> {
        boolean weak = base.has("refType") && base.get("refType").getAsString().equals("weak");
        var table = base.get("refTable").getAsString();
        var strength = weak ? Strength.WEAK : Strength.STRONG;
        yield new BaseType.Uuids(Optional.of(new BaseType.Reference(table, strength)));
      }
      default -> BaseType.unconstrained(type);
    };
  }

  private static AtomType atomType(String text) {
    return Arrays.stream(AtomType.values())
        .filter(type -> type.text().equals(text))
        .findFirst()
        .orElseThrow();
  }
}
