package io.heddle.readiness.osgi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.karaf.features.BootFinished;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;

/** What the container runs: its bundles and, of Heddle's own, the components. */
final class Parts {
  private static final String OURS = "io.heddle.";

  private static final Pattern CAUSE = Pattern.compile("(?<type>[\\w.$]+): (?<message>.+)");

  private final BundleContext context;
  private final ServiceComponentRuntime components;

  Parts(BundleContext context, ServiceComponentRuntime components) {
    this.context = context;
    this.components = components;
  }

  Report report() {
    List<String> missing = new ArrayList<>();
    List<String> failed = new ArrayList<>();
    if (context.getServiceReference(BootFinished.class) == null) {
      missing.add("the container is still installing");
    }
    for (var bundle : context.getBundles()) {
      if (!active(bundle)) {
        missing.add("bundle " + bundle.getSymbolicName() + " is not active");
      }
    }
    for (var component : components.getComponentDescriptionDTOs(ours())) {
      report(component, missing, failed);
    }
    return new Report(missing, failed);
  }

  private Bundle[] ours() {
    return Arrays.stream(context.getBundles())
        .filter(b -> b.getSymbolicName() != null && b.getSymbolicName().startsWith(OURS))
        .toArray(Bundle[]::new);
  }

  private static boolean active(Bundle bundle) {
    var fragment = bundle.getHeaders().get(Constants.FRAGMENT_HOST) != null;
    return bundle.getState() == (fragment ? Bundle.RESOLVED : Bundle.ACTIVE);
  }

  private void report(
      ComponentDescriptionDTO component, List<String> missing, List<String> failed) {
    var configurations = components.getComponentConfigurationDTOs(component);
    if (configurations.isEmpty()) {
      missing.add("component " + component.name + " waits for its configuration");
    }
    for (var configuration : configurations) {
      switch (configuration.state) {
        case ComponentConfigurationDTO.ACTIVE -> {}
        case ComponentConfigurationDTO.SATISFIED -> {
          // A component that is not immediate rests here until somebody asks for its service.
          if (component.immediate) {
            missing.add("component " + component.name + " is starting");
          }
        }
        case ComponentConfigurationDTO.FAILED_ACTIVATION ->
            failed.add(cause(component.name, configuration.failure));
        default ->
            missing.add(
                "component %s waits for %s"
                    .formatted(
                        component.name,
                        String.join(
                            ", ",
                            Arrays.stream(configuration.unsatisfiedReferences)
                                .map(r -> r.name)
                                .toList())));
      }
    }
  }

  /**
   * What a stack trace says to people: the message of the exception of ours that stands outermost
   * in it, or else of the innermost.
   */
  static String cause(String component, String trace) {
    var causes =
        Optional.ofNullable(trace)
            .orElse("")
            .lines()
            .filter(l -> !l.matches("\\s+(at |\\.\\.\\.).*"))
            .map(l -> l.replaceFirst("^Caused by: ", ""))
            .map(CAUSE::matcher)
            .filter(Matcher::matches)
            .toList();
    return causes.stream()
        .filter(c -> c.group("type").startsWith(OURS))
        .findFirst()
        .or(() -> causes.stream().reduce((a, b) -> b))
        .map(c -> c.group("message"))
        .orElse("component " + component + " failed");
  }
}
