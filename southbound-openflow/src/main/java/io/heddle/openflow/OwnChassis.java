package io.heddle.openflow;

import io.heddle.model.Ownership;
import io.heddle.model.Problem;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.v1.Chassis;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The chassis that this member owns, and what they count for in {@link Progress}. One whose switch
 * is not connected is missed for as long as a living switch may take to come: a member that has
 * just started, or has got the chassis of one that died, must not say that all is installed because
 * it does not see the hosts that lack it. After that nobody waits for it, and that is a problem.
 *
 * <p>Used by one thread at a time. Times are those of {@link System#nanoTime}.
 */
final class OwnChassis {
  private static final String ABSENT = "openflow/absent";

  private final Progress progress;
  private final Problems problems;
  private final Duration patience;
  private final Set<UUID> driven = new HashSet<>();

  /** Those that are not driven, and since when. */
  private final Map<UUID, Long> away = new HashMap<>();

  /** When a switch was connected with this member last, whoever owned it, where that was lately. */
  private final Map<UUID, Long> seen = new HashMap<>();

  /** Since when this member sees who is connected. */
  private Optional<Long> begun = Optional.empty();

  /** Of these the ones that nobody waits for any more. */
  private final Set<UUID> gone = new HashSet<>();

  /**
   * @param patience how long a switch that is away is waited for
   */
  OwnChassis(Progress progress, Problems problems, Duration patience) {
    this.progress = progress;
    this.problems = problems;
    this.patience = patience;
  }

  /**
   * Who owns what may have changed.
   *
   * @param connected all whose switch is connected with this member
   */
  void divided(Snapshot network, Ownership ownership, Set<UUID> connected, long now) {
    begun = begun.or(() -> Optional.of(now));
    if (!ownership.agreed()) {
      end();
      return;
    }
    var mine =
        network.rows(Chassis.class).values().stream()
            .filter(row -> isOwn(row, ownership))
            .map(Row::uuid)
            .collect(Collectors.toSet());
    driven.retainAll(mine);
    away.keySet().retainAll(mine);
    for (var chassis : mine) {
      if (connected.contains(chassis)) {
        away.remove(chassis);
        driven.add(chassis);
      } else {
        away.computeIfAbsent(chassis, c -> lastSeen(c, now));
      }
    }
    gone.retainAll(away.keySet());
    away.forEach(
        (chassis, since) -> {
          if (isGone(since, now)) {
            gone.add(chassis);
          }
        });
    var missed = new HashSet<>(away.keySet());
    missed.removeAll(gone);
    progress.divided(ownership.epoch(), ownership.others(), driven, missed);
  }

  /**
   * A living switch is connected with all members, so who was not seen here for long is no loss.
   */
  private long lastSeen(UUID chassis, long now) {
    long start = begun.orElse(now);
    return Math.max(start, seen.getOrDefault(chassis, start));
  }

  private boolean isGone(long since, long now) {
    return now - since >= patience.toNanos();
  }

  /** A host without a datapath id has no bridge yet that could be connected. */
  private static boolean isOwn(Row row, Ownership ownership) {
    return !row.as(Chassis.class).getDatapathId().isEmpty() && ownership.mine(row.name());
  }

  /** The chassis' row came, has changed or is gone. */
  void changed(Snapshot network, Ownership ownership, UUID chassis, long now) {
    if (network.row(Chassis.class, chassis).filter(row -> isOwn(row, ownership)).isEmpty()) {
      forget(chassis);
    } else if (!driven.contains(chassis) && away.putIfAbsent(chassis, now) == null) {
      progress.missed(chassis);
    }
  }

  private void forget(UUID chassis) {
    boolean known = driven.remove(chassis);
    known |= away.remove(chassis) != null;
    gone.remove(chassis);
    if (known) {
      progress.gone(chassis);
    }
  }

  /** The chassis' switch is connected and, as far as this member knows, obeys it. */
  void drives(UUID chassis) {
    if (away.remove(chassis) != null) {
      gone.remove(chassis);
      driven.add(chassis);
      progress.connected(chassis);
    }
  }

  /** It is not, or does not. */
  void loses(UUID chassis, long now) {
    if (driven.remove(chassis)) {
      away.put(chassis, now);
      progress.missed(chassis);
    }
  }

  /** The switch confirmed the revision, which counts unless another member owns it meanwhile. */
  void installed(UUID chassis, long revision) {
    if (driven.contains(chassis)) {
      progress.installed(chassis, revision);
    }
  }

  /** To be called a few times a second. */
  void tick(Snapshot network, Ownership ownership, Set<UUID> connected, long now) {
    begun = begun.or(() -> Optional.of(now));
    seen.values().removeIf(at -> isGone(at, now));
    connected.forEach(chassis -> seen.put(chassis, now));
    away.forEach(
        (chassis, since) -> {
          if (isGone(since, now) && gone.add(chassis)) {
            progress.gone(chassis);
          }
        });
    var where =
        ownership.others().isEmpty()
            ? "Heddle"
            : "member " + ownership.self() + ", which owns the chassis";
    problems.replace(
        ABSENT,
        gone.stream()
            .filter(chassis -> !connected.contains(chassis))
            .flatMap(chassis -> network.row(Chassis.class, chassis).stream())
            .map(row -> problem(row, where))
            .toList());
  }

  private static Problem problem(Row row, String where) {
    return new Problem(
        "Chassis", row.name(), "its bridge is not connected over OpenFlow to " + where);
  }

  /** Nothing is known of switches any more. */
  void end() {
    driven.clear();
    away.clear();
    gone.clear();
    progress.undivided();
    problems.replace(ABSENT, List.of());
  }
}
