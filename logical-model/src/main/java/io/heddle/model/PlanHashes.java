package io.heddle.model;

import java.util.Map;
import java.util.UUID;

/**
 * What each chassis should run, told in 64 bits. Plans follow from the snapshot alone, so all
 * members that have compiled the same revision tell the same.
 *
 * @param revision that is compiled
 * @param chassis by chassis, a hash over the flows of its plan, in whatever order; nothing of a
 *     chassis that has no plan yet
 */
public record PlanHashes(long revision, Map<UUID, Long> chassis) {
  public static final PlanHashes NONE = new PlanHashes(0, Map.of());

  public PlanHashes {
    chassis = Map.copyOf(chassis);
  }

  /** Of all plans together, sixteen hexadecimal digits. */
  public String text() {
    return text(chassis.entrySet().stream().mapToLong(PlanHashes::mixed).sum());
  }

  /** Two chassis that have each other's plan are not what they should be. */
  private static long mixed(Map.Entry<UUID, Long> plan) {
    long who = plan.getKey().getMostSignificantBits() ^ plan.getKey().getLeastSignificantBits();
    return (who | 1) * (plan.getValue() ^ who >>> 32);
  }

  private static String text(long hash) {
    return "%016x".formatted(hash);
  }

  /** Sixteen hexadecimal digits; empty where the chassis has no plan yet. */
  public String text(UUID of) {
    var hash = chassis.get(of);
    return hash == null ? "" : text(hash);
  }
}
