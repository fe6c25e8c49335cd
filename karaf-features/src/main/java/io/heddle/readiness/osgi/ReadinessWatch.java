package io.heddle.readiness.osgi;

import io.heddle.model.Readiness;
import io.heddle.model.Store;
import io.heddle.readiness.OpenPorts;
import io.heddle.readiness.StoreCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches over the parts for as long as Heddle runs, and tells {@link Readiness} what it finds. At
 * the start, when all parts work, it says so, once, on standard output; when a part fails, or not
 * all work in time, it says what is wrong and ends the process: better none than half a controller.
 * What fails later may come back, and switches forward meanwhile, so the process stays.
 */
@Component(
    service = {},
    immediate = true,
    configurationPid = "io.heddle")
public final class ReadinessWatch {
  private static final Logger log = LoggerFactory.getLogger(ReadinessWatch.class);
  private static final Duration LOOK_AT_START = Duration.ofMillis(100);
  private static final Duration LOOK_LATER = Duration.ofSeconds(1);

  /** For the look that is under way when the watch ends. */
  private static final Duration LAST_LOOK = Duration.ofSeconds(1);

  /** The exit status when a part failed at start. */
  private static final int FAILED = 1;

  /** The settings of which the start speaks. */
  @interface Config {
    String data();

    int start_timeout() default 120;

    String openflow_address();

    int openflow_port();

    String ovsdb_address();

    int ovsdb_port();

    String grpc_address();

    int grpc_port();

    String northbound_address();

    int northbound_port();

    String ssh_address();

    int ssh_port();
  }

  private final BundleContext context;
  private final Parts parts;
  private final OpenPorts ports;
  private final StoreCheck storeCheck = new StoreCheck(StoreCheck.EVERY, StoreCheck.PATIENCE);
  private final Config config;
  private final Readiness readiness;
  private final long deadline;
  private final ScheduledExecutorService clock;
  private boolean started;
  private boolean told;

  @Activate
  public ReadinessWatch(
      Config config,
      BundleContext context,
      @Reference ServiceComponentRuntime components,
      @Reference Readiness readiness) {
    this.context = context;
    this.readiness = readiness;
    this.ports =
        new OpenPorts(
            Map.of(
                "OpenFlow",
                config.openflow_port(),
                "OVSDB",
                config.ovsdb_port(),
                "gRPC",
                config.grpc_port(),
                "OVN's northbound database",
                config.northbound_port(),
                "the console (ssh)",
                config.ssh_port()));
    this.parts = new Parts(context, components);
    this.config = config;
    this.deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(config.start_timeout());
    this.clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              var thread = new Thread(task, "heddle-readiness");
              thread.setDaemon(true);
              return thread;
            });
    clock.execute(this::look);
  }

  @Deactivate
  void stop() throws InterruptedException {
    clock.shutdownNow();
    clock.awaitTermination(LAST_LOOK.toMillis(), TimeUnit.MILLISECONDS);
    readiness.replace(List.of("nobody watches over the parts"));
  }

  private void look() {
    try {
      judge(report());
    } finally {
      var pause = started ? LOOK_LATER : LOOK_AT_START;
      if (!clock.isShutdown()) {
        clock.schedule(this::look, pause.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
  }

  private Report report() {
    Report report;
    try {
      report = parts.report();
    } catch (RuntimeException e) {
      // Bundles and components come and go while they are listed; the next look sees more.
      log.debug("could not look at all parts", e);
      report = new Report(List.of("parts come and go"), List.of());
    }
    return report.and(ports.look()).and(storeCheck.look(store()));
  }

  private Optional<Store> store() {
    return Optional.ofNullable(context.getServiceReference(Store.class)).map(context::getService);
  }

  private void judge(Report report) {
    readiness.replace(report.lacking());
    if (started) {
      tell(report);
    } else if (report.ready()) {
      started = true;
      leaveWord();
      announce();
    } else if (!report.failed().isEmpty()) {
      end(report.failed());
    } else if (System.nanoTime() > deadline) {
      end(report.missing());
    }
  }

  /** Once for each change. */
  private void tell(Report report) {
    if (!report.ready() && !told) {
      log.warn("Heddle does not work: {}", String.join("; ", report.lacking()));
    } else if (report.ready() && told) {
      log.info("Heddle works again");
    }
    told = !report.ready();
  }

  /** For {@code bin/heddle-console} and the launcher. */
  private void leaveWord() {
    var file = Path.of(config.data(), "run", "console");
    try {
      Files.writeString(file, config.ssh_address() + " " + config.ssh_port() + "\n");
    } catch (IOException e) {
      end(List.of(file + " cannot be written: " + e));
    }
  }

  private void announce() {
    System.out.printf(
        "Heddle is ready: OpenFlow on %s, OVSDB on %s, gRPC on %s, northbound on %s, console on %s%n",
        at(config.openflow_address(), config.openflow_port()),
        at(config.ovsdb_address(), config.ovsdb_port()),
        at(config.grpc_address(), config.grpc_port()),
        at(config.northbound_address(), config.northbound_port()),
        at(config.ssh_address(), config.ssh_port()));
    System.out.flush();
  }

  private static String at(String address, int port) {
    return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + port;
  }

  /**
   * Nothing is stopped in order: what was started can bear being killed, and a part that hangs
   * could hang the stopping too.
   */
  private static void end(List<String> reasons) {
    var message = "Heddle does not start: " + String.join("; ", reasons);
    log.info(message);
    System.err.println(message);
    System.err.flush();
    Runtime.getRuntime().halt(FAILED);
  }
}
