package io.heddle.ovsdb;

import io.heddle.model.Problem;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.ovsdb.host.HostConfiguration;
import io.heddle.ovsdb.host.HostConfiguration.ControllerAddress;
import io.heddle.ovsdb.host.HostEdit;
import io.heddle.ovsdb.host.HostState;
import io.heddle.ovsdb.host.JoinRequest;
import io.heddle.ovsdb.host.Managers;
import io.heddle.ovsdb.host.Members;
import io.heddle.ovsdb.host.Observation;
import io.heddle.ovsdb.host.Words;
import io.heddle.ovsdb.wire.Ending;
import io.heddle.ovsdb.wire.OvsdbConnection;
import io.heddle.ovsdb.wire.Sockets;
import io.heddle.ovsdb.wire.TableChanges;
import io.heddle.v1.Chassis;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One host while it is connected: keeps its tables, and whenever they or the store change looks at
 * the whole of both and sets the differences going. All of that happens on the host's own executor,
 * so that hosts don't wait for each other.
 */
final class HostSession implements OvsdbConnection.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(HostSession.class);
  private static final AtomicLong NUMBERS = new AtomicLong();

  private final String source = "ovsdb/" + NUMBERS.incrementAndGet();
  private final Instant since = Instant.now();
  private final AtomicBoolean lookDue = new AtomicBoolean();
  private final AtomicBoolean lookAgainDue = new AtomicBoolean();
  private final Context context;
  private final OvsdbConnection connection;
  private final Executor executor;
  private final Optional<UUID> dialled;
  private final Runnable ended;
  private final FactWriter facts;
  private final Configurator configurator;
  private final Patience patience;
  private final Pulse pulse;
  private HostState host = HostState.empty();
  private Optional<String> claimed = Optional.empty();
  private Optional<HostSession> provedBy = Optional.empty();
  private boolean told;
  private boolean open = true;
  private volatile OvsdbHost shown;

  /**
   * @param dialled the chassis that Heddle connected to; empty for a host that connected to Heddle
   * @param ended called once, when the connection is gone
   */
  HostSession(Context context, OvsdbConnection connection, Optional<UUID> dialled, Runnable ended) {
    this.context = context;
    this.connection = connection;
    this.executor = connection.executor();
    this.dialled = dialled;
    this.ended = ended;
    this.facts = new FactWriter(context, executor, this::look);
    this.configurator = new Configurator(context, connection, executor, this::look);
    this.patience = new Patience(context.settings().timing().settling());
    this.pulse = new Pulse(context, connection, () -> context.sessions().contains(this));
    this.shown = describe("", OvsdbHost.State.JOINING, 0);
  }

  void start() {
    context.sessions().add(this);
    var timing = context.settings().timing();
    connection
        .monitor(HostState.COLUMNS, this)
        .exceptionally(
            failure -> {
              connection.close(Ending.fault(cause(failure)));
              return null;
            });
    context.later(timing.handshake(), () -> execute(this::requireTables));
    pulse.beat();
  }

  private static String cause(Throwable failure) {
    var cause = failure.getCause() == null ? failure : failure.getCause();
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  OvsdbHost shown() {
    return shown;
  }

  InetSocketAddress peer() {
    return connection.peer();
  }

  void close(String why) {
    connection.close(Ending.of(why));
  }

  @Override
  public void changed(TableChanges changes) {
    host = host.after(changes);
    told = true;
    facts.retryRefused();
    configurator.changed();
    look();
  }

  /** The store has changed in what concerns this host. */
  void storeChanged() {
    execute(facts::retryRefused);
    look();
  }

  /** Has the host looked at soon, once for all that happens until then. */
  void look() {
    if (lookDue.compareAndSet(false, true)) {
      execute(
          () -> {
            lookDue.set(false);
            evaluate();
          });
    }
  }

  private void execute(Runnable task) {
    try {
      executor.execute(() -> guarded(task));
    } catch (RejectedExecutionException e) {
      LOG.debug("{}: not looked at, all is being closed", connection);
    }
  }

  /** A host that makes Heddle stumble loses its connection; the others keep theirs. */
  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("{}: cannot be worked with", connection, e);
      connection.close(Ending.fault("Heddle failed to work with it: " + e));
    }
  }

  private void evaluate() {
    if (!open || !told) {
      return;
    }
    if (host.root().isEmpty()) {
      publish(List.of("its database is empty; Open vSwitch has never been started there"));
      return;
    }
    var request = JoinRequest.of(host.root().get());
    var snapshot = context.store().snapshot();
    claim(request.systemId());
    var objection = objection(snapshot);
    if (objection.isEmpty()) {
      work(request, snapshot);
    } else if (open) {
      var problems = new ArrayList<>(request.faults());
      objection.filter(o -> !o.isEmpty()).ifPresent(problems::add);
      publish(problems);
    }
  }

  /** Gives up the name that the host no longer has. */
  private void claim(Optional<String> name) {
    if (!claimed.equals(name)) {
      claimed.ifPresent(old -> context.roster().release(old, this));
      forgetChassis();
      claimed = name;
    }
  }

  /** Why the host is not worked with, in words unless its faults already say so. */
  private Optional<String> objection(Snapshot snapshot) {
    if (claimed.isEmpty()) {
      return joining("");
    }
    var expected =
        dialled.map(c -> snapshot.get(Chassis.class, c).map(Chassis::getName).orElse(""));
    if (expected.isPresent() && !expected.equals(claimed)) {
      return joining(
          "this host was connected to as chassis "
              + Words.quote(expected.get())
              + " but its external_ids:system-id is "
              + Words.quote(claimed.get()));
    }
    var peer = connection.authenticated();
    if (peer.isPresent() && !peer.get().is(claimed.get())) {
      connection.close(
          Ending.fault(
              "its certificate is that of "
                  + Words.quote(peer.get().toString())
                  + " but its external_ids:system-id is "
                  + Words.quote(claimed.get())));
      return joining("");
    }
    var speaker = context.roster().claim(claimed.get(), this);
    if (speaker.isEmpty()) {
      connection.close(Ending.fault("too many connections say that they are this chassis"));
      return joining("");
    }
    return speaker.get() == this
        ? Optional.empty()
        : Optional.of(refused(claimed.get(), speaker.get()));
  }

  private Optional<String> joining(String why) {
    shown = describe(claimed.orElse(""), OvsdbHost.State.JOINING, 0);
    return Optional.of(why);
  }

  private String refused(String name, HostSession speaker) {
    shown = describe(name, OvsdbHost.State.REFUSED, 0);
    if (!provedBy.equals(Optional.of(speaker))) {
      provedBy = Optional.of(speaker);
      speaker.pulse.prove();
    }
    return "two connections say that they are this chassis: "
        + speaker.connection
        + ", which came first, and "
        + connection
        + ", which is refused until the first is gone; give every host a system-id of its own";
  }

  private void work(JoinRequest request, Snapshot snapshot) {
    var name = claimed.orElseThrow();
    var ownership = context.ownership().apply(snapshot);
    var members = Members.of(snapshot, ownership.self(), controllerAddress().target());
    Observation.chassis(snapshot, name).map(Row::uuid).ifPresent(this::register);
    if (ownership.mine(name)) {
      own(name, request, snapshot, members, ownership.self());
    } else {
      standBy(name, members, ownership.owner(name));
    }
  }

  /** Another member observes and configures the host, once the host has found it. */
  private void standBy(String name, Members members, Optional<String> owner) {
    if (dialled.isEmpty()) {
      owner.ifPresent(o -> configurator.carryOut(Managers.owner(host, members, o)));
    }
    shown = describe(name, OvsdbHost.State.STANDBY, 0);
    publish(List.of());
  }

  private void own(
      String name, JoinRequest request, Snapshot snapshot, Members members, String self) {
    var observation = Observation.of(name, request, host, snapshot);
    boolean known = facts.write(observation);
    var problems = new ArrayList<>(request.faults());
    problems.addAll(observation.faults());
    problems.addAll(facts.refusals());
    if (context.settings().openFlowAddress().isEmpty()
        && connection.local().getAddress().isLinkLocalAddress()) {
      problems.add(
          "it reached Heddle at the link-local address "
              + Sockets.text(connection.local())
              + ", at which its bridge cannot; set the OpenFlow address that hosts are told");
    }
    var chassis = Observation.chassis(snapshot, name);
    int tunnels = shown.tunnels();
    if (chassis.isPresent() && known) {
      var edits = dialled.isEmpty() ? Managers.all(host, members, self) : List.<HostEdit>of();
      tunnels = configure(chassis.get(), request, snapshot, members, edits, problems);
    }
    shown = describe(name, OvsdbHost.State.CONNECTED, tunnels);
    publish(problems);
  }

  private void register(UUID chassis) {
    if (context.byChassis().put(chassis, this) != this) {
      forgetChassis();
      context.byChassis().put(chassis, this);
    }
  }

  private void forgetChassis() {
    context.byChassis().values().removeIf(this::equals);
  }

  private int configure(
      Row chassis,
      JoinRequest request,
      Snapshot snapshot,
      Members members,
      List<HostEdit> managers,
      List<String> problems) {
    var configuration =
        HostConfiguration.of(chassis, request, host, snapshot, members.controllers().values());
    var edits = new ArrayList<>(managers);
    edits.addAll(configuration.edits());
    configurator.carryOut(edits);
    problems.addAll(configuration.faults());
    problems.addAll(patience.lasting(configuration.unsettled()));
    configurator.failure().ifPresent(problems::add);
    if (!configuration.unsettled().isEmpty()) {
      lookAgain(context.settings().timing().settling());
    }
    return configuration.tunnels();
  }

  /** One such look is due at most, however often what is not settled is looked at. */
  private void lookAgain(Duration wait) {
    if (lookAgainDue.compareAndSet(false, true)) {
      context.later(
          wait,
          () -> {
            lookAgainDue.set(false);
            look();
          });
    }
  }

  private ControllerAddress controllerAddress() {
    var settings = context.settings();
    return new ControllerAddress(
        settings.openFlowTls(),
        settings.openFlowAddress().orElseGet(() -> Sockets.address(connection.local())),
        settings.openFlowPort());
  }

  private void publish(List<String> problems) {
    var kind = claimed.isPresent() ? "Chassis" : "connection";
    var subject = claimed.orElseGet(connection::toString);
    context
        .problems()
        .replace(source, problems.stream().map(p -> new Problem(kind, subject, p)).toList());
  }

  private OvsdbHost describe(String name, OvsdbHost.State state, int tunnels) {
    return new OvsdbHost(
        name,
        state,
        connection.toString(),
        Sockets.text(connection.local()),
        since,
        tunnels,
        host.root().map(HostState.OpenVSwitch::version).orElse(""));
  }

  private void requireTables() {
    if (!told) {
      connection.close(
          Ending.fault(
              "it has not told its tables within "
                  + context.settings().timing().handshake().toSeconds()
                  + " s"));
    }
  }

  void forgetProblems() {
    context.problems().replace(source, List.of());
  }

  @Override
  public void closed(Ending ending) {
    LOG.info("{} {}: {}", connection, Words.quote(claimed.orElse("")), ending.why());
    open = false;
    context.sessions().remove(this);
    forgetChassis();
    if (ending.fault()) {
      context
          .drops()
          .add(
              claimed.isPresent() ? "Chassis" : "connection",
              claimed.orElseGet(() -> Sockets.address(connection.peer())),
              "the connection from " + connection + " was dropped: " + ending.why());
    }
    forgetProblems();
    claimed.ifPresent(name -> context.roster().release(name, this));
    ended.run();
  }
}
