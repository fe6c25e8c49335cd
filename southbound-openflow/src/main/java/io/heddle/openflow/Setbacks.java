package io.heddle.openflow;

import static java.util.concurrent.TimeUnit.SECONDS;

/** Bundles that failed one after the other. */
final class Setbacks {
  /** Bundles that may fail for one flow each before the switch is given a rest. */
  private static final int IN_A_ROW = 8;

  private static final long LONGEST_REST_NANOS = SECONDS.toNanos(30);

  private static final int LAST_DOUBLING = 10;

  private int count;

  /** One took effect. */
  void over() {
    count = 0;
  }

  void add() {
    count++;
  }

  boolean few() {
    return count <= IN_A_ROW;
  }

  /** How long to leave the switch alone; longer each time. */
  long restNanos() {
    long rest = SECONDS.toNanos(1) << Math.min(count - 1, LAST_DOUBLING);
    return Math.min(rest, LONGEST_REST_NANOS);
  }
}
