package io.heddle.northbound;

import io.heddle.model.Courier;
import io.heddle.model.Progress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the other members how far this one's chassis are, and hears it of them. What is new is told
 * within a few milliseconds, and all of it twice a second, for words get lost.
 */
public final class ProgressReports implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressReports.class);
  private static final String SUBJECT = "progress";
  private static final long TICK_MILLIS = 5;
  private static final long AGAIN_MILLIS = 500;
  private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(AGAIN_MILLIS);

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
  private Optional<Progress.Report> told = Optional.empty();
  private long toldAt;

  public ProgressReports(Progress progress, Courier courier) {
    this.progress = progress;
    this.courier = courier;
    this.listening = courier.listen(SUBJECT, this::heard);
    clock.execute(this::tick);
  }

  /** Who is alone looks only now and then whether it still is. */
  private void tick() {
    boolean others = progress.hasOthers();
    try {
      if (others) {
        tell();
      }
    } catch (RuntimeException fault) {
      LOG.error("The members are not told how far this one is", fault);
    }
    try {
      clock.schedule(this::tick, others ? TICK_MILLIS : AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      LOG.debug("closed", closed);
    }
  }

  private void heard(String member, byte[] word) {
    if (word.length == 2 * Long.BYTES) {
      var numbers = ByteBuffer.wrap(word);
      progress.reported(member, new Progress.Report(numbers.getLong(), numbers.getLong()));
    }
  }

  private void tell() {
    var report = Optional.of(progress.report());
    long now = System.nanoTime();
    if (!report.equals(told) || now - toldAt > AGAIN_NANOS) {
      told = report;
      toldAt = now;
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
    clock.shutdownNow();
    listening.close();
  }
}
