package io.heddle.ovsdb;

import java.time.Duration;

/** Lets a burst through and then so many a second. Not for use by several threads at once. */
final class Pace {
  private final long intervalNanos;
  private final long burstNanos;

  /** When the next one would be due if they came evenly. */
  private long due = System.nanoTime();

  Pace(int burst, int perSecond) {
    this.intervalNanos = Duration.ofSeconds(1).toNanos() / perSecond;
    this.burstNanos = intervalNanos * burst;
    this.due -= burstNanos;
  }

  /** How long to wait before the next one; zero counts it as let through. */
  Duration take() {
    long now = System.nanoTime();
    due = Math.max(due, now - burstNanos);
    if (due > now) {
      return Duration.ofNanos(due - now);
    }
    due += intervalNanos;
    return Duration.ZERO;
  }
}
