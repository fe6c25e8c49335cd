package io.heddle.northbound.raft;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Waits for as long as something moves. To get a large snapshot or to apply a long log may rightly
 * take long; only to stand still is a reason to give up.
 *
 * @param standstill how long nothing may move
 * @param progress another number after each step
 */
record Patience(Duration standstill, LongSupplier progress) {
  /** The same where also something else may move. */
  Patience or(LongSupplier more) {
    return new Patience(standstill, () -> progress.getAsLong() + more.getAsLong());
  }

  /**
   * @throws TimeoutException where the future was not done and nothing moved for that long
   */
  <T> T await(Future<T> future) throws ExecutionException, InterruptedException, TimeoutException {
    while (true) {
      long before = progress.getAsLong();
      try {
        return future.get(standstill.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (progress.getAsLong() == before) {
          throw e;
        }
      }
    }
  }
}
