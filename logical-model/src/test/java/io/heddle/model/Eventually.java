package io.heddle.model;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assertions;

/** Waits for what comes true by itself, and fails with what there was instead. */
public final class Eventually {
  public static final Duration PATIENCE = Duration.ofSeconds(20);

  private Eventually() {}

  public static void eventually(String what, BooleanSupplier holds) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        Assertions.fail("it did not come true within " + PATIENCE + " that " + what);
      }
      pause();
    }
  }

  public static <T> void becomes(T expected, Supplier<T> actual) {
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

  /** Fails as soon as it stops holding within the time. */
  public static void stays(String what, Duration time, BooleanSupplier holds) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      Assertions.assertTrue(holds.getAsBoolean(), what);
      pause();
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
