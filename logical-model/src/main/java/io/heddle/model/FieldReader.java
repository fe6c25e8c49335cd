package io.heddle.model;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Reads one field of messages of one class, and of their builders, by the methods generated for it.
 * Protobuf's own way to read a field whose name is known at run time reflects at each call, which
 * made up an eighth of what applying a commit takes.
 */
final class FieldReader {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

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
    boolean plain = field.getJavaType() != JavaType.ENUM && field.getJavaType() != JavaType.MESSAGE;
    Function<MessageOrBuilder, Object> value =
        plain
            ? method(type, "get" + name(field) + (field.isRepeated() ? "list" : ""))
            : row -> row.getField(field);
    return new FieldReader(field, value, presence(field, type, value));
  }

  private static Function<MessageOrBuilder, Object> presence(
      FieldDescriptor field,
      Class<? extends Message> type,
      Function<MessageOrBuilder, Object> value) {
    if (field.isRepeated()) {
      var count = method(type, "get" + name(field) + "count");
      return row -> !count.apply(row).equals(0);
    }
    var none = field.hasPresence() ? null : field.getDefaultValue();
    return field.hasPresence()
        ? method(type, "has" + name(field))
        : row -> !value.apply(row).equals(none);
  }

  /** As the generated methods have it, but for the case of its letters. */
  private static String name(FieldDescriptor field) {
    return field.getName().replace("_", "");
  }

  /** Calls a method of the interface that messages and builders share. */
  @SuppressWarnings("unchecked")
  private static Function<MessageOrBuilder, Object> method(
      Class<? extends Message> type, String name) {
    var called = called(type, name);
    try {
      var handle = LOOKUP.unreflect(called);
      var result = MethodType.methodType(called.getReturnType()).wrap().returnType();
      return (Function<MessageOrBuilder, Object>)
          LambdaMetafactory.metafactory(
                  LOOKUP,
                  "apply",
                  MethodType.methodType(Function.class),
                  MethodType.methodType(Object.class, Object.class),
                  handle,
                  MethodType.methodType(result, called.getDeclaringClass()))
              .getTarget()
              .invoke();
    } catch (Throwable impossible) {
      throw new IllegalStateException(called + " cannot be called", impossible);
    }
  }

  private static Method called(Class<? extends Message> type, String name) {
    return Arrays.stream(type.getInterfaces())
        .filter(MessageOrBuilder.class::isAssignableFrom)
        .flatMap(shared -> Arrays.stream(shared.getDeclaredMethods()))
        .filter(method -> method.getName().equalsIgnoreCase(name))
        .filter(method -> method.getParameterCount() == 0)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(type + " has no method " + name));
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
