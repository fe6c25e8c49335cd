package io.heddle.openflow;

import com.google.common.util.concurrent.MoreExecutors;
import io.heddle.answer.Injection;
import io.heddle.answer.Punted;
import io.heddle.compiler.Plans;
import io.heddle.model.Change;
import io.heddle.model.Ownership;
import io.heddle.model.Problem;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.model.Row;
import io.heddle.model.Schema;
import io.heddle.model.Snapshot;
import io.heddle.openflow.wire.Ending;
import io.heddle.openflow.wire.Line;
import io.heddle.tls.Peer;
import io.heddle.v1.Chassis;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings connections and chassis together, so that each chassis has at most one session, and tells
 * the rest of the controller what comes of it. What it knows of connections it changes on one
 * executor, in order; nothing waits for it.
 */
final class Switchboard {
  private static final Logger LOG = LoggerFactory.getLogger(Switchboard.class);

  private final Plans plans;
  private final Punted punted;
  private final Executor puntPool;
  private final Problems problems;
  private final Function<Snapshot, Ownership> ownership;
  private final OpenflowSettings settings;
  private final Encoder encoder = new Encoder();
  private final Executor desk;
  private volatile Snapshot network = Snapshot.empty();

  private final Set<Connection> open = ConcurrentHashMap.newKeySet();

  /** The last state of chassis that are not connected. */
  private final Map<UUID, SwitchState> gone = new ConcurrentHashMap<>();

  // The desk's own.
  private final Map<Connection, Optional<String>> waiting = new LinkedHashMap<>();
  private final Map<UUID, Connection> assigned = new HashMap<>();
  private final OwnChassis own;
  private final Complaints complaints;

  Switchboard(
      Plans plans,
      Punted punted,
      Progress progress,
      Problems problems,
      Function<Snapshot, Ownership> ownership,
      OpenflowSettings settings,
      Executor pool,
      Executor puntPool) {
    this.plans = plans;
    this.punted = punted;
    this.puntPool = puntPool;
    this.problems = problems;
    this.ownership = ownership;
    this.settings = settings;
    this.own = new OwnChassis(progress, problems, settings.absence());
    this.complaints = new Complaints(problems);
    this.desk = MoreExecutors.newSequentialExecutor(pool);
  }

  Plans plans() {
    return plans;
  }

  Handovers handovers(Line line, UUID chassis) {
    var made = new Handovers(line, chassis, punted, puntPool);
    punted.connected(chassis, made);
    return made;
  }

  OpenflowSettings settings() {
    return settings;
  }

  Encoder encoder() {
    return encoder;
  }

  /** As the newest state says it. */
  Ownership ownership() {
    return ownership.apply(network);
  }

  Snapshot network() {
    return network;
  }

  /** The chassis' name, or its UUID where it is gone. */
  String name(UUID chassis) {
    return row(chassis).map(Row::name).orElseGet(chassis::toString);
  }

  private Optional<Row> row(UUID chassis) {
    return network.row(Schema.rows().kind(Chassis.class), chassis);
  }

  /** The state before the first commit that {@link #committed} is told of. */
  void begin(Snapshot from) {
    committed(from, List.of());
    desk.execute(this::divided);
  }

  void committed(Snapshot after, List<Change> changes) {
    if (after.revision() >= network.revision()) {
      network = after;
    }
    var kind = Schema.rows().kind(Chassis.class);
    var chassis = changes.stream().filter(c -> c.kind().equals(kind)).map(Change::uuid).toList();
    if (!chassis.isEmpty()) {
      desk.execute(() -> changed(chassis));
    }
    if (changes.stream().anyMatch(c -> Ownership.follows(c.kind()))) {
      desk.execute(this::divided);
    }
  }

