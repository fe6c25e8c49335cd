package io.heddle.model;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Arrays;
import java.util.function.BiFunction;

/** Writes one field of builders of one class, by the {@link GeneratedMethods}. */
final class FieldWriter {
  private final BiFunction<Message.Builder, Object, Object> setter;

  private FieldWriter(BiFunction<Message.Builder, Object, Object> setter) {
    this.setter = setter;
  }

  static FieldWriter of(FieldDescriptor field, Class<? extends Message> type) {
    if (!GeneratedMethods.serve(field)) {
      return new FieldWriter((row, value) -> row.setField(field, value));
    }
    if (!field.isRepeated()) {
      return new FieldWriter(method(type, "set" + GeneratedMethods.name(field)));
    }
    var adding = method(type, "addall" + GeneratedMethods.name(field));
    return new FieldWriter((row, value) -> adding.apply(row.clearField(field), value));
  }

  /** Calls a method of the message's builder. */
  @SuppressWarnings("unchecked")
  private static BiFunction<Message.Builder, Object, Object> method(
      Class<? extends Message> type, String name) {
    var builders =
        Arrays.stream(type.getDeclaredClasses()).filter(Message.Builder.class::isAssignableFrom);
    return GeneratedMethods.method(BiFunction.class, builders, name, 1);
  }

  /** As {@link Message.Builder#setField}. */
  void write(Message.Builder row, Object value) {
    setter.apply(row, value);
  }
}
