package io.heddle.compiler;

import java.util.concurrent.TimeUnit;

/**
 * When the compiler may run again: at once, unless it has been running for more than a third of the
 * time lately, or more than some 100 times a second. A change that comes alone, or a few that do,
 * never wait; under lasting load the store keeps its share of the processors, and what comes during
 * a pause is compiled together, which costs little more than one change alone.
 */
final class Pace {
  /** Credit there is at most, and no pause is longer. In nanoseconds of time without a run. */
  static final long BURST = TimeUnit.MILLISECONDS.toNanos(200);

  /**
   * What a run costs, however short: for one change most of it goes to fetching what a run goes
   * through into the caches anew. In nanoseconds.
   */
  static final long EACH = TimeUnit.MILLISECONDS.toNanos(10);

  /** What each nanosecond of a run costs beside. */
  static final long RUNNING = 2;

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
    credit = Math.max(-BURST, credit - EACH - RUNNING * (ended - begun));
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
