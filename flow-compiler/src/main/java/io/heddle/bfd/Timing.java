package io.heddle.bfd;

import io.heddle.v1.Bfd;
import java.util.function.BiConsumer;

/**
 * How often one end of a session would send and bears to be sent to.
 *
 * @param minTx microseconds between two packets, as {@code minRx}
 * @param multiplier intervals without a packet after which the peer may take this end to be gone
 */
public record Timing(long minTx, long minRx, int multiplier) {
  private static final long DEFAULT_MILLIS = 1_000;
  private static final int DEFAULT_MULTIPLIER = 5;
  private static final int LARGEST_MULTIPLIER = 255;
  private static final long MICROS = 1_000;

  /**
   * As the row says, so far as it can be.
   *
   * @param faults told a field's name and what is other than the row says
   */
  public static Timing of(Bfd row, BiConsumer<String, String> faults) {
    return new Timing(
        interval("min_tx", row.hasMinTx() ? row.getMinTx() : DEFAULT_MILLIS, faults),
        interval("min_rx", row.hasMinRx() ? row.getMinRx() : DEFAULT_MILLIS, faults),
        multiplier(row.hasDetectMult() ? row.getDetectMult() : DEFAULT_MULTIPLIER, faults));
  }

  private static long interval(String field, long millis, BiConsumer<String, String> faults) {
    long least = Limits.SHORTEST_INTERVAL.toMillis();
    long most = ControlPacket.LONGEST / MICROS;
    long possible = Math.min(Math.max(millis, least), most);
    if (possible != millis) {
      faults.accept(field, "is taken to be " + possible + ", not " + millis);
    }
    return possible * MICROS;
  }

  private static int multiplier(long wanted, BiConsumer<String, String> faults) {
    long possible = Math.min(Math.max(wanted, 1), LARGEST_MULTIPLIER);
    if (possible != wanted) {
      faults.accept("detect_mult", "is taken to be " + possible + ", not " + wanted);
    }
    return (int) possible;
  }
}
