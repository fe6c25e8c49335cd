package io.heddle.northbound.raft;

import io.atomix.utils.concurrent.AbstractThreadContext;
import io.atomix.utils.concurrent.Scheduled;
import io.atomix.utils.concurrent.ThreadContext;
import io.atomix.utils.concurrent.ThreadContextFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Contexts whose work is done by whoever brings it, one piece at a time and in order, as the
 * library's client asks. It has a few instructions to do for a commit, in each of several contexts;
 * waking a thread for each of them took longer than the commit.
 */
final class CallersThread implements ThreadContextFactory, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CallersThread.class);

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            var made = new Thread(work, "heddle-raft-client");
            made.setDaemon(true);
            return made;
          });

  /** For what is to be done later; nothing that it does may take long. */
  ScheduledExecutorService timer() {
    return timer;
  }

  @Override
  public ThreadContext createContext() {
    return new Context();
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  private final class Context extends AbstractThreadContext {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private Optional<Thread> working = Optional.empty();

    @Override
    public void execute(Runnable task) {
      synchronized (tasks) {
        tasks.add(task);
        if (working.isPresent()) {
          return;
        }
        working = Optional.of(Thread.currentThread());
      }
      for (var next = next(); next.isPresent(); next = next()) {
        try {
          next.get().run();
        } catch (RuntimeException | Error e) {
          LOG.error("A task of the client failed", e);
        }
      }
    }

    private Optional<Runnable> next() {
      synchronized (tasks) {
        var next = Optional.ofNullable(tasks.poll());
        if (next.isEmpty()) {
          working = Optional.empty();
        }
        return next;
      }
    }

    @Override
    public boolean isCurrentContext() {
      synchronized (tasks) {
        return working.filter(thread -> thread == Thread.currentThread()).isPresent();
      }
    }

    @Override
    public void checkThread() {
      if (!isCurrentContext()) {
        throw new IllegalStateException("not in this context");
      }
    }

    @Override
    public Scheduled schedule(Duration delay, Runnable task) {
      return of(timer.schedule(() -> execute(task), delay.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public Scheduled schedule(Duration delay, Duration interval, Runnable task) {
      return of(
          timer.scheduleAtFixedRate(
              () -> execute(task), delay.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS));
    }

    private static Scheduled of(Future<?> scheduled) {
      return () -> scheduled.cancel(false);
    }

    @Override
    public void close() {}
  }
}
