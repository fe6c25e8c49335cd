package io.heddle.openflow.osgi;

import io.heddle.answer.Advertisers;
import io.heddle.answer.PeriodicAdvertisements;
import io.heddle.answer.Punted;
import io.heddle.compiler.Plans;
import io.heddle.model.Generation;
import io.heddle.model.Membership;
import io.heddle.model.Ownership;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.model.Store;
import io.heddle.openflow.OpenflowSessions;
import io.heddle.openflow.OpenflowSettings;
import io.heddle.openflow.OpenflowSouthbound;
import io.heddle.openflow.wire.ListenException;
import io.heddle.tls.TlsDoors;
import io.heddle.tls.TlsException;
import io.heddle.v1.Controller;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    String openflow_advertised_address() default "";

    int ovsdb_port() default 6640;

    boolean ovsdb_tls() default false;

    String cluster_members() default "";

    boolean openflow_tls() default false;
  }

  private static final Logger LOG = LoggerFactory.getLogger(Switches.class);

  private final OpenflowSouthbound southbound;
  private final Advertisers advertisers;
  private final PeriodicAdvertisements advertising;
  private final ServiceRegistration<OpenflowSessions> offered;

  @Activate
  public Switches(
      Config config,
      BundleContext context,
      @Reference Store store,
      @Reference Membership membership,
      @Reference Plans plans,
      @Reference Punted punted,
      @Reference Progress progress,
      @Reference Problems problems,
      @Reference TlsDoors doors)
      throws ListenException, TlsException {
    var settings =
        OpenflowSettings.defaults()
            .withListen(new InetSocketAddress(config.openflow_address(), config.openflow_port()))
            .withTls(doors.door("openflow.tls", config.openflow_tls()));
    Generation.begin(store, row(membership.view().self(), config));
    this.southbound =
        new OpenflowSouthbound(
            store,
            plans,
            punted,
            progress,
            problems,
            snapshot -> Ownership.of(snapshot, membership.view()),
            settings);
    southbound.start();
    this.advertisers = new Advertisers(store);
    this.advertising =
        new PeriodicAdvertisements(
                store.sound()::snapshot, advertisers, southbound, new SplittableRandom())
            .start();
    this.offered = context.registerService(OpenflowSessions.class, southbound, null);
  }

  /** Says where hosts reach this member: as configured, or else where the other members do. */
  private static Controller row(String self, Config config) {
    var row = Controller.newBuilder().setName(self);
    Optional.of(config.openflow_advertised_address())
        .filter(address -> !address.isBlank())
        .or(() -> listed(self, config.cluster_members()))
        .flatMap(Switches::resolved)
        .ifPresent(
            address ->
                row.setOpenflow(target(config.openflow_tls(), address, config.openflow_port()))
                    .setOvsdb(target(config.ovsdb_tls(), address, config.ovsdb_port())));
    return row.build();
  }

  private static String target(boolean tls, String address, int port) {
    return (tls ? "ssl:" : "tcp:") + address + ":" + port;
  }

  /** Of "NAME=HOST:PORT", separated by commas. */
  private static Optional<String> listed(String self, String members) {
    return Stream.of(members.split(","))
        .map(String::strip)
        .filter(member -> member.startsWith(self + "=") && member.lastIndexOf(':') > self.length())
        .map(member -> member.substring(self.length() + 1, member.lastIndexOf(':')))
        .findFirst();
  }

  /** Hosts are told addresses, not names: without a resolver Open vSwitch knows none. */
  private static Optional<String> resolved(String host) {
    try {
      var address = InetAddress.getByName(host);
      var text = address.getHostAddress();
      return Optional.of(address instanceof Inet6Address ? "[" + text + "]" : text);
    } catch (UnknownHostException unknown) {
      LOG.warn("Hosts are not told of this member, for its address is not known", unknown);
      return Optional.empty();
    }
  }

  @Deactivate
  void stop() {
    offered.unregister();
    advertising.close();
    advertisers.close();
    southbound.close();
  }
}