  /** What counts is known at once, before the lines have come to do something about it. */
  private void divided() {
    var now = ownership();
    own.divided(network, now, assigned.keySet(), System.nanoTime());
    assigned.forEach(
        (chassis, connection) -> {
          if (!now.mine(name(chassis))) {
            problems.replace(source(chassis), List.of());
          }
          connection.line().executor().execute(connection.line().guarded(connection::divided));
        });
  }

  private void changed(List<UUID> changed) {
    var now = ownership();
    changed.forEach(chassis -> own.changed(network, now, chassis, System.nanoTime()));
    for (var entry : List.copyOf(assigned.entrySet())) {
      var datapathId = entry.getValue().state().datapathId();
      if (!datapathId.map(this::havers).orElse(List.of()).contains(entry.getKey())) {
        entry.getValue().line().close("its chassis is gone or has another datapath id");
      }
    }
    gone.keySet().removeIf(chassis -> row(chassis).isEmpty());
    List.copyOf(waiting.entrySet())
        .forEach(e -> e.getValue().ifPresent(datapathId -> assign(e.getKey(), datapathId)));
  }

  /** Who say that they have it, which is for nobody but them to say. */
  private List<UUID> havers(String datapathId) {
    return List.copyOf(network.index(Chassis.class, "datapath_id", datapathId));
  }

  String whyUnknown(String datapathId) {
    var names = havers(datapathId).stream().map(this::name).sorted().toList();
    if (names.isEmpty()) {
      return "no chassis has its datapath id " + datapathId;
    }
    return "its datapath id "
        + datapathId
        + (names.size() == 1
            ? " is that of chassis " + names.get(0)
            : " is that of several chassis: " + names);
  }

  /** A connection is there. */
  Connection opened(Line line) {
    var connection = new Connection(line, this);
    open.add(connection);
    desk.execute(
        () -> {
          waiting.put(connection, Optional.empty());
          if (waiting.size() > settings.waitingConnections()) {
            evict();
          }
        });
    connection.start();
    return connection;
  }

  /** Of the address that has most of them, the connection that has waited longest goes. */
  private void evict() {
    Map<String, List<Connection>> byHost =
        waiting.keySet().stream()
            .collect(Collectors.groupingBy(c -> c.line().remote().getHostString()));
    byHost.values().stream()
        .max(Comparator.comparingInt(List::size))
        .ifPresent(
            most -> {
              waiting.remove(most.get(0));
              most.get(0).line().fail("too many connections wait, most of them from its address");
            });
  }

  /** A connection's switch has told its datapath id. */
  void introduced(Connection connection, String datapathId) {
    desk.execute(
        () -> {
          if (waiting.containsKey(connection)) {
            waiting.put(connection, Optional.of(datapathId));
            assign(connection, datapathId);
          }
        });
  }

  private void assign(Connection connection, String datapathId) {
    var havers = havers(datapathId);
    var candidates = havers.stream().filter(c -> connection.speaksFor(name(c))).toList();
    if (candidates.isEmpty() && !havers.isEmpty()) {
      refuse(connection, datapathId);
    }
    if (candidates.size() != 1) {
      return;
    }
    var chassis = candidates.get(0);
    waiting.remove(connection);
    complaints.forget(connection.remote());
    var before = assigned.put(chassis, connection);
    if (before != null) {
      LOG.info("{}: {} replaces {}", name(chassis), connection.remote(), before.remote());
      before.line().close("a newer connection of the same switch replaces it");
      loseControl(chassis);
    }
    gone.remove(chassis);
    var line = connection.line();
    line.executor().execute(line.guarded(() -> connection.assign(chassis)));
  }

  /** It would come again as soon as it is gone, and each time from another port. */
  private void refuse(Connection connection, String datapathId) {
    var why =
        "its certificate is that of "
            + connection.line().peer().orElse(Peer.NOBODY)
            + ", but "
            + whyUnknown(datapathId);
    LOG.warn("{}: {}", connection.remote(), why);
    waiting.remove(connection);
    complaints.add(connection.address(), why);
    connection.line().close(why);
  }

