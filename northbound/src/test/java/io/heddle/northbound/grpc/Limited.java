package io.heddle.northbound.grpc;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;

/** The usual limits but for one. */
final class Limited {
  private Limited() {}

  static ApiLimits by(String limit, Object value) {
    return by(ApiLimits.DEFAULT, limit, value);
  }

  static ApiLimits by(ApiLimits limits, String limit, Object value) {
    try {
      var components = ApiLimits.class.getRecordComponents();
      var values = new Object[components.length];
      boolean known = false;
      for (int i = 0; i < components.length; i++) {
        boolean same = components[i].getName().equals(limit);
        known |= same;
        values[i] = same ? value : components[i].getAccessor().invoke(limits);
      }
      if (!known) {
        throw new AssertionError("no limit " + limit);
      }
      var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new);
      return ApiLimits.class.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
