package io.heddle.compiler;

import java.util.concurrent.TimeUnit;

/**
 * When the compiler may run again: at once, unless it has been running for more than a third of the
 * time lately, or more has come than one by one would take. A change that comes alone, or some that
 * do, never wait; the more come, the longer they are gathered. What is compiled together costs
 * little more than one change alone, and the processors are the store's meanwhile.
 */
final class Pace {
  /** Credit there is at most, and no pause is longer. In nanoseconds of time without a run. */
  static final long BURST = TimeUnit.MILLISECONDS.toNanos(200);

  /**
   * What a run costs for each row that changed, however quick it was: most of a small run goes to
   * fetching what it goes through, code above all, into the caches anew. In nanoseconds.
   */
  static final long EACH = TimeUnit.MILLISECONDS.toNanos(5);

  /** What it costs at most by that: under lasting load no change is gathered for longer. */
  static final long GATHERING = TimeUnit.MILLISECONDS.toNanos(50);

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

  /** It ran from then until then, for so many rows that had changed. */
  void ran(long begun, long ended, int rows) {
    gain(begun);
    long gathered = Math.min(GATHERING, rows * EACH);
    credit = Math.max(-BURST, credit - gathered - RUNNING * (ended - begun));
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
