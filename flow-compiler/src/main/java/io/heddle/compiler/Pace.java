package io.heddle.compiler;

import java.util.concurrent.TimeUnit;

/**
 * When the compiler may run again: at once, unless it has been running for more than half of the
 * time lately. A change that comes alone, or a few that do, never wait; under lasting load the
 * store keeps its share of the processors, and what comes during a pause is compiled together.
 */
final class Pace {
  /** It may run for so long without a pause, and no pause is longer. In nanoseconds. */
  static final long BURST = TimeUnit.MILLISECONDS.toNanos(100);

  private long credit = BURST;
  private long since;
  private boolean started;

  /**
   * @param now as by {@link System#nanoTime}
   * @return nanoseconds to wait, 0 for none
   */
  long pause(long now) {
    gain(now);
    return Math.max(0, -credit);
  }

  /** It ran from then until then. */
  void ran(long begun, long ended) {
    gain(begun);
    credit = Math.max(-BURST, credit - (ended - begun));
    since = ended;
  }

  private void gain(long now) {
    if (started && now > since) {
      credit = Math.min(BURST, credit + (now - since));
    }
    started = true;
    since = now;
  }
}
