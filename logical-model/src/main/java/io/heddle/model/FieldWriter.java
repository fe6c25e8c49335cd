package io.heddle.model;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.function.BiFunction;

/**
 * Writes one field of builders of one class by the method generated for it, as {@link FieldReader}
 * reads it: protobuf's own way by the field's name reflects at each call.
 */
final class FieldWriter {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private final BiFunction<Message.Builder, Object, Object> setter;

  private FieldWriter(BiFunction<Message.Builder, Object, Object> setter) {
    this.setter = setter;
  }

  static FieldWriter of(FieldDescriptor field, Class<? extends Message> type) {
    boolean plain = field.getJavaType() != JavaType.ENUM && field.getJavaType() != JavaType.MESSAGE;
    if (!plain) {
      return new FieldWriter((row, value) -> row.setField(field, value));
    }
    if (!field.isRepeated()) {
      return new FieldWriter(method(called("set", field, type)));
    }
    var adding = method(called("addall", field, type));
    return new FieldWriter((row, value) -> adding.apply(row.clearField(field), value));
  }

  /** The method of the builder that takes one argument; its name but for the case of letters. */
  private static Method called(String verb, FieldDescriptor field, Class<? extends Message> type) {
    var name = verb + field.getName().replace("_", "");
    return Arrays.stream(type.getDeclaredClasses())
        .filter(Message.Builder.class::isAssignableFrom)
        .flatMap(builder -> Arrays.stream(builder.getDeclaredMethods()))
        .filter(method -> method.getName().equalsIgnoreCase(name))
        .filter(method -> method.getParameterCount() == 1)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(type + " has no method " + name));
  }

  @SuppressWarnings("unchecked")
  private static BiFunction<Message.Builder, Object, Object> method(Method called) {
    try {
      var handle = LOOKUP.unreflect(called);
      var argument = MethodType.methodType(called.getParameterTypes()[0]).wrap().returnType();
      return (BiFunction<Message.Builder, Object, Object>)
          LambdaMetafactory.metafactory(
                  LOOKUP,
                  "apply",
                  MethodType.methodType(BiFunction.class),
                  MethodType.methodType(Object.class, Object.class, Object.class),
                  handle,
                  MethodType.methodType(
                      called.getReturnType(), called.getDeclaringClass(), argument))
              .getTarget()
              .invoke();
    } catch (Throwable impossible) {
      throw new IllegalStateException(called + " cannot be called", impossible);
    }
  }

  /** As {@link Message.Builder#setField}. */
  void write(Message.Builder row, Object value) {
    setter.apply(row, value);
  }
}
