package io.heddle.reach;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Random networks do with packets what a simple model of them says. */
class ReachTest {
  private static final int NETWORKS = 150;
  private static final int PACKETS = 40;

  @Test
  void packetsFareAsTheModelSays() {
    var tally = Trial.Tally.NOTHING;
    for (long seed = 0; seed < NETWORKS; seed++) {
      tally = tally.plus(Trial.run(seed, PACKETS));
    }
    var all = tally;
    assertTrue(tally.delivered() > tally.packets() / 5, () -> "few packets came out: " + all);
    assertTrue(tally.routed() > tally.packets() / 20, () -> "few packets were routed: " + all);
    assertTrue(tally.handed() > tally.packets() / 10, () -> "few packets were handed over: " + all);
  }
}
