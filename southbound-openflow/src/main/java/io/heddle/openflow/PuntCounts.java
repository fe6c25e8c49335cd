package io.heddle.openflow;

import io.heddle.flow.Punt;
import java.util.Map;

/**
 * The packets that a switch handed over, since its connection began.
 *
 * @param taken those that were or will be answered, by their reasons
 * @param dropped those that came while too many waited
 * @param strange those that no flow of ours handed over, and frames too short or too long
 * @param lost packets that were to go back to the switch while it was not reading
 */
public record PuntCounts(Map<Punt, Long> taken, long dropped, long strange, long lost) {
  static final PuntCounts NONE = new PuntCounts(Map.of(), 0, 0, 0);

  public PuntCounts {
    taken = Map.copyOf(taken);
  }
}
