package io.heddle.bfd;

import io.heddle.answer.Injector;
import io.heddle.answer.Punted;
import io.heddle.answer.PuntedPacket;
import io.heddle.answer.SendingLink;
import io.heddle.bfd.Frames.Heard;
import io.heddle.bfd.Statuses.Verdict;
import io.heddle.bfd.Wish.Watch;
import io.heddle.flow.Ip;
import io.heddle.flow.Punt;
import io.heddle.model.Change;
import io.heddle.model.Courier;
import io.heddle.model.Ownership;
import io.heddle.model.Problem;
import io.heddle.model.Problems;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.v1.Bfd;
import io.heddle.v1.Chassis;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the sessions by which routers watch next hops ({@link Session}), and writes down what they
 * say. A session is kept by the owner of the chassis where the next hop is ({@link Peers}), so by
 * one member; whoever else hears the next hop tells it. When the chassis gets another owner, that
 * one goes on with the session, of which the peer notices nothing.
 */
public final class NextHopWatch extends SendingLink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NextHopWatch.class);
  private static final String SOURCE = "bfd";

  /** Who is heard: at which router's port, and from where. */
  private record End(long datapath, long port, Ip from) {}

  /** A session that is kept here. */
  private record Kept(Watch watch, Session session, Damping damping) {
    Kept with(Watch other) {
      return new Kept(other, session, damping);
    }
  }

  private final Problems problems;
  private final Courier courier;
  private final Function<Snapshot, Ownership> ownership;
  private final Statuses statuses;
  private final Store.Subscription subscription;
  private final Courier.Listening listening;
  private final RandomGenerator random = new SplittableRandom();
  private final ScheduledThreadPoolExecutor clock =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            var made = new Thread(task, "heddle-bfd");
            made.setDaemon(true);
            return made;
          });

  // Guarded by this.
  private final Wishes wishes = new Wishes();
  private final Seats seats = new Seats(Limits.SESSIONS);
  private final Map<UUID, Kept> kept = new HashMap<>();
  private final Resting<UUID, End> ends = new Resting<>();
  private Snapshot snapshot;

  /** Chassis may have other owners. */
  private boolean divided;

  private Optional<ScheduledFuture<?>> next = Optional.empty();
  private long nextAt;

  /**
   * @param others takes what is no session's
   */
  public NextHopWatch(
      Store store,
      Problems problems,
      Courier courier,
      Function<Snapshot, Ownership> ownership,
      Punted others) {
    super(others);
    this.problems = problems;
    this.courier = courier;
    this.ownership = ownership;
    var sound = store.sound();
    this.statuses = new Statuses(sound);
    clock.setRemoveOnCancelPolicy(true);
    clock.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    synchronized (this) {
      this.subscription = sound.subscribe(this::committed);
      this.snapshot = subscription.from();
      wishes.begin(snapshot);
      wake(System.nanoTime());
    }
    this.listening =
        courier.listen(SOURCE, (member, word) -> Heard.read(word).ifPresent(this::hear));
  }

  @Override
  public void connected(UUID chassis, Injector back) {
    super.connected(chassis, back);
    synchronized (this) {
      long now = System.nanoTime();
      kept.values().stream()
          .filter(k -> k.watch().chassis().equals(chassis))
          .forEach(k -> k.session().listening(now));
      wake(now);
    }
  }

  @Override
  public void punted(UUID chassis, PuntedPacket packet, Injector back) {
    if (packet.why().reason() != Punt.BFD) {
      passOn(chassis, packet, back);
      return;
    }
    Frames.heard(packet)
        .filter(heard -> !hear(heard))
        .ifPresent(heard -> courier.tell(SOURCE, heard.word()));
  }

  /** Whether the session is kept here. */
  private synchronized boolean hear(Heard heard) {
    var end = new End(heard.datapath(), heard.port(), heard.from());
    var found = ends.on(end).stream().findFirst();
    if (found.isEmpty()) {
      return false;
    }
    var uuid = found.get();
    var session = kept.get(uuid);
    long now = System.nanoTime();
    ControlPacket.read(heard.datagram())
        .ifPresent(
            packet -> {
              session.session().received(packet, now).ifPresent(answer -> send(session, answer));
              note(uuid, session, now);
              session.session().due().ifPresent(this::wake);
            });
    return true;
  }

  private void note(UUID uuid, Kept session, long now) {
    if (session.damping().is(session.session().state(), now)) {
      statuses.doubt(uuid);
      wake(now);
    }
  }

  private void send(Kept session, ControlPacket packet) {
    var watch = session.watch();
    inject(
        watch.chassis(),
        Frames.out(watch.link(), watch.source(), watch.peer(), packet.mine(), packet));
  }

  private synchronized void committed(Snapshot after, List<Change> changes) {
    snapshot = after;
    for (var change : changes) {
      wishes.follow(after, change);
      divided |= Ownership.follows(change.kind());
    }
    if (unsettled()) {
      wake(System.nanoTime() + Limits.SETTLING.toNanos());
    }
  }

  private boolean unsettled() {
    return wishes.doubtful() || divided;
  }

  /** Looks then, a tick from now at the soonest, or before, where that was wanted. */
  private void wake(long wanted) {
    long now = System.nanoTime();
    long tick = Limits.TICK.toNanos();
    long at = wanted - now < tick ? now + tick : wanted;
    if (next.isPresent() && at - nextAt >= 0 || clock.isShutdown()) {
      return;
    }
    next.ifPresent(later -> later.cancel(false));
    nextAt = at;
    next = Optional.of(clock.schedule(this::look, at - now, TimeUnit.NANOSECONDS));
  }

  private void look() {
    try {
      synchronized (this) {
        pass(System.nanoTime());
      }
      statuses.write(this::verdict, this::replaced);
    } catch (RuntimeException fault) {
      LOG.error("next hops were not watched", fault);
    } finally {
      synchronized (this) {
        later();
      }
    }
  }

  private void pass(long now) {
    next = Optional.empty();
    long late = now - nextAt;
    if (late > Limits.LATE.toNanos()) {
      kept.values().forEach(k -> k.session().excuse(late));
    }
    if (unsettled()) {
      settle(now);
    }
    kept.forEach(
        (uuid, k) -> {
          k.session().tick(now).ifPresent(packet -> send(k, packet));
          note(uuid, k, now);
        });
  }

  private void later() {
    kept.values().forEach(k -> k.session().due().ifPresent(this::wake));
    if (statuses.doubtful()) {
      wake(System.nanoTime() + Statuses.AGAIN.toNanos());
    }
  }

  /** Begins and ends sessions as rows that changed, and who owns which chassis, want it. */
  private void settle(long now) {
    var owners = ownership.apply(snapshot);
    var concerned = new HashSet<>(wishes.settle(snapshot));
    if (divided) {
      concerned.addAll(wishes.rows());
      divided = false;
    }
    var others = new HashSet<UUID>();
    concerned.forEach(uuid -> seat(uuid, owners).ifPresent(others::add));
    concerned.addAll(others);
    concerned.forEach(uuid -> carryOut(uuid, owners, now));
    tell(seats.waiting());
  }

  /** Which one has or loses a seat because of that. */
  private Optional<UUID> seat(UUID uuid, Ownership owners) {
    return wishes.of(uuid).filter(wish -> isMine(wish, owners)).isPresent()
        ? snapshot.row(Bfd.class, uuid).flatMap(seats::want)
        : seats.leave(uuid);
  }

  private boolean isMine(Wish wish, Ownership owners) {
    return wish instanceof Watch watch
        && owners.mine(
            snapshot.get(Chassis.class, watch.chassis()).map(Chassis::getName).orElse(""));
  }

  private void carryOut(UUID uuid, Ownership owners, long now) {
    var wish = wishes.of(uuid);
    if (seats.has(uuid)) {
      keep(uuid, (Watch) wish.orElseThrow(), now);
      return;
    }
    boolean watch = wish.filter(Watch.class::isInstance).isPresent();
    end(uuid, !watch);
    if (watch ? seats.wants(uuid) : wish.isPresent() && owners.mine(uuid.toString())) {
      boolean unused = wish.get() instanceof Wish.Unused;
      statuses.idle(uuid, unused ? State.ADMIN_DOWN : State.DOWN);
    } else {
      statuses.leave(uuid);
    }
  }

  /** Without a word where another member goes on with the session. */
  private void end(UUID uuid, boolean unwanted) {
    var ended = kept.remove(uuid);
    if (ended != null) {
      ends.rest(uuid, Set.of());
      if (unwanted) {
        send(ended, ended.session().farewell());
      }
    }
  }

  private void keep(UUID uuid, Watch watch, long now) {
    var before = kept.get(uuid);
    if (before != null) {
      before.session().configure(watch.timing(), now);
      kept.put(uuid, before.with(watch));
    } else {
      var session = session(uuid, watch, now);
      kept.put(uuid, new Kept(watch, session, new Damping(session.state(), now)));
    }
    var link = watch.link();
    ends.rest(uuid, Set.of(new End(link.routerDatapath(), link.routerPort(), watch.peer())));
    statuses.doubt(uuid);
  }

  private Session session(UUID uuid, Watch watch, long now) {
    var status = snapshot.get(Bfd.class, uuid).map(Bfd::getStatus).orElse("");
    // The same at all members, so that the peer knows the session when it moves.
    int discriminator = uuid.hashCode() == 0 ? 1 : uuid.hashCode();
    if (!status.equals(State.UP.status())) {
      return Session.begin(discriminator, watch.timing(), random, now);
    }
    long patience = Limits.TAKEOVER.toNanos();
    var session = Session.resume(discriminator, watch.timing(), random, now, patience);
    if (reaches(watch.chassis())) {
      session.listening(now);
    }
    return session;
  }

  private void tell(int tooMany) {
    problems.replace(
        SOURCE,
        tooMany == 0
            ? List.of()
            : List.of(
                new Problem(
                    "Bfd",
                    "",
                    "%d sessions are too many for one controller, which keeps %d"
                        .formatted(tooMany + Limits.SESSIONS, Limits.SESSIONS))));
  }

  private synchronized Optional<Verdict> verdict(UUID uuid, String told) {
    return Optional.ofNullable(kept.get(uuid))
        .map(k -> new Verdict(k.session().state(), k.damping().due(told, System.nanoTime())));
  }

  private synchronized void replaced(UUID uuid, String told) {
    if (told.equals(State.UP.status())) {
      Optional.ofNullable(kept.get(uuid)).ifPresent(k -> k.damping().fell(System.nanoTime()));
    }
  }

  @Override
  public void close() {
    clock.shutdown();
    listening.close();
    subscription.close();
    problems.replace(SOURCE, List.of());
  }
}
