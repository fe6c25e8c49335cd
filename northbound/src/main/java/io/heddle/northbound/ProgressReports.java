package io.heddle.northbound;

import io.heddle.model.Courier;
import io.heddle.model.Progress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other members how far this one's chassis are, and hears it of them. What is new is told
 * within a few milliseconds, and all of it twice a second, for words get lost.
 */
public final class ProgressReports implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressReports.class);
  private static final String SUBJECT = "progress";

  /** Between two looks, so that many confirmations cost one. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private static final long AGAIN_MILLIS = 500;

  private final Progress progress;
  private final Courier courier;
  private final Courier.Listening listening;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var made = new Thread(task, "heddle-progress");
            made.setDaemon(true);
            return made;
          });
  private final Runnable observer = this::soon;
  private final AtomicBoolean due = new AtomicBoolean();
  private volatile long lookedAt = System.nanoTime();

  /** Only the thread touches it. */
  private Optional<Progress.Report> told = Optional.empty();

  public ProgressReports(Progress progress, Courier courier) {
    this.progress = progress;
    this.courier = courier;
    this.listening = courier.listen(SUBJECT, this::heard);
    progress.onReport(observer);
    clock.scheduleWithFixedDelay(() -> look(true), 0, AGAIN_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** At once, or soon after the last look; once, however often it is asked for meanwhile. */
  private void soon() {
    if (progress.hasOthers() && due.compareAndSet(false, true)) {
      long pause = Math.max(0, lookedAt + PAUSE_NANOS - System.nanoTime());
      try {
        clock.schedule(() -> look(false), pause, TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException closed) {
        LOG.debug("closed", closed);
      }
    }
  }

  private void look(boolean again) {
    lookedAt = System.nanoTime();
    due.set(false);
    try {
      if (progress.hasOthers()) {
        tell(again);
      }
    } catch (RuntimeException fault) {
      LOG.error("The members are not told how far this one is", fault);
    }
  }

  private void heard(String member, byte[] word) {
    if (word.length == 2 * Long.BYTES) {
      var numbers = ByteBuffer.wrap(word);
      progress.reported(member, new Progress.Report(numbers.getLong(), numbers.getLong()));
    }
  }

  private void tell(boolean again) {
    var report = Optional.of(progress.report());
    if (again || !report.equals(told)) {
      told = report;
      courier.tell(
          SUBJECT,
          ByteBuffer.allocate(2 * Long.BYTES)
              .putLong(report.get().epoch())
              .putLong(report.get().installed())
              .array());
    }
  }

  @Override
  public void close() {
    progress.offReport(observer);
    clock.shutdownNow();
    listening.close();
  }
}
