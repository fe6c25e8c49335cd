package io.heddle.northbound.ovsdb;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.AtomType;
import io.heddle.model.relation.BaseType;
import io.heddle.model.relation.ColumnType;
import io.heddle.model.relation.Datum;
import io.heddle.model.relation.OvsdbError;
import io.heddle.model.relation.UuidSets;
import io.vavr.collection.TreeMap;
import io.vavr.collection.TreeSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Data from JSON (RFC 7047, section 5.1, {@code <value>}), refused as ovsdb-server refuses them.
 */
final class DatumReader {
  private static final Pattern UUID_TEXT =
      Pattern.compile(
          "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

  private final Optional<Names> names;

  private DatumReader(Optional<Names> names) {
    this.names = names;
  }

  /** Names stand for UUIDs. */
  static DatumReader with(Names names) {
    return new DatumReader(Optional.of(names));
  }

  /** For data that cannot speak of rows that are only being inserted. */
  static DatumReader withoutNames() {
    return new DatumReader(Optional.empty());
  }

  static Optional<UUID> uuid(String text) {
    return UUID_TEXT.matcher(text).matches()
        ? Optional.of(UUID.fromString(text))
        : Optional.empty();
  }

  /**
   * @throws FaultException where it is not of the type, or exceeds what that allows
   */
  Datum read(ColumnType type, JsonElement json) throws FaultException {
    if (type.isMap()) {
      return map(type, type.value().orElseThrow(), json);
    }
    var keys = new ArrayList<Atom>();
    if (isWrapped(json, "set")) {
      var members = unwrap(json, "set", JsonElement::isJsonArray, "array").getAsJsonArray();
      checkCount(type, members.size(), "set", json);
      for (var member : members) {
        keys.add(atom(type.key(), member));
      }
    } else {
      keys.add(atom(type.key(), json));
    }
    var datum = set(type.key().type(), keys);
    if (datum.size() < keys.size()) {
      throw FaultException.of(OvsdbError.OVSDB_ERROR, "set contains duplicate");
    }
    return datum;
  }

  private static Datum set(AtomType type, List<Atom> keys) {
    if (type != AtomType.UUID) {
      return new Datum.Atoms(TreeSet.ofAll(keys));
    }
    return new Datum.Ids(UuidSets.of(keys.stream().map(key -> ((Atom.Id) key).value()).toList()));
  }

  private Datum map(ColumnType type, BaseType valueType, JsonElement json) throws FaultException {
    var members = unwrap(json, "map", JsonElement::isJsonArray, "array").getAsJsonArray();
    checkCount(type, members.size(), "map", json);
    var pairs = TreeMap.<Atom, Atom>empty();
    for (var member : members) {
      if (!(member instanceof JsonArray pair) || pair.size() != 2) {
        throw FaultException.syntax(member, "expected 2-element array");
      }
      pairs = pairs.put(atom(type.key(), pair.get(0)), atom(valueType, pair.get(1)));
    }
    if (pairs.size() < members.size()) {
      throw FaultException.of(OvsdbError.OVSDB_ERROR, "map contains duplicate key");
    }
    return new Datum.Pairs(pairs);
  }

  private static void checkCount(ColumnType type, int count, String what, JsonElement json)
      throws FaultException {
    if (count < type.min() || count > type.max()) {
      var allowed =
          type.min() == 1 && type.max() == 1
              ? " must have exactly one member but "
              : " must have " + type.min() + " to " + type.max() + " members but ";
      throw FaultException.syntax(json, what + allowed + count + " are present");
    }
  }

  private Atom atom(BaseType type, JsonElement json) throws FaultException {
    return type.type() == AtomType.UUID ? id(json) : plain(type.type(), json);
  }

  private static Atom plain(AtomType type, JsonElement json) throws FaultException {
    if (json instanceof JsonPrimitive primitive) {
      if (type == AtomType.INTEGER && Members.isInteger(json)) {
        return Atom.of(primitive.getAsLong());
      } else if (type == AtomType.REAL && primitive.isNumber()) {
        return Atom.of(primitive.getAsDouble());
      } else if (type == AtomType.BOOLEAN && primitive.isBoolean()) {
        return Atom.of(primitive.getAsBoolean());
      } else if (type == AtomType.STRING && primitive.isString()) {
        return Atom.of(primitive.getAsString());
      }
    }
    throw FaultException.syntax(json, "expected " + type.text());
  }

  private Atom id(JsonElement json) throws FaultException {
    if (names.isPresent() && isWrapped(json, "named-uuid") && isPairWithString(json)) {
      var name = json.getAsJsonArray().get(1);
      if (!Members.isId(name)) {
        throw FaultException.syntax(json, "named-uuid string is not a valid <id>");
      }
      return Atom.of(names.get().uuid(name.getAsString()));
    }
    var text = unwrap(json, "uuid", Json::isString, "string").getAsString();
    return Atom.of(
        uuid(text)
            .orElseThrow(
                () -> FaultException.syntax(json, "\"" + text + "\" is not a valid UUID")));
  }

  private static boolean isWrapped(JsonElement json, String name) {
    return json instanceof JsonArray array
        && !array.isEmpty()
        && Json.isString(array.get(0))
        && array.get(0).getAsString().equals(name);
  }

  private static boolean isPairWithString(JsonElement json) {
    return json instanceof JsonArray array && array.size() == 2 && Json.isString(array.get(1));
  }

  private static JsonElement unwrap(
      JsonElement json, String name, Predicate<JsonElement> type, String typeName)
      throws FaultException {
    if (isWrapped(json, name)
        && json.getAsJsonArray().size() == 2
        && type.test(json.getAsJsonArray().get(1))) {
      return json.getAsJsonArray().get(1);
    }
    throw FaultException.syntax(json, "expected [\"" + name + "\", <" + typeName + ">]");
  }
}
