package io.heddle.console;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.heddle.model.Row;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Rows as JSON. */
final class Json {
  private static final JsonFormat.Printer ROWS =
      JsonFormat.printer().preservingProtoFieldNames().omittingInsignificantWhitespace();

  private Json() {}

  /** The row's fields by their names in the schema, and its {@code uuid}. */
  static JsonObject of(Row row) {
    try {
      var json = JsonParser.parseString(ROWS.print(row.value())).getAsJsonObject();
      json.addProperty("uuid", row.uuid().toString());
      return json;
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a row of the schema holds no Any", e);
    }
  }

  /** A member as text; empty where it is missing. */
  static String text(JsonElement object, String member) {
    var value = object.getAsJsonObject().get(member);
    return value == null ? "" : value.getAsString();
  }

  static JsonObject object(JsonElement object, String member) {
    var value = object.getAsJsonObject().get(member);
    return value == null ? new JsonObject() : value.getAsJsonObject();
  }

  static JsonArray array(JsonElement object, String member) {
    var value = object.getAsJsonObject().get(member);
    return value == null ? new JsonArray() : value.getAsJsonArray();
  }

  static String joined(JsonArray texts) {
    return StreamSupport.stream(texts.spliterator(), false)
        .map(JsonElement::getAsString)
        .collect(Collectors.joining(", "));
  }
}
