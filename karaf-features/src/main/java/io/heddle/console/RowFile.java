package io.heddle.console;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.heddle.model.Edit;
import io.heddle.model.Schema;
import io.heddle.v1.Operation;
import io.heddle.v1.Transaction;
import java.util.ArrayList;
import java.util.UUID;

/**
 * Rows as people write them down: a JSON array of objects, each with {@code kind}, its fields by
 * their names in the schema and, where the row is not meant by its name, {@code uuid}. References
 * may be names.
 *
 * <pre>
 * [ { "kind": "LogicalSwitch", "name": "web" },
 *   { "kind": "LogicalSwitchPort", "name": "vm1", "logical_switch": "web",
 *     "addresses": [ "0a:00:00:00:00:01 10.0.0.1" ] } ]
 * </pre>
 */
final class RowFile {
  private RowFile() {}

  /**
   * @throws IllegalArgumentException where the text is not that; the message says what and where
   */
  static Transaction parse(String text) {
    var operations = new ArrayList<Operation>();
    for (var row : rows(text)) {
      operations.add(put(row, operations.size()));
    }
    return Edit.transaction(operations);
  }

  private static JsonArray rows(String text) {
    JsonElement parsed;
    try {
      parsed = JsonParser.parseString(text);
    } catch (JsonParseException e) {
      throw new IllegalArgumentException("no JSON: " + e.getMessage(), e);
    }
    if (parsed.isJsonArray()) {
      return parsed.getAsJsonArray();
    }
    var rows = new JsonArray();
    rows.add(parsed);
    return rows;
  }

  private static Operation put(JsonElement element, int place) {
    if (!element.isJsonObject()) {
      throw new IllegalArgumentException("row " + place + ": no JSON object");
    }
    var object = element.getAsJsonObject();
    var name = take(object, "kind");
    var kind =
        Schema.rows()
            .kind(name)
            .orElseThrow(
                () -> new IllegalArgumentException("row " + place + ": no kind \"" + name + "\""));
    var uuid = take(object, "uuid");
    var builder = kind.prototype().newBuilderForType();
    try {
      JsonFormat.parser().merge(object.toString(), builder);
      return uuid.isEmpty()
          ? Edit.put(builder.build())
          : Edit.put(UUID.fromString(uuid), builder.build());
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new IllegalArgumentException("row " + place + ": " + e.getMessage(), e);
    }
  }

  private static String take(JsonObject object, String member) {
    var value = object.remove(member);
    return value == null || !value.isJsonPrimitive() ? "" : value.getAsString();
  }
}
