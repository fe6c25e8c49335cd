package io.heddle.model.osgi;

import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.model.Readiness;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;

/**
 * Offers the one instance each of what all parts write and read. The framework takes them back when
 * the bundle stops.
 */
@Component(
    service = {},
    immediate = true)
public final class SharedBoards {
  @Activate
  public SharedBoards(BundleContext context) {
    context.registerService(Problems.class, new Problems(), null);
    context.registerService(Progress.class, new Progress(), null);
    context.registerService(Readiness.class, new Readiness(), null);
  }
}
