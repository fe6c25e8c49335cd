package io.heddle.console;

import java.util.Optional;
import org.osgi.framework.BundleContext;

/**
 * What the other parts offer, looked up at each use. The container takes away all commands of a
 * bundle when one of them refers to a service that is gone; but {@code heddle:status} is for then.
 */
final class Offered {
  private Offered() {}

  static <T> Optional<T> find(BundleContext context, Class<T> type) {
    return Optional.ofNullable(context.getServiceReference(type)).map(context::getService);
  }
}
