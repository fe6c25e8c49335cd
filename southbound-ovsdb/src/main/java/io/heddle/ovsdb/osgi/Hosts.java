package io.heddle.ovsdb.osgi;

import io.heddle.model.Membership;
import io.heddle.model.Ownership;
import io.heddle.model.Problems;
import io.heddle.model.Store;
import io.heddle.ovsdb.OvsdbHosts;
import io.heddle.ovsdb.OvsdbSettings;
import io.heddle.ovsdb.OvsdbSouthbound;
import io.heddle.tls.TlsDoors;
import io.heddle.tls.TlsException;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Lets hosts in as long as there is a store. */
@Component(
    service = {},
    immediate = true,
    configurationPid = "io.heddle")
public final class Hosts {
  /** What is set in etc/io.heddle.cfg. */
  @interface Config {
    String ovsdb_address() default "0.0.0.0";

    int ovsdb_port() default OvsdbSettings.OVSDB_PORT;

    boolean ovsdb_tls() default false;

    String openflow_advertised_address() default "";

    int openflow_port() default OvsdbSettings.OPENFLOW_PORT;

    boolean openflow_tls() default false;
  }

  private final OvsdbSouthbound southbound;
  private final ServiceRegistration<OvsdbHosts> offered;

  @Activate
  public Hosts(
      Config config,
      BundleContext context,
      @Reference Store store,
      @Reference Membership membership,
      @Reference Problems problems,
      @Reference TlsDoors doors)
      throws TlsException {
    var advertised =
        Optional.of(config.openflow_advertised_address()).filter(address -> !address.isBlank());
    var settings =
        OvsdbSettings.defaults()
            .withListen(new InetSocketAddress(config.ovsdb_address(), config.ovsdb_port()))
            .withOpenFlowAddress(advertised)
            .withOpenFlowPort(config.openflow_port())
            .withOpenFlowTls(config.openflow_tls())
            .withTls(doors.door("ovsdb.tls", config.ovsdb_tls()));
    this.southbound =
        new OvsdbSouthbound(
            store, problems, snapshot -> Ownership.of(snapshot, membership.view()), settings);
    southbound.start();
    this.offered = context.registerService(OvsdbHosts.class, southbound, null);
  }

  @Deactivate
  void stop() {
    offered.unregister();
    southbound.close();
  }
}
