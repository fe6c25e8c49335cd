package io.heddle.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.reach.Trial;
import org.junit.jupiter.api.Test;

/** Very many random networks do with packets what a simple model of them says. */
class ReachSoak {
  private static final int PACKETS = 100_000;
  private static final int PACKETS_PER_NETWORK = 40;

  /** Others than those that are tried every day. */
  private static final long FIRST_SEED = Long.getLong("heddle.random.seed", 1_000_000);

  @Test
  void packetsFareAsTheModelSays() {
    var tally = Trial.Tally.NOTHING;
    for (long seed = FIRST_SEED; tally.packets() < PACKETS; seed++) {
      tally = tally.plus(Trial.run(seed, PACKETS_PER_NETWORK));
    }
    assertTrue(tally.routed() > PACKETS / 20, "few packets were routed: " + tally);
  }
}
