package io.heddle.it.chaos;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What was acknowledged is never lost and never done twice, whatever befalls members. */
class ChaosIT {
  private static final long SEED = Long.getLong("heddle.random.seed", System.nanoTime() >>> 16);
  private static final int SECONDS = Integer.getInteger("heddle.chaos.seconds", 90);

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void nothingAcknowledgedIsLostOrDoneTwice() throws Exception {
    Chaos.run(SEED, Duration.ofSeconds(SECONDS), Path.of("target", "chaos", "" + SEED), false);
  }
}
