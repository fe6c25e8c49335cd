package io.heddle.openflow.osgi;

import io.heddle.answer.Advertisers;
import io.heddle.answer.PeriodicAdvertisements;
import io.heddle.answer.Punted;
import io.heddle.compiler.Plans;
import io.heddle.model.Generation;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.model.Store;
import io.heddle.openflow.OpenflowSessions;
import io.heddle.openflow.OpenflowSettings;
import io.heddle.openflow.OpenflowSouthbound;
import io.heddle.openflow.wire.ListenException;
import io.heddle.tls.TlsDoors;
import io.heddle.tls.TlsException;
import java.net.InetSocketAddress;
import java.util.SplittableRandom;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Drives switches as long as there are a store and plans. */
@Component(
    service = {},
    immediate = true,
    configurationPid = "io.heddle")
public final class Switches {
  /** What is set in etc/io.heddle.cfg. */
  @interface Config {
    String openflow_address() default "0.0.0.0";

    int openflow_port() default OpenflowSettings.PORT;

    boolean openflow_tls() default false;
  }

  /** The Controller row's name; there is one member, so there need be one only. */
  private static final String CONTROLLER = "controller";

  private final OpenflowSouthbound southbound;
  private final Advertisers advertisers;
  private final PeriodicAdvertisements advertising;
  private final ServiceRegistration<OpenflowSessions> offered;

  @Activate
  public Switches(
      Config config,
      BundleContext context,
      @Reference Store store,
      @Reference Plans plans,
      @Reference Punted punted,
      @Reference Progress progress,
      @Reference Problems problems,
      @Reference TlsDoors doors)
      throws ListenException, TlsException {
    var settings =
        OpenflowSettings.defaults()
            .listeningOn(new InetSocketAddress(config.openflow_address(), config.openflow_port()))
            .speaking(doors.door("openflow.tls", config.openflow_tls()));
    long generation = Generation.begin(store, CONTROLLER);
    this.southbound =
        new OpenflowSouthbound(
            store, plans, punted, progress, problems, () -> generation, settings);
    southbound.start();
    this.advertisers = new Advertisers(store);
    this.advertising =
        new PeriodicAdvertisements(
                store.sound()::snapshot, advertisers, southbound, new SplittableRandom())
            .start();
    this.offered = context.registerService(OpenflowSessions.class, southbound, null);
  }

  @Deactivate
  void stop() {
    offered.unregister();
    advertising.close();
    advertisers.close();
    southbound.close();
  }
}
