package io.heddle.bfd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DampingTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @Test
  void firstTimesAreToldAtOnce() {
    var damping = new Damping(State.DOWN, 0);
    assertTrue(damping.due("", 0));
    assertTrue(damping.due("admin_down", 0));
    assertFalse(damping.due("down", 0));
    assertTrue(damping.is(State.UP, 1));
    assertTrue(damping.due("down", 1));
    assertTrue(damping.is(State.DOWN, 2));
    assertTrue(damping.due("up", 2));
  }

  @Test
  void whatPassesQuicklyIsNotTold() {
    var damping = new Damping(State.DOWN, 0);
    damping.is(State.INIT, SECOND);
    assertFalse(damping.due("down", SECOND));
    assertFalse(damping.due("down", 2 * SECOND - 1));
    assertTrue(damping.due("down", 2 * SECOND));
  }

  /** A peer that falls and comes back twice a second, for an hour. */
  @Test
  void whoFlapsFillsNoLog() {
    var damping = new Damping(State.DOWN, 0);
    var told = "down";
    int commits = 0;
    for (long now = 0; now < 3_600 * SECOND; now += SECOND / 100) {
      damping.is(now / (SECOND / 4) % 2 == 0 ? State.DOWN : State.UP, now);
      if (damping.due(told, now)) {
        if (told.equals("up")) {
          damping.fell(now);
        }
        told = told.equals("up") ? "down" : "up";
        commits++;
      }
    }
    assertTrue(commits < 150, commits + " commits");
    assertFalse(told.isEmpty());
  }

  @Test
  void whoFallsNowAndThenIsToldToBeUpLaterAndLater() {
    var damping = new Damping(State.UP, 0);
    long now = 0;
    for (int penalty : new int[] {0, 1, 2, 4, 8, 16, 30, 30}) {
      damping.is(State.DOWN, ++now);
      damping.fell(now);
      damping.is(State.UP, ++now);
      assertEquals(penalty == 0, damping.due("down", now));
      now += penalty * SECOND;
      assertTrue(damping.due("down", now), "after " + penalty + " s");
    }
    now += 60 * SECOND;
    damping.fell(now);
    damping.is(State.DOWN, now);
    damping.is(State.UP, ++now);
    assertTrue(damping.due("down", now));
  }
}
