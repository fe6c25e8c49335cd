package io.heddle.northbound.grpc;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.heddle.model.Cluster;
import io.heddle.model.MatchLanguage;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.model.Store;
import io.heddle.northbound.CannotListenException;
import io.heddle.northbound.History;
import io.heddle.northbound.access.Door;
import io.heddle.v1.api.NorthboundGrpc;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The gRPC API: heddle.v1.Northbound, Audit and Cluster, health and reflection on one port. */
public final class GrpcServer implements AutoCloseable {
  /** How often health looks at readiness. */
  private static final long READINESS_MILLISECONDS = 200;

  private static final long CLOSE_SECONDS = 3;
  private static final int THREADS = Math.max(4, Runtime.getRuntime().availableProcessors());

  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, threads("grpc-timer"));
  private final ExecutorService executor =
      Executors.newFixedThreadPool(THREADS, threads("grpc-call"));
  private final EventLoopGroup acceptor = eventLoops(1, "grpc-accept");
  private final EventLoopGroup connections = eventLoops(2, "grpc-io");
  private final HealthStatusManager health = new HealthStatusManager();
  private final Supplier<List<String>> lacking;
  private final Watchers watchers;
  private final Waiters waiters;
  private final Server server;
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Serves at once, without the service {@code heddle.v1.Cluster}. */
  public GrpcServer(
      Store store,
      Progress progress,
      Problems problems,
      History history,
      Supplier<List<String>> lacking,
      GrpcSettings settings)
      throws CannotListenException {
    this(
        store,
        Optional.empty(),
        progress,
        problems,
        new MatchLanguage(),
        history,
        lacking,
        settings);
  }

  /**
   * Serves at once.
   *
   * @param language reads the match expressions that are committed
   * @param lacking what does not work, one sentence each; health says SERVING where nothing is
   *     lacking. Asked several times a second, so it must be quick
   * @throws CannotListenException where the address cannot be bound
   */
  public GrpcServer(
      Store store,
      Optional<Cluster> cluster,
      Progress progress,
      Problems problems,
      MatchLanguage language,
      History history,
      Supplier<List<String>> lacking,
      GrpcSettings settings)
      throws CannotListenException {
    var limits = settings.limits();
    var refusals = new Refusals(limits.errorBytes());
    var lists = new Lists(store, limits, refusals, InstantSource.system());
    this.lacking = lacking;
    // There is one for each call, and hardly any of them runs out.
    timer.setRemoveOnCancelPolicy(true);
    this.watchers = new Watchers(store, history, limits, refusals, executor);
    this.waiters = new Waiters(history, progress, limits, refusals);
    var threads = new CallThreads(executor);
    var service =
        new NorthboundService(
            store,
            threads,
            new Commits(store, language, limits, refusals),
            new Reads(store, progress, problems, lacking, limits, refusals),
            lists,
            watchers,
            waiters);
    var self = cluster.map(Cluster::self).orElse("");
    var builder = builder(settings, threads, new Door("grpc", self, settings.access()));
    builder.addService(service).addService(new AuditService(store, limits, refusals));
    cluster.ifPresent(c -> builder.addService(new ClusterService(store, c, refusals, limits)));
    this.server = listening(builder, settings.address());
    timer.scheduleWithFixedDelay(
        this::tellHealth, 0, READINESS_MILLISECONDS, TimeUnit.MILLISECONDS);
    timer.scheduleWithFixedDelay(lists::expire, 10, 10, TimeUnit.SECONDS);
  }

  private NettyServerBuilder builder(GrpcSettings settings, CallThreads threads, Door door) {
    var limits = settings.limits();
    tellHealth();
    var builder = NettyServerBuilder.forAddress(settings.address());
    settings.tls().ifPresent(tls -> builder.sslContext(new CurrentSslContext(tls)));
    return builder
        .channelFactory(() -> new BoundedServerChannel(limits.connections()))
        .bossEventLoopGroup(acceptor)
        .workerEventLoopGroup(connections)
        .directExecutor()
        .callExecutor(threads)
        .intercept(new Caller.Admission(door))
        .intercept(new CallGate(limits, timer))
        .maxInboundMessageSize(limits.messageBytes())
        .maxInboundMetadataSize(limits.metadataBytes())
        .maxConcurrentCallsPerConnection(limits.callsPerConnection())
        .handshakeTimeout(limits.handshakeTime().toMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTime(limits.keepAlive().toMillis(), TimeUnit.MILLISECONDS)
        .keepAliveTimeout(limits.keepAliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
        .permitKeepAliveTime(limits.clientKeepAlive().toMillis(), TimeUnit.MILLISECONDS)
        .permitKeepAliveWithoutCalls(true)
        .maxConnectionIdle(limits.idle().toMillis(), TimeUnit.MILLISECONDS)
        .addService(health.getHealthService())
        .addService(ProtoReflectionServiceV1.newInstance())
        .addService(olderReflection());
  }

  /** What grpcurl and others asked for before version 1 of the reflection service. */
  @SuppressWarnings("deprecation")
  private static BindableService olderReflection() {
    return io.grpc.protobuf.services.ProtoReflectionService.newInstance();
  }

  private Server listening(NettyServerBuilder builder, InetSocketAddress address)
      throws CannotListenException {
    try {
      return builder.build().start();
    } catch (IOException e) {
      release();
      throw new CannotListenException("gRPC", address, e);
    }
  }

  private void tellHealth() {
    var status = lacking.get().isEmpty() ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    health.setStatus(NorthboundGrpc.SERVICE_NAME, status);
  }

  /** The port that is served, also where the settings left the choice open. */
  public int port() {
    return server.getPort();
  }

  /** The full names of all methods. */
  List<String> methods() {
    return server.getServices().stream()
        .flatMap(service -> service.getMethods().stream())
        .map(method -> method.getMethodDescriptor().getFullMethodName())
        .toList();
  }

  /** How many clients are watching. */
  public int watching() {
    return watchers.count();
  }

  /** How many clients are waiting for a revision. */
  public int waiting() {
    return waiters.count();
  }

  /** Ends every call; watchers are told from where to resume. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    health.enterTerminalState();
    server.shutdown();
    watchers.close();
    try {
      server.awaitTermination(1, TimeUnit.SECONDS);
      server.shutdownNow().awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
      // Calls that are just being answered still need the event loops.
      executor.shutdown();
      executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    release();
  }

  private void release() {
    waiters.close();
    watchers.close();
    timer.shutdownNow();
    executor.shutdown();
    acceptor.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    connections.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }

  /** Plain NIO: native transports would have to be unpacked from within OSGi bundles. */
  private static EventLoopGroup eventLoops(int threads, String name) {
    return new MultiThreadIoEventLoopGroup(threads, threads(name), NioIoHandler.newFactory());
  }

  private static ThreadFactory threads(String name) {
    var number = new AtomicInteger();
    return task -> {
      var thread = new Thread(task, name + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
