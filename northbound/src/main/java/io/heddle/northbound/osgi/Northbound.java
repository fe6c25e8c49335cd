package io.heddle.northbound.osgi;

import io.heddle.model.Cluster;
import io.heddle.model.Courier;
import io.heddle.model.MatchLanguage;
import io.heddle.model.Membership;
import io.heddle.model.Problem;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.model.Readiness;
import io.heddle.model.Store;
import io.heddle.northbound.CannotListenException;
import io.heddle.northbound.ConfigurationNumbers;
import io.heddle.northbound.Divider;
import io.heddle.northbound.History;
import io.heddle.northbound.ProgressReports;
import io.heddle.northbound.Upgrade;
import io.heddle.northbound.access.Access;
import io.heddle.northbound.access.AccessException;
import io.heddle.northbound.grpc.ApiLimits;
import io.heddle.northbound.grpc.GrpcServer;
import io.heddle.northbound.grpc.GrpcSettings;
import io.heddle.northbound.ovsdb.OvsdbServer;
import io.heddle.northbound.ovsdb.OvsdbServerSettings;
import io.heddle.northbound.raft.MemberList;
import io.heddle.northbound.raft.RaftStore;
import io.heddle.northbound.raft.StoreOpenException;
import io.heddle.northbound.raft.StoreOpenException.Reason;
import io.heddle.northbound.raft.StoreSettings;
import io.heddle.tls.TlsDoors;
import io.heddle.tls.TlsException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the store, offers it to the others, and serves the API. */
@Component(
    service = {},
    immediate = true,
    configurationPid = "io.heddle")
public final class Northbound {
  /** What is set in etc/io.heddle.cfg. */
  @interface Config {
    String data();

    String grpc_address() default "127.0.0.1";

    int grpc_port() default GrpcSettings.DEFAULT_PORT;

    boolean grpc_tls() default false;

    String northbound_address() default "127.0.0.1";

    int northbound_port() default OvsdbServerSettings.DEFAULT_PORT;

    boolean northbound_tls() default false;

    String access_file() default "";

    String cluster_member() default "";

    String cluster_members() default "";

    String cluster_address() default "";

    String cluster_port() default "";

    boolean cluster_tls() default false;

    int start_timeout() default 120;
  }

  private static final Logger LOG = LoggerFactory.getLogger(Northbound.class);

  private final Access access;
  private final RaftStore store;
  private final History history;
  private final Divider divider;
  private final Upgrade upgrade;
  private final ProgressReports reports;
  private final ConfigurationNumbers numbers;
  private final GrpcServer server;
  private final OvsdbServer ovn;
  private final ServiceRegistration<Store> offered;
  private final ServiceRegistration<Membership> membership;
  private final ServiceRegistration<Courier> courier;
  private final ServiceRegistration<Cluster> cluster;

  @Activate
  public Northbound(
      Config config,
      BundleContext context,
      @Reference Progress progress,
      @Reference Problems problems,
      @Reference MatchLanguage language,
      @Reference Readiness readiness,
      @Reference TlsDoors doors)
      throws CannotListenException, TlsException, AccessException {
    this.access = access(config);
    var settings =
        new GrpcSettings(
            config.grpc_address(),
            config.grpc_port(),
            doors.door("grpc.tls", config.grpc_tls()),
            access,
            ApiLimits.DEFAULT);
    var ovnSettings =
        new OvsdbServerSettings(config.northbound_address(), config.northbound_port())
            .withTls(doors.door("northbound.tls", config.northbound_tls()))
            .withAccess(access);
    this.store = RaftStore.open(store(config, doors));
    try {
      this.history = new History(store, History.DEFAULT_CAPACITY);
      this.server =
          new GrpcServer(
              store,
              Optional.of(store.cluster()),
              progress,
              problems,
              language,
              history,
              readiness::lacking,
              settings);
    } catch (CannotListenException | RuntimeException e) {
      store.close();
      throw e;
    }
    this.numbers = new ConfigurationNumbers(store, store.membership(), progress, Clock.systemUTC());
    try {
      this.ovn = OvsdbServer.of(store, store.membership(), ovnSettings);
    } catch (CannotListenException | RuntimeException e) {
      numbers.close();
      server.close();
      store.close();
      throw e;
    }
    access.watch(Access.WATCH, fault -> tell(fault, problems));
    this.divider = new Divider(store, store.membership());
    this.upgrade = new Upgrade(store, store.membership(), store.cluster());
    this.reports = new ProgressReports(progress, store.courier());
    this.courier = context.registerService(Courier.class, store.courier(), null);
    this.cluster = context.registerService(Cluster.class, store.cluster(), null);
    this.membership = context.registerService(Membership.class, store.membership(), null);
    this.offered = context.registerService(Store.class, store, null);
  }

  private static Access access(Config config) throws AccessException {
    if (!config.access_file().isBlank()) {
      return Access.of(Path.of(config.access_file().strip()));
    }
    if (config.grpc_tls() || config.northbound_tls()) {
      LOG.warn("No {} is set, so no certificate has a role", Access.SETTING);
    }
    return Access.unsaid();
  }

  private static void tell(Optional<String> fault, Problems problems) {
    fault.ifPresent(LOG::warn);
    problems.replace("access", fault.stream().map(f -> new Problem("Access", "file", f)).toList());
  }

  private static StoreSettings store(Config config, TlsDoors doors) throws TlsException {
    var alone =
        StoreSettings.alone(Path.of(config.data(), "store"))
            .withTls(doors.door("cluster.tls", config.cluster_tls()));
    return members(config)
        .map(list -> alone.clustered(list).withOpenTimeout(startTime(config)))
        .orElse(alone);
  }

  private static Optional<MemberList> members(Config config) {
    try {
      return MemberList.parse(
          config.cluster_member(),
          config.cluster_members(),
          config.cluster_address(),
          config.cluster_port());
    } catch (IllegalArgumentException e) {
      throw new StoreOpenException(Reason.CONFIGURATION, e.getMessage(), e);
    }
  }

  /** What is said of members that are missing is said before the start's own time is up. */
  private static Duration startTime(Config config) {
    var patience = StoreSettings.alone(Path.of(config.data())).openTimeout();
    var start = Duration.ofSeconds(config.start_timeout()).minus(patience.dividedBy(2));
    return start.compareTo(patience) > 0 ? start : patience;
  }

  @Deactivate
  void stop() {
    server.close();
    ovn.close();
    access.close();
    offered.unregister();
    membership.unregister();
    courier.unregister();
    reports.close();
    upgrade.close();
    divider.close();
    cluster.unregister();
    numbers.close();
    history.close();
    store.close();
  }
}
