package io.heddle.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PaceTest {
  /** A run for a row or some. */
  private static final long QUICK = Pace.EACH / 100;

  private final Pace pace = new Pace();

  @Test
  void whatComesNowAndThenNeverWaits() {
    long now = 5;
    for (int i = 0; i < 100; i++) {
      assertEquals(0, pace.pause(now));
      pace.ran(now, now + Pace.BURST / 20, 100);
      now += Pace.BURST / 2;
    }
  }

  @Test
  void someThatComeTogetherDoNotWait() {
    for (int i = 0; i < Pace.BURST / Pace.EACH; i++) {
      assertEquals(0, pace.pause(i * QUICK));
      pace.ran(i * QUICK, (i + 1) * QUICK, 1);
    }
  }

  @Test
  void aLongRunIsFollowedByAShortPause() {
    assertEquals(0, pace.pause(0));
    pace.ran(0, 50 * Pace.BURST, 1);
    assertEquals(Pace.BURST, pace.pause(50 * Pace.BURST));
    assertEquals(0, pace.pause(51 * Pace.BURST));
  }

  @Test
  void underLastingLoadTwoThirdsOfTheTimeAreLeft() {
    double share = share(Pace.BURST / 4, Pace.BURST / 4);
    assertTrue(share > 0.25 && share < 0.36, () -> "it ran for " + share + " of the time");
  }

  @Test
  void changesAreTakenOneByOneUntilTheyComeTooFast() {
    double often = share(QUICK, Pace.EACH * 11 / 10) / QUICK * Pace.EACH;
    assertTrue(often > 0.89 && often < 0.93, () -> "it ran " + often + " times in EACH");
  }

  @Test
  void theFasterTheyComeTheMoreAreTakenTogether() {
    for (long apart : new long[] {Pace.EACH / 2, Pace.EACH / 10, Pace.EACH / 1_000}) {
      double often = share(QUICK, apart) / QUICK * Pace.GATHERING;
      assertTrue(often > 0.9 && often < 1.25, () -> "it ran " + often + " times in GATHERING");
    }
  }

  /**
   * Of the time that it runs.
   *
   * @param step how long a run takes
   * @param apart a row changes so often
   */
  private double share(long step, long apart) {
    long running = 0;
    long taken = 0;
    long now = 0;
    while (now < 100 * Pace.BURST) {
      now = Math.max(now + pace.pause(now), (taken + 1) * apart);
      int rows = (int) (now / apart - taken);
      taken += rows;
      pace.ran(now, now + step, rows);
      now += step;
      running += step;
    }
    return (double) running / now;
  }
}
