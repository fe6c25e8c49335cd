package io.heddle.openflow;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assertions;

/** Waits for what comes true by itself, and fails with what there was instead. */
final class Eventually {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  private Eventually() {}

  static void eventually(String what, BooleanSupplier holds) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        Assertions.fail("it did not come true within " + PATIENCE + " that " + what);
      }
      pause();
    }
  }

  static <T> void becomes(T expected, Supplier<T> actual) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    var last = actual.get();
    while (!expected.equals(last)) {
      if (System.nanoTime() > deadline) {
        Assertions.assertEquals(expected, last);
      }
      pause();
      last = actual.get();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
