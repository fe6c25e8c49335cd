package io.heddle.model;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Reads one field of messages of one class, and of their builders, by the {@link GeneratedMethods}.
 */
final class FieldReader {
  private final FieldDescriptor field;
  private final Function<MessageOrBuilder, Object> value;
  private final Function<MessageOrBuilder, Object> presence;

  private FieldReader(
      FieldDescriptor field,
      Function<MessageOrBuilder, Object> value,
      Function<MessageOrBuilder, Object> presence) {
    this.field = field;
    this.value = value;
    this.presence = presence;
  }

  static FieldReader of(FieldDescriptor field, Class<? extends Message> type) {
    Function<MessageOrBuilder, Object> value =
        GeneratedMethods.serve(field)
            ? method(
                type, "get" + GeneratedMethods.name(field) + (field.isRepeated() ? "list" : ""))
            : row -> row.getField(field);
    return new FieldReader(field, value, presence(field, type, value));
  }

  private static Function<MessageOrBuilder, Object> presence(
      FieldDescriptor field,
      Class<? extends Message> type,
      Function<MessageOrBuilder, Object> value) {
    if (field.isRepeated()) {
      var count = method(type, "get" + GeneratedMethods.name(field) + "count");
      return row -> !count.apply(row).equals(0);
    }
    var none = field.hasPresence() ? null : field.getDefaultValue();
    return field.hasPresence()
        ? method(type, "has" + GeneratedMethods.name(field))
        : row -> !value.apply(row).equals(none);
  }

  /** Calls a method of the interface that messages and builders share. */
  @SuppressWarnings("unchecked")
  private static Function<MessageOrBuilder, Object> method(
      Class<? extends Message> type, String name) {
    var shared =
        Arrays.stream(type.getInterfaces()).filter(MessageOrBuilder.class::isAssignableFrom);
    return GeneratedMethods.method(Function.class, shared, name, 0);
  }

  /** As {@link MessageOrBuilder#getField}. */
  Object value(MessageOrBuilder row) {
    return value.apply(row);
  }

  /** The elements of a repeated field. */
  List<?> elements(MessageOrBuilder row) {
    return (List<?>) value.apply(row);
  }

  /** Whether the field is set or, where that cannot be told, is other than zero or empty. */
  boolean isSet(MessageOrBuilder row) {
    return (Boolean) presence.apply(row);
  }
}
