package io.heddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReadinessTest {
  private final AtomicLong now = new AtomicLong(-5);
  private final Readiness readiness = new Readiness(now::get);

  @Test
  void nothingIsReadyBeforeSomebodyLooked() {
    assertEquals(List.of("the start is not over"), readiness.lacking());
    readiness.replace(List.of());
    assertTrue(readiness.ready());
    readiness.replace(List.of("a part is missing"));
    assertFalse(readiness.ready());
  }

  @Test
  void whatWasFoundLongAgoHoldsNoLonger() {
    readiness.replace(List.of());
    now.addAndGet(Readiness.FRESH.toNanos());
    assertTrue(readiness.ready());
    now.addAndGet(1);
    assertEquals(List.of("nobody has looked after the parts for 15 s"), readiness.lacking());
    readiness.replace(List.of());
    assertTrue(readiness.ready());
  }
}
