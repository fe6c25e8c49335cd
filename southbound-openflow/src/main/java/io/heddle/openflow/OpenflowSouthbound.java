package io.heddle.openflow;

import io.heddle.answer.Injection;
import io.heddle.answer.Outlet;
import io.heddle.answer.Punted;
import io.heddle.compiler.Plans;
import io.heddle.model.Ownership;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.openflow.wire.ListenException;
import io.heddle.openflow.wire.Listening;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Carries the plans of chassis out on their switches, over OpenFlow 1.3, and tells how far each has
 * come and what it refuses.
 */
public final class OpenflowSouthbound implements OpenflowSessions, Outlet, AutoCloseable {
  private static final int TICKS_PER_SECOND = 4;
  private static final Duration TIME_TO_END = Duration.ofSeconds(5);

  /** They encode and compare, and never wait for a switch. */
  private static final int WORKERS = Math.max(2, Runtime.getRuntime().availableProcessors());

  /** They answer packets, which costs the other workers nothing. */
  private static final int PUNT_WORKERS = 2;

  private final Store store;
  private final Plans plans;
  private final Punted punted;
  private final Progress progress;
  private final Problems problems;
  private final Function<Snapshot, Ownership> ownership;
  private final OpenflowSettings settings;
  private Optional<Service> service = Optional.empty();

  /** What there is while the port is open. */
  private record Service(
      ExecutorService pool,
      ExecutorService puntPool,
      ScheduledExecutorService clock,
      Switchboard board,
      Listening listening,
      Store.Subscription subscription) {}

  /**
   * Does nothing yet.
   *
   * @param punted takes the packets that switches hand over
   * @param ownership which chassis this member drives; of the others it is a slave. The epoch is
   *     the generation_id of role requests: a switch obeys the controller that has the highest
   *     (OpenFlow 1.3 section 6.3.6)
   */
  public OpenflowSouthbound(
      Store store,
      Plans plans,
      Punted punted,
      Progress progress,
      Problems problems,
      Function<Snapshot, Ownership> ownership,
      OpenflowSettings settings) {
    this.store = store;
    this.plans = plans;
    this.punted = punted;
    this.progress = progress;
    this.problems = problems;
    this.ownership = ownership;
    this.settings = settings;
  }

  /**
   * Opens the port; switches that connect are served from now on.
   *
   * @throws ListenException the port is taken or the address is not of this machine
   */
  public synchronized void start() throws ListenException {
    if (service.isPresent()) {
      throw new IllegalStateException("started already");
    }
    var pool = pool(WORKERS, "heddle-openflow");
    var puntPool = pool(PUNT_WORKERS, "heddle-openflow-punt");
    var board =
        new Switchboard(plans, punted, progress, problems, ownership, settings, pool, puntPool);
    var subscription = store.subscribe(board::committed);
    board.begin(subscription.from());
    try {
      var listening = Listening.open(settings.listen(), settings.tls(), pool, board::opened);
      var clock = Executors.newSingleThreadScheduledExecutor(named("heddle-openflow-clock"));
      long period = TimeUnit.SECONDS.toNanos(1) / TICKS_PER_SECOND;
      clock.scheduleWithFixedDelay(board::tick, period, period, TimeUnit.NANOSECONDS);
      service = Optional.of(new Service(pool, puntPool, clock, board, listening, subscription));
    } catch (ListenException | RuntimeException fault) {
      subscription.close();
      pool.shutdown();
      puntPool.shutdown();
      throw fault;
    }
  }

  /** What comes in after the end, from the network or a plan, is of no interest any more. */
  private static ExecutorService pool(int workers, String name) {
    return new ThreadPoolExecutor(
        workers,
        workers,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        named(name),
        new ThreadPoolExecutor.DiscardPolicy());
  }

  private static ThreadFactory named(String name) {
    return task -> {
      var thread = new Thread(task, name);
      thread.setDaemon(true);
      return thread;
    };
  }

  /** The port that is open, of use where the settings leave the choice to the system. */
  public synchronized int port() {
    return service.orElseThrow(() -> new IllegalStateException("not started")).listening().port();
  }

  @Override
  public synchronized List<SwitchState> switches() {
    return service.map(s -> s.board().switches()).orElse(List.of());
  }

  @Override
  public synchronized void inject(UUID chassis, Injection injection) {
    service.ifPresent(s -> s.board().inject(chassis, injection));
  }

  /** Lets go of all switches, which keep their flows. It can be started again. */
  @Override
  public synchronized void close() {
    service.ifPresent(OpenflowSouthbound::end);
    service = Optional.empty();
  }

  private static void end(Service service) {
    service.clock().shutdown();
    service.subscription().close();
    service.listening().close();
    try {
      service.board().end(TIME_TO_END);
      service.pool().shutdown();
      service.puntPool().shutdown();
      service.pool().awaitTermination(TIME_TO_END.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