  private void loseControl(UUID chassis) {
    problems.replace(source(chassis), List.of());
    own.loses(chassis, System.nanoTime());
  }

  void ended(Connection connection, Ending ending) {
    var state = connection.state();
    LOG.info(
        "{} {}: connection ended: {}",
        state.chassis().map(this::name).or(state::datapathId).orElse("unknown switch"),
        connection.remote(),
        ending.reason());
    desk.execute(
        () -> {
          waiting.remove(connection);
          if (ending.fault()) {
            boolean proved = connection.line().peer().map(p -> !p.equals(Peer.NOBODY)).orElse(true);
            complaints.add(proved ? connection.remote() : connection.address(), ending.reason());
          }
          List.copyOf(assigned.entrySet()).stream()
              .filter(e -> e.getValue() == connection)
              .forEach(e -> released(e.getKey(), connection, ending));
        });
    synchronized (open) {
      open.remove(connection);
      open.notifyAll();
    }
  }

  private void released(UUID chassis, Connection connection, Ending ending) {
    assigned.remove(chassis);
    loseControl(chassis);
    if (row(chassis).isPresent()) {
      gone.put(chassis, last(chassis, connection.state(), ending));
    }
  }

  private static SwitchState last(UUID chassis, SwitchState state, Ending ending) {
    return state.with(
        last ->
            last.chassis(Optional.of(chassis))
                .connected(false)
                .role(SwitchState.Role.NONE)
                .revision(0)
                .lastError(Optional.of(ending.reason())));
  }

  /** Something is wrong with a connection that belongs to no chassis. */
  void complain(String remote, String message) {
    LOG.warn("{}: {}", remote, message);
    desk.execute(() -> complaints.add(remote, message));
  }

  private static String source(UUID chassis) {
    return "openflow/" + chassis;
  }

  /** This member owns the chassis, so that it counts; its switch may have to be told yet. */
  void controls(Session session, Line line) {
    whileAssigned(session, line, own::drives);
  }

  /** It does no longer, or the switch does not obey it. */
  void losesControl(Session session, Line line) {
    whileAssigned(session, line, this::loseControl);
  }

  /** The switch confirmed a revision, which counts unless another owns it meanwhile. */
  void installed(Session session, Line line, long revision) {
    whileAssigned(session, line, chassis -> own.installed(chassis, revision));
  }

  /** All that is wrong with a session. */
  void report(Session session, Line line, List<Problem> all) {
    whileAssigned(session, line, chassis -> problems.replace(source(chassis), all));
  }

  /** What a session says counts as long as no other has taken its place. */
  private void whileAssigned(Session session, Line line, Consumer<UUID> action) {
    desk.execute(
        () -> {
          var connection = assigned.get(session.chassis());
          if (connection != null && connection.line() == line) {
            action.accept(session.chassis());
          }
        });
  }

  /** A packet for a chassis' switch, which is lost where that is not connected. */
  void inject(UUID chassis, Injection injection) {
    desk.execute(
        () -> Optional.ofNullable(assigned.get(chassis)).ifPresent(c -> c.inject(injection)));
  }

  /** To be called a few times a second. */
  void tick() {
    open.forEach(Connection::tick);
    encoder.forgetOld();
    desk.execute(
        () -> {
          complaints.forgetOld();
          own.tick(network, ownership(), assigned.keySet(), System.nanoTime());
        });
  }

  List<SwitchState> switches() {
    return Stream.concat(open.stream().map(Connection::state), gone.values().stream())
        .sorted(Comparator.comparing(SwitchState::remote))
        .toList();
  }

  /** Takes back what was told of switches, once all lines have told their end. */
  void end(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    synchronized (open) {
      while (!open.isEmpty() && System.nanoTime() < deadline) {
        open.wait(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      }
    }
    desk.execute(
        () -> {
          List.copyOf(assigned.keySet()).forEach(this::loseControl);
          own.end();
          complaints.forgetAll();
        });
  }
}
