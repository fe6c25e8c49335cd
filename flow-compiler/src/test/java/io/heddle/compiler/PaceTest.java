package io.heddle.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PaceTest {
  private final Pace pace = new Pace();

  @Test
  void whatComesNowAndThenNeverWaits() {
    long now = 5;
    for (int i = 0; i < 100; i++) {
      assertEquals(0, pace.pause(now));
      pace.ran(now, now + Pace.BURST / 10);
      now += Pace.BURST / 2;
    }
  }

  @Test
  void aLongRunIsFollowedByAShortPause() {
    assertEquals(0, pace.pause(0));
    pace.ran(0, 50 * Pace.BURST);
    assertEquals(Pace.BURST, pace.pause(50 * Pace.BURST));
    assertEquals(0, pace.pause(51 * Pace.BURST));
  }

  @Test
  void underLastingLoadHalfOfTheTimeIsLeft() {
    long step = Pace.BURST / 20;
    long running = 0;
    long now = 0;
    while (now < 100 * Pace.BURST) {
      now += pace.pause(now);
      pace.ran(now, now + step);
      now += step;
      running += step;
    }
    double share = (double) running / now;
    assertTrue(share > 0.45 && share < 0.55, () -> "it ran for " + share + " of the time");
  }
}
