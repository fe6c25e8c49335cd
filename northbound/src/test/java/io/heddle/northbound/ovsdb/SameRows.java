package io.heddle.northbound.ovsdb;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes answers comparable: each server draws UUIDs of its own for new rows, and the order of rows,
 * and of UUIDs in sets, follows from those.
 */
final class SameRows {
  private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /** Where a transaction is at fault in several ways, either server names one of them. */
  private static final List<Pattern> ONE_OF_MANY =
      Stream.of(
              "Attempted to store \\d+ elements in .*\\.",
              "Table \\w+ column \\w+ row \\S+ references nonexistent row \\S+ in table \\w+\\.",
              "cannot delete \\w+ row \\S+ because of \\d+ remaining reference\\(s\\)",
              "transaction causes \"\\w+\" table to contain \\d+ rows, greater than the"
                  + " schema-defined limit of \\d+ row\\(s\\)",
              "Weak reference column \"\\w+\" in \"\\w+\" row \\S+ \\(inserted .* not allowed to be"
                  + " empty\\.",
              "Deletion of \\d+ weak reference\\(s\\) to deleted \\(or never-existing\\) rows from"
                  + " column \"\\w+\" in \"\\w+\" row \\S+ .*caused this column to become empty, but"
                  + " constraints on this column disallow an empty column\\.",
              "Transaction causes multiple rows in \"\\w+\" table to have identical values \\(.*\\) for"
                  + " index on columns? .*\\.  First row, with UUID \\S+, .*\\.  Second row, with UUID"
                  + " \\S+, .*\\.")
          .map(pattern -> Pattern.compile(pattern, Pattern.DOTALL))
          .toList();

  private final Map<String, String> toTheirs = new HashMap<>();
  private final Map<String, String> toOurs = new HashMap<>();

  /** Rows that were inserted by the same operation are the same. */
  void learn(JsonElement theirs, JsonElement ours) {
    if (theirs instanceof JsonArray a && ours instanceof JsonArray b) {
      for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
        if (a.get(i) instanceof JsonObject x
            && b.get(i) instanceof JsonObject y
            && x.has("uuid")
            && y.has("uuid")) {
          toTheirs.put(id(y), id(x));
          toOurs.put(id(x), id(y));
        }
      }
    }
  }

  private static String id(JsonObject inserted) {
    return inserted.getAsJsonArray("uuid").get(1).getAsString();
  }

  /** With their UUIDs in place of ours. */
  String forThem(JsonElement transaction) {
    return UUID.matcher(transaction.toString())
        .replaceAll(id -> toTheirs.getOrDefault(id.group(), id.group()));
  }

  String comparable(JsonElement answer) {
    return normal(answer).toString();
  }

  private JsonElement normal(JsonElement json) {
    if (json instanceof JsonArray array) {
      return normal(array);
    } else if (json instanceof JsonObject object) {
      return normal(object);
    } else if (json instanceof JsonPrimitive primitive && primitive.isNumber()) {
      var number = new BigDecimal(primitive.getAsString());
      return new JsonPrimitive(number.signum() == 0 ? "0" : number.stripTrailingZeros().toString());
    } else if (json instanceof JsonPrimitive primitive && primitive.isString()) {
      return new JsonPrimitive(known(primitive.getAsString()));
    }
    return json;
  }

  private JsonElement normal(JsonObject object) {
    var normal = new JsonObject();
    object.keySet().stream()
        .sorted()
        // The text of what was sent, of which only the spaces and the order could differ.
        .filter(name -> !name.equals("syntax"))
        .forEach(name -> normal.add(name, normal(object.get(name))));
    if (normal.has("_version")) {
      normal.addProperty("_version", "some");
    }
    if (normal.has("rows")) {
      normal.add("rows", sorted(normal.getAsJsonArray("rows")));
    }
    if (normal.has("details")) {
      var details = normal.get("details").getAsString();
      for (var pattern : ONE_OF_MANY) {
        if (pattern.matcher(details).matches()) {
          normal.addProperty("details", pattern.pattern());
        }
      }
    }
    return normal;
  }

  private JsonElement normal(JsonArray array) {
    var normal = new JsonArray();
    array.forEach(element -> normal.add(normal(element)));
    boolean wrapped =
        normal.size() == 2
            && normal.get(1) instanceof JsonArray
            && (normal.get(0).equals(new JsonPrimitive("set"))
                || normal.get(0).equals(new JsonPrimitive("map")));
    if (wrapped) {
      normal.set(1, sorted(normal.get(1).getAsJsonArray()));
    }
    return normal;
  }

  private static JsonArray sorted(JsonArray array) {
    var elements = new ArrayList<>(array.asList());
    elements.sort(Comparator.comparing(JsonElement::toString));
    var sorted = new JsonArray();
    elements.forEach(sorted::add);
    return sorted;
  }

  /** UUIDs that nobody was told of are those of rows that a failed transaction did not insert. */
  private String known(String text) {
    return UUID.matcher(text).replaceAll(this::known);
  }

  private String known(MatchResult id) {
    var uuid = id.group();
    if (uuid.startsWith("00000000-0000-") || toTheirs.containsKey(uuid)) {
      return uuid;
    }
    return toOurs.getOrDefault(uuid, "unknown");
  }
}
