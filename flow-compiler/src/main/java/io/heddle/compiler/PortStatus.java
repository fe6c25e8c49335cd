package io.heddle.compiler;

import io.heddle.model.Change;
import io.heddle.model.Edit;
import io.heddle.model.Ownership;
import io.heddle.model.Progress;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.v1.Chassis;
import io.heddle.v1.Division;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.PortBinding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down which ports are up: those whose chassis confirmed a revision in which they are bound
 * to it, and those that lead to routers or switches. A port that was up before this controller
 * started, or before its chassis became this controller's, stays so while its binding stays. Of
 * several controllers the owner of a port's chassis writes, and one of them for all ports without.
 */
public final class PortStatus implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PortStatus.class);
  private static final long RETRY_SECONDS = 1;

  /** Commits that come so shortly after each other are looked at together. */
  private static final long TOGETHER_MILLIS = 5;

  /** Ports in one transaction: a large network that comes up at once takes several. */
  private static final int PORTS_AT_ONCE = 1_000;

  /** Whoever would own a chassis of this name writes for the ports that have none. */
  private static final String NOWHERE = "";

  private final Store store;
  private final Progress progress;
  private final Function<Snapshot, Ownership> ownership;
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            var made = new Thread(task, "heddle-port-status");
            made.setDaemon(true);
            return made;
          });
  private final Store.Subscription subscription;
  private final long startedAt;

  /** What commits changed and nobody has looked at yet. */
  private final List<Change> arrivals = new ArrayList<>();

  /** Ports to look at again once their chassis confirms something. Only the thread touches it. */
  private final Map<UUID, Set<UUID>> unconfirmed = new HashMap<>();

  /** Ports to look at now. */
  private final Set<UUID> doubtful = new HashSet<>();

  private boolean writing;

  public PortStatus(Store store, Progress progress, Function<Snapshot, Ownership> ownership) {
    this.store = store.sound();
    this.progress = progress;
    this.ownership = ownership;
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    this.subscription = this.store.subscribe(this::arrived);
    this.startedAt = subscription.from().revision();
    inThread(() -> look(subscription.from().rows(LogicalSwitchPort.class).keySet()));
    progress.onInstalled((chassis, revision) -> inThread(() -> confirmed(chassis)));
  }

  private void inThread(Runnable work) {
    try {
      thread.execute(work);
    } catch (RejectedExecutionException closed) {
      LOG.debug("closed", closed);
    }
  }

  private void arrived(Snapshot after, List<Change> changes) {
    var news = changes.stream().filter(change -> decides(after, change)).toList();
    synchronized (arrivals) {
      boolean first = arrivals.isEmpty();
      arrivals.addAll(news);
      if (!first || news.isEmpty()) {
        return;
      }
    }
    try {
      thread.schedule(this::lookAtArrivals, TOGETHER_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      LOG.debug("closed", closed);
    }
  }

  /** Whether a port may be up or down by it; most that are new say that they are down, and are. */
  private static boolean decides(Snapshot after, Change change) {
    var type = change.kind().type();
    if (type != LogicalSwitchPort.class) {
      return type == PortBinding.class || type == Division.class;
    }
    if (change.before().isPresent() || change.after().isEmpty()) {
      return change.after().isPresent();
    }
    var port = change.after().get().as(LogicalSwitchPort.class);
    boolean down = port.hasUp() && !port.getUp() && port.getType().isEmpty();
    return !down || binding(after, port.getName()).isPresent();
  }

  private void lookAtArrivals() {
    List<Change> changes;
    synchronized (arrivals) {
      changes = List.copyOf(arrivals);
      arrivals.clear();
    }
    look(affected(store.snapshot(), changes));
  }

  private static Set<UUID> affected(Snapshot after, List<Change> changes) {
    var ports = new HashSet<UUID>();
    for (var change : changes) {
      if (change.kind().type() == LogicalSwitchPort.class) {
        ports.add(change.uuid());
      } else if (change.kind().type() == PortBinding.class) {
        change.before().ifPresent(r -> ports.addAll(claimed(after, r)));
        change.after().ifPresent(r -> ports.addAll(claimed(after, r)));
      } else if (change.kind().type() == Division.class) {
        ports.addAll(after.rows(LogicalSwitchPort.class).keySet());
      }
    }
    return ports;
  }

  private static Set<UUID> claimed(Snapshot snapshot, Row binding) {
    var name = binding.as(PortBinding.class).getLogicalPort();
    return snapshot.index(LogicalSwitchPort.class, "name", name);
  }

  private void confirmed(UUID chassis) {
    var ports = unconfirmed.remove(chassis);
    if (ports != null) {
      look(ports);
    }
  }

  private void look(Collection<UUID> ports) {
    doubtful.addAll(ports);
    write();
  }

  /** One transaction at a time; what comes up meanwhile goes into the next. */
  private void write() {
    if (writing || doubtful.isEmpty()) {
      return;
    }
    var snapshot = store.snapshot();
    var owners = ownership.apply(snapshot);
    var known = new HashMap<String, Boolean>();
    Predicate<String> mine = chassis -> known.computeIfAbsent(chassis, owners::mine);
    var looked = doubtful.stream().limit(PORTS_AT_ONCE).toList();
    looked.forEach(doubtful::remove);
    var edits = new ArrayList<io.heddle.v1.Operation>();
    for (var uuid : looked) {
      var port = snapshot.get(LogicalSwitchPort.class, uuid);
      var up = port.flatMap(p -> up(snapshot, owners.epoch(), mine, uuid, p));
      up.filter(u -> !port.get().hasUp() || port.get().getUp() != u)
          .map(u -> LogicalSwitchPort.newBuilder().setUp(u).build())
          .ifPresent(told -> edits.add(Edit.update(uuid, told, "up")));
    }
    if (!edits.isEmpty()) {
      writing = true;
      store
          .commit(Edit.observation(edits))
          .whenComplete((outcome, fault) -> inThread(() -> written(looked, fault)));
    } else if (!doubtful.isEmpty()) {
      inThread(this::write);
    }
  }

  private void written(List<UUID> ports, Throwable fault) {
    if (fault == null) {
      writing = false;
      write();
      return;
    }
    LOG.warn("could not write which ports are up, trying again: {}", fault.toString());
    doubtful.addAll(ports);
    CompletableFuture.delayedExecutor(RETRY_SECONDS, TimeUnit.SECONDS)
        .execute(
            () ->
                inThread(
                    () -> {
                      writing = false;
                      write();
                    }));
  }

  /** Whether the port is up; nothing where that is as it was. */
  private Optional<Boolean> up(
      Snapshot snapshot, long epoch, Predicate<String> mine, UUID uuid, LogicalSwitchPort port) {
    if (port.getType().equals("router") || port.getType().equals("switch")) {
      // A link to a router or switch is on all chassis and waits for none.
      return Optional.of(true).filter(up -> mine.test(NOWHERE));
    }
    var binding = binding(snapshot, port.getName());
    if (binding.isEmpty()) {
      return Optional.of(false).filter(up -> mine.test(NOWHERE));
    }
    return up(snapshot, epoch, mine, uuid, port, binding.get());
  }

  private Optional<Boolean> up(
      Snapshot snapshot,
      long epoch,
      Predicate<String> mine,
      UUID uuid,
      LogicalSwitchPort port,
      Row binding) {
    long created = snapshot.row(LogicalSwitchPort.class, uuid).map(Row::created).orElse(0L);
    long needed = Math.max(binding.version(), created);
    var chassis = UUID.fromString(binding.as(PortBinding.class).getChassis());
    var name = snapshot.get(Chassis.class, chassis).map(Chassis::getName).orElse("");
    if (!mine.test(name)) {
      return Optional.empty();
    }
    if (progress.installed(chassis).orElse(0) >= needed) {
      return Optional.of(true);
    }
    unconfirmed.computeIfAbsent(chassis, c -> new HashSet<>()).add(uuid);
    boolean bound = needed > Math.max(startedAt, epoch);
    return bound || !port.hasUp() ? Optional.of(false) : Optional.empty();
  }

  /** The interface that a port is, if any says so and has been given a number. */
  public static Optional<Row> binding(Snapshot snapshot, String portName) {
    var claims = snapshot.index(PortBinding.class, "logical_port", portName);
    if (claims.isEmpty()) {
      return Optional.empty();
    }
    return claims.stream()
        .flatMap(uuid -> snapshot.row(PortBinding.class, uuid).stream())
        .max(
            Comparator.comparingLong(Row::created)
                .thenComparing(Row::uuid, Comparator.reverseOrder()))
        .filter(row -> row.as(PortBinding.class).getOfport() != 0);
  }

  @Override
  public void close() {
    subscription.close();
    thread.shutdown();
  }
}
