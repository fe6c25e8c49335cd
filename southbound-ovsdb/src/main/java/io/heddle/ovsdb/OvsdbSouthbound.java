package io.heddle.ovsdb;

import io.heddle.model.Change;
import io.heddle.model.Ownership;
import io.heddle.model.Problem;
import io.heddle.model.Problems;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.ovsdb.wire.OvsdbConnection;
import io.heddle.ovsdb.wire.OvsdbTransport;
import io.heddle.ovsdb.wire.Sockets;
import io.heddle.v1.Chassis;
import io.heddle.v1.Encap;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.PortBinding;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hosts over OVSDB: what they are becomes facts in the store, and what the store wants of them is
 * configured. Hosts connect to Heddle, and Heddle connects to every chassis that has a target.
 */
public final class OvsdbSouthbound implements OvsdbHosts, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OvsdbSouthbound.class);

  /** Connections from one address whose hosts have not joined yet. */
  static final int JOINING_PER_ADDRESS = 256;

  /** What changes for all hosts within this time is looked at once. */
  private static final Duration GATHERING = Duration.ofMillis(50);

  private static final Duration SWEEP = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final String ABSENT = "ovsdb/absent";
  private static final String DROPPED = "ovsdb/dropped";

  private final Store store;
  private final Problems problems;
  private final Function<Snapshot, Ownership> ownership;
  private final OvsdbSettings settings;
  private Optional<Running> running = Optional.empty();

  /**
   * @param ownership which chassis this member observes and configures; with the others it only
   *     keeps a connection
   */
  public OvsdbSouthbound(
      Store store,
      Problems problems,
      Function<Snapshot, Ownership> ownership,
      OvsdbSettings settings) {
    this.store = store;
    this.problems = problems;
    this.ownership = ownership;
    this.settings = settings;
  }

  /**
   * Listens, and connects, from now on. After {@link #close} it may be called again.
   *
   * @throws PortTakenException where the address to listen on cannot be had; then nothing is
   *     started
   */
  public synchronized void start() {
    if (running.isPresent()) {
      throw new IllegalStateException("it is running already");
    }
    running = Optional.of(new Running(store, problems, ownership, settings));
  }

  /** The address that hosts connect to; its port is real where the settings say 0. */
  public synchronized InetSocketAddress address() {
    return running.orElseThrow(() -> new IllegalStateException("it is not running")).address;
  }

  @Override
  public synchronized List<OvsdbHost> hosts() {
    return running.map(Running::hosts).orElse(List.of());
  }

  /** Ends all connections. The rows of the hosts stay. */
  @Override
  public synchronized void close() {
    running.ifPresent(Running::close);
    running = Optional.empty();
  }

  /** All that lives from start to close. */
  private static final class Running implements Dialer.Line, OvsdbTransport.Door {
    private final ExecutorService workers;
    private final ScheduledExecutorService timer;
    private final Context context;
    private final OvsdbTransport transport;
    private final Dialer dialer;
    private final InetSocketAddress address;
    private final Store.Subscription subscription;
    private final AtomicBoolean gathering = new AtomicBoolean();
    private final Map<UUID, Long> absentSince = new HashMap<>();

    Running(
        Store store,
        Problems problems,
        Function<Snapshot, Ownership> ownership,
        OvsdbSettings settings) {
      int threads = Math.max(2, Runtime.getRuntime().availableProcessors());
      workers = Executors.newFixedThreadPool(threads, threads("heddle-ovsdb-work"));
      timer = Executors.newSingleThreadScheduledExecutor(threads("heddle-ovsdb-timer"));
      context = Context.of(store, problems, ownership, settings, timer);
      transport = new OvsdbTransport(settings.maxMessageBytes(), () -> new SerialExecutor(workers));
      dialer = new Dialer(context, this);
      address = listen(settings);
      subscription = store.subscribe(this::committed);
      dialer.reconcile();
      timer.scheduleWithFixedDelay(
          this::sweep, SWEEP.toMillis(), SWEEP.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static ThreadFactory threads(String name) {
      var number = new AtomicLong();
      return task -> {
        var thread = new Thread(task, name + "-" + number.incrementAndGet());
        thread.setDaemon(true);
        return thread;
      };
    }

    private InetSocketAddress listen(OvsdbSettings settings) {
      try {
        return transport.listen(settings.listen(), settings.tls(), this);
      } catch (IOException e) {
        close(Optional.empty());
        throw new PortTakenException(
            "cannot listen for OVSDB on " + Sockets.text(settings.listen()) + ": " + e.getMessage(),
            e);
      }
    }

    @Override
    public boolean admits(InetSocketAddress peer) {
      var sessions = context.sessions();
      var shaking = transport.shaking();
      int open = sessions.size() + shaking.size();
      if (open >= context.settings().maxConnections()) {
        return refuse(peer, "as many as " + open + " are open");
      }
      long joining =
          Stream.concat(
                  shaking.stream(),
                  sessions.stream().filter(s -> !s.shown().state().known()).map(HostSession::peer))
              .filter(p -> p.getAddress().equals(peer.getAddress()))
              .count();
      return joining < JOINING_PER_ADDRESS
          || refuse(peer, joining + " from this address have not joined yet");
    }

    private boolean refuse(InetSocketAddress peer, String why) {
      context.drops().add("connection", Sockets.address(peer), "a connection was refused: " + why);
      return false;
    }

    @Override
    public void accepted(OvsdbConnection connection) {
      new HostSession(context, connection, Optional.empty(), () -> {}).start();
    }

    @Override
    public void failed(InetSocketAddress peer, String why) {
      LOG.debug("{}: {}", Sockets.text(peer), why);
      context.drops().add("connection", Sockets.address(peer), "a connection was refused: " + why);
    }

    @Override
    public CompletableFuture<OvsdbConnection> connect(InetSocketAddress host, Duration timeout) {
      return transport.connect(host, timeout);
    }

    @Override
    public HostSession session(OvsdbConnection connection, UUID chassis, Runnable ended) {
      var session = new HostSession(context, connection, Optional.of(chassis), ended);
      session.start();
      return session;
    }

    /** On the store's thread, so it only sets things going. */
    private void committed(Snapshot after, List<Change> changes) {
      for (var change : changes) {
        var type = change.kind().type();
        if (type.equals(PortBinding.class)) {
          change.before().ifPresent(row -> look(row.as(PortBinding.class)));
          change.after().ifPresent(row -> look(row.as(PortBinding.class)));
        } else if (type.equals(LogicalSwitchPort.class)) {
          change.after().ifPresent(row -> lookWhereBound(after, row));
        } else if (type.equals(Chassis.class)
            || type.equals(Encap.class)
            || Ownership.follows(change.kind())) {
          lookAtAll();
        }
      }
    }

    private void look(PortBinding binding) {
      session(binding).ifPresent(HostSession::storeChanged);
    }

    private Optional<HostSession> session(PortBinding binding) {
      return Optional.ofNullable(context.byChassis().get(UUID.fromString(binding.getChassis())));
    }

    /** Whether the port is up is told on its host. */
    private void lookWhereBound(Snapshot snapshot, Row port) {
      for (var uuid : snapshot.index(PortBinding.class, "logical_port", port.name())) {
        snapshot.get(PortBinding.class, uuid).flatMap(this::session).ifPresent(HostSession::look);
      }
    }

    private void lookAtAll() {
      if (gathering.compareAndSet(false, true)) {
        context.later(
            GATHERING,
            () -> {
              gathering.set(false);
              dialer.reconcile();
              context.sessions().forEach(HostSession::storeChanged);
            });
      }
    }

    /** Brings the problems that time makes and ends up to date. */
    private void sweep() {
      try {
        dialer.reconcile();
        tellAbsent();
      } catch (RuntimeException e) {
        LOG.error("the sweep failed", e);
      }
    }

    private void tellAbsent() {
      var absent = new ArrayList<Problem>();
      var connected = context.byChassis().keySet();
      var snapshot = context.store().snapshot();
      var ownership = context.ownership().apply(snapshot);
      var rows = new HashMap<>(snapshot.rows(Chassis.class));
      rows.values().removeIf(row -> !ownership.mine(row.name()));
      absentSince.keySet().removeIf(c -> connected.contains(c) || !rows.containsKey(c));
      rows.forEach(
          (uuid, row) -> {
            if (!connected.contains(uuid) && isOver(uuid)) {
              var why = dialer.failure(uuid).orElse("its ovsdb-server is not connected to Heddle");
              absent.add(new Problem("Chassis", row.name(), why));
            }
          });
      context.problems().replace(ABSENT, absent);
      context.problems().replace(DROPPED, context.drops().recent());
    }

    private boolean isOver(UUID chassis) {
      long since = absentSince.computeIfAbsent(chassis, c -> System.nanoTime());
      return System.nanoTime() - since >= context.settings().timing().absence().toNanos();
    }

    private List<OvsdbHost> hosts() {
      return context.sessions().stream()
          .map(HostSession::shown)
          .sorted(Comparator.comparing(OvsdbHost::chassis).thenComparing(OvsdbHost::peer))
          .toList();
    }

    private void close() {
      close(Optional.of(subscription));
    }

    private void close(Optional<Store.Subscription> listening) {
      listening.ifPresent(Store.Subscription::close);
      dialer.close();
      context.sessions().forEach(session -> session.close("Heddle is being stopped"));
      transport.close();
      timer.shutdownNow();
      workers.shutdown();
      awaitWorkers();
      context.sessions().forEach(HostSession::forgetProblems);
      context.problems().replace(ABSENT, List.of());
      context.problems().replace(DROPPED, List.of());
    }

    private void awaitWorkers() {
      try {
        if (!workers.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
          workers.shutdownNow();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
