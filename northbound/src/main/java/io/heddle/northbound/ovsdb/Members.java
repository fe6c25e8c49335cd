package io.heddle.northbound.ovsdb;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The members of a JSON object, each of which must be one that somebody asked for. The first fault
 * is kept until {@link #check} or {@link #finish}, so that all members can be asked for in a row.
 */
final class Members {
  private final String name;
  private final JsonElement json;
  private final Set<String> used = new LinkedHashSet<>();
  private Optional<FaultException> fault = Optional.empty();

  /**
   * @param name what the object is, for messages
   */
  Members(JsonElement json, String name) {
    this.json = json;
    this.name = name;
    if (!json.isJsonObject()) {
      raise("Object expected.");
    }
  }

  JsonElement json() {
    return json;
  }

  /** RFC 7047, section 3.1, {@code <id>}. */
  static boolean isId(JsonElement value) {
    return Json.isString(value) && isId(value.getAsString());
  }

  /** By itself, for it is asked of nearly every text that comes. */
  private static boolean isId(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
      boolean digit = i > 0 && c >= '0' && c <= '9';
      if (!letter && !digit) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  static boolean isInteger(JsonElement value) {
    return value instanceof JsonPrimitive primitive
        && primitive.isNumber()
        && primitive.getAsNumber() instanceof Long;
  }

  Optional<String> id(String member) {
    return required(member, Members::isId).map(JsonElement::getAsString);
  }

  Optional<String> optionalId(String member) {
    return optional(member, Members::isId).map(JsonElement::getAsString);
  }

  Optional<JsonElement> string(String member) {
    return required(member, Json::isString);
  }

  Optional<JsonElement> optionalString(String member) {
    return optional(member, Json::isString);
  }

  Optional<JsonArray> array(String member) {
    return required(member, JsonElement::isJsonArray).map(JsonElement::getAsJsonArray);
  }

  Optional<JsonArray> optionalArray(String member) {
    return optional(member, JsonElement::isJsonArray).map(JsonElement::getAsJsonArray);
  }

  Optional<JsonObject> object(String member) {
    return required(member, JsonElement::isJsonObject).map(JsonElement::getAsJsonObject);
  }

  Optional<JsonObject> optionalObject(String member) {
    return optional(member, JsonElement::isJsonObject).map(JsonElement::getAsJsonObject);
  }

  Optional<JsonElement> optionalInteger(String member) {
    return optional(member, Members::isInteger);
  }

  Optional<Boolean> bool(String member) {
    return required(member, Json::isBoolean).map(JsonElement::getAsBoolean);
  }

  boolean bool(String member, boolean otherwise) {
    return optional(member, Json::isBoolean).map(JsonElement::getAsBoolean).orElse(otherwise);
  }

  private Optional<JsonElement> required(String member, Predicate<JsonElement> type) {
    var value = optional(member, type);
    if (value.isEmpty() && json instanceof JsonObject object && !object.has(member)) {
      raise("Required '" + member + "' member is missing.");
    }
    return value;
  }

  private Optional<JsonElement> optional(String member, Predicate<JsonElement> type) {
    var value = json instanceof JsonObject object ? object.get(member) : null;
    if (value == null) {
      return Optional.empty();
    }
    if (!type.test(value)) {
      raise("Type mismatch for member '" + member + "'.");
      return Optional.empty();
    }
    used.add(member);
    return Optional.of(value);
  }

  /** Something is wrong with the object; what was wrong before counts more. */
  void raise(String details) {
    if (fault.isEmpty()) {
      var text = "Parsing " + name + " failed: " + details;
      fault =
          Optional.of(
              json.isJsonObject()
                  ? FaultException.syntax(json, text)
                  : FaultException.syntax(text));
    }
  }

  /** After this, all that is required is there and everything is of its type. */
  void check() throws FaultException {
    if (fault.isPresent()) {
      throw fault.get();
    }
  }

  /** Like {@link #check}, and nothing else is there. */
  void finish() throws FaultException {
    check();
    if (used.size() == json.getAsJsonObject().size()) {
      return;
    }
    var others = new LinkedHashSet<>(json.getAsJsonObject().keySet());
    others.removeAll(used);
    if (!others.isEmpty()) {
      int more = others.size() - 1;
      var rest = more == 0 ? "" : " and " + more + " other member" + (more == 1 ? "" : "s");
      raise(
          "Member '"
              + others.iterator().next()
              + "'"
              + rest
              + (more == 0 ? " is" : " are")
              + " present but not allowed here.");
      check();
    }
  }
}
