package io.heddle.it.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The same as {@link ChaosIT} for half an hour. */
class ChaosSoak {
  private static final long SEED = Long.getLong("heddle.random.seed", System.nanoTime() >>> 16);
  private static final int SECONDS = Integer.getInteger("heddle.chaos.seconds", 1_800);

  @Test
  @Timeout(value = 3, unit = TimeUnit.HOURS)
  void nothingAcknowledgedIsLostOrDoneTwice() throws Exception {
    Chaos.run(SEED, Duration.ofSeconds(SECONDS), Path.of("target", "chaos", "" + SEED), true);
  }
}
