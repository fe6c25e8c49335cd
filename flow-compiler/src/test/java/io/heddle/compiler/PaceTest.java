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
  void someThatComeTogetherDoNotWait() {
    long quick = Pace.EACH / 100;
    for (int i = 0; i < 20; i++) {
      assertEquals(0, pace.pause(i * quick));
      pace.ran(i * quick, (i + 1) * quick);
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
  void underLastingLoadTwoThirdsOfTheTimeAreLeft() {
    double share = share(Pace.BURST / 4);
    assertTrue(share > 0.25 && share < 0.36, () -> "it ran for " + share + " of the time");
  }

  @Test
  void underLastingLoadOfSmallChangesSomeAreTakenTogether() {
    long quick = Pace.EACH / 100;
    double often = share(quick) / quick * Pace.EACH;
    assertTrue(often > 0.9 && often < 1.1, () -> "it ran " + often + " times in EACH");
  }

  /** Of the time, where there is always something to do. */
  private double share(long step) {
    long running = 0;
    long now = 0;
    while (now < 100 * Pace.BURST) {
      now += pace.pause(now);
      pace.ran(now, now + step);
      now += step;
      running += step;
    }
    return (double) running / now;
  }
}
