package io.heddle.northbound.client;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.heddle.model.Column;
import io.heddle.model.Kind;
import io.heddle.model.Schema;
import io.heddle.northbound.rowfile.Kinds;
import io.heddle.v1.api.RowMessage;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Rows as text: for people, and as JSON that {@link io.heddle.northbound.rowfile.RowFile} reads
 * again.
 */
final class RowText {
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer()
          .preservingProtoFieldNames()
          .usingTypeRegistry(
              JsonFormat.TypeRegistry.newBuilder()
                  .add(Schema.rows().kinds().stream().map(Kind::descriptor).toList())
                  .build());

  private RowText() {}

  static Kind kind(RowMessage row) {
    return Schema.rows()
        .kind(row.getRow())
        .orElseThrow(() -> new IllegalArgumentException(Kinds.unknown(row.getRow().getTypeUrl())));
  }

  static Message value(RowMessage row) {
    try {
      return kind(row).parse(row.getRow());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("the server sent a row that does not parse", e);
    }
  }

  static String name(RowMessage row) {
    return kind(row).nameOf(value(row)).orElse(row.getUuid());
  }

  /** Any message of the API in one line. */
  static String json(MessageOrBuilder message) {
    try {
      return PRINTER.omittingInsignificantWhitespace().print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("the server sent a row of a kind unknown here", e);
    }
  }

  static JsonObject row(RowMessage row) {
    var object = new JsonObject();
    object.addProperty("kind", kind(row).name());
    object.addProperty("uuid", row.getUuid());
    JsonParser.parseString(json(value(row))).getAsJsonObject().asMap().forEach(object::add);
    object.addProperty("created", row.getCreated());
    object.addProperty("version", row.getVersion());
    return object;
  }

  static String pretty(JsonElement json) {
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(json);
  }

  /**
   * @param names what to call the rows that references name by UUID
   */
  static String field(Column column, Message row, Map<String, String> names) {
    var field = column.field();
    if (field.hasPresence() && !row.hasField(field)) {
      return "";
    }
    var value = row.getField(field);
    if (field.isMapField()) {
      return ((List<?>) value)
          .stream().map(e -> entry((Message) e)).sorted().collect(Collectors.joining(", "));
    }
    if (field.isRepeated()) {
      return ((List<?>) value)
          .stream().map(e -> called(column, e.toString(), names)).collect(Collectors.joining(", "));
    }
    return called(column, text(field, value), names);
  }

  private static String called(Column column, String text, Map<String, String> names) {
    return column.references().isPresent() ? names.getOrDefault(text, text) : text;
  }

  private static String entry(Message entry) {
    var fields = entry.getDescriptorForType().getFields();
    return entry.getField(fields.get(0)) + "=" + entry.getField(fields.get(1));
  }

  private static String text(FieldDescriptor field, Object value) {
    if (value instanceof Integer number) {
      return number == 0 ? "" : Integer.toUnsignedString(number);
    }
    if (value instanceof Long number) {
      return number == 0 ? "" : number.toString();
    }
    return field.getJavaType() == FieldDescriptor.JavaType.BOOLEAN || !value.equals("")
        ? value.toString()
        : "";
  }

  /** What a terminal may be sent: control characters in names must not drive it. */
  static String safe(String text) {
    return text.codePoints()
        .map(c -> Character.isISOControl(c) && c != '\n' ? '\uFFFD' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
