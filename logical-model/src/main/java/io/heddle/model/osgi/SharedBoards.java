package io.heddle.model.osgi;

import io.heddle.model.MatchLanguage;
import io.heddle.model.Problem;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.model.Readiness;
import io.heddle.tls.Tls;
import io.heddle.tls.TlsDoors;
import io.heddle.tls.TlsException;
import io.heddle.tls.TlsFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Offers the one instance each of what all parts write and read, and the certificates that all of
 * them show. The framework takes them back when the bundle stops.
 */
@Component(
    service = {},
    immediate = true,
    configurationPid = "io.heddle",
    // Without it there would be a second instance as soon as the configuration is there.
    configurationPolicy = ConfigurationPolicy.REQUIRE)
public final class SharedBoards {
  /** What is set in etc/io.heddle.cfg. */
  @interface Config {
    String tls_certificate() default "";

    String tls_key() default "";

    String tls_authorities() default "";
  }

  private static final Logger LOG = LoggerFactory.getLogger(SharedBoards.class);

  private final TlsDoors doors;

  @Activate
  public SharedBoards(Config config, BundleContext context) {
    var problems = new Problems();
    this.doors = doors(config);
    doors.tls().ifPresent(tls -> watch(tls, problems));
    context.registerService(Problems.class, problems, null);
    context.registerService(Progress.class, new Progress(), null);
    context.registerService(Readiness.class, new Readiness(), null);
    context.registerService(MatchLanguage.class, new MatchLanguage(), null);
    context.registerService(TlsDoors.class, doors, null);
  }

  /** Whoever needs what is lacking fails with it; the boards are needed to tell of that. */
  private static TlsDoors doors(Config config) {
    var files = List.of(config.tls_certificate(), config.tls_key(), config.tls_authorities());
    if (files.stream().anyMatch(String::isBlank)) {
      return new TlsDoors(
          Optional.empty(), "tls.certificate, tls.key and tls.authorities are not all set");
    }
    try {
      return new TlsDoors(Optional.of(new Tls(files(config))), "");
    } catch (TlsException e) {
      LOG.warn(e.getMessage());
      return new TlsDoors(Optional.empty(), e.getMessage());
    }
  }

  private static TlsFiles files(Config config) {
    return TlsFiles.of(
        Path.of(config.tls_certificate().strip()),
        Path.of(config.tls_key().strip()),
        Path.of(config.tls_authorities().strip()));
  }

  private static void watch(Tls tls, Problems problems) {
    tls.watch(
        Tls.WATCH,
        renewed -> LOG.info("TLS uses new files: {}", renewed),
        fault -> {
          fault.ifPresent(LOG::warn);
          problems.replace("tls", fault.stream().map(f -> new Problem("TLS", "files", f)).toList());
        });
  }

  @Deactivate
  void stop() {
    doors.tls().ifPresent(Tls::close);
  }
}
