package io.heddle.model;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** What a row's fields must be by themselves, whatever other rows there are. */
final class Rules {
  private Rules() {}

  /** Tells the sink each field at fault and why. */
  static void check(Kind kind, Message row, BiConsumer<String, String> sink) {
    if (!row.getUnknownFields().asMap().isEmpty()) {
      sink.accept(
          "", "has fields that are not known here: " + row.getUnknownFields().asMap().keySet());
    }
    kind.columns().forEach(column -> check(column, row, sink));
  }

  private static void check(Column column, Message row, BiConsumer<String, String> sink) {
    var field = column.field();
    var value = row.getField(field);
    if (field.isMapField() || field.isRepeated()) {
      var elements = (List<?>) value;
      if (elements.size() > Limits.ELEMENTS_PER_FIELD) {
        sink.accept(
            column.name(), elements.size() + " elements, more than " + Limits.ELEMENTS_PER_FIELD);
      }
      for (int i = 0; i < elements.size(); i++) {
        var name = column.name() + "[" + i + "]";
        checkElement(column, elements.get(i)).ifPresent(why -> sink.accept(name, why));
      }
      return;
    }
    if (column.required() && field.getJavaType() == JavaType.STRING && value.equals("")) {
      sink.accept(column.name(), "must be set");
      return;
    }
    checkElement(column, value).ifPresent(why -> sink.accept(column.name(), why));
  }

  private static Optional<String> checkElement(Column column, Object value) {
    if (value instanceof Message entry && column.field().isMapField()) {
      return mapEntry(entry)
          .filter(t -> t.getKey().length() > 0 || t.getValue().length() > 0)
          .flatMap(t -> tooLong(column, t.getKey()).or(() -> tooLong(column, t.getValue())));
    }
    if (value instanceof Integer number) {
      return tooLarge(column, Integer.toUnsignedLong(number));
    }
    if (!(value instanceof String text)) {
      return Optional.empty();
    }
    if (!column.oneOf().isEmpty() && !column.oneOf().contains(text)) {
      return Optional.of("\"" + shorten(text) + "\" is none of " + column.oneOf());
    }
    return tooLong(column, text).or(() -> Formats.fault(column.format(), text));
  }

  private static Optional<Map.Entry<String, String>> mapEntry(Message entry) {
    var fields = entry.getDescriptorForType().getFields();
    return Optional.of(Map.entry(text(entry, fields.get(0)), text(entry, fields.get(1))));
  }

  private static String text(Message entry, FieldDescriptor field) {
    return String.valueOf(entry.getField(field));
  }

  private static Optional<String> tooLarge(Column column, long number) {
    return number > column.atMost()
        ? Optional.of(number + " is more than " + column.atMost())
        : Optional.empty();
  }

  private static Optional<String> tooLong(Column column, String text) {
    return text.length() > column.maxLength()
        ? Optional.of(text.length() + " characters, more than " + column.maxLength())
        : Optional.empty();
  }

  private static String shorten(String text) {
    return text.length() > 40 ? text.substring(0, 40) + "…" : text;
  }
}
