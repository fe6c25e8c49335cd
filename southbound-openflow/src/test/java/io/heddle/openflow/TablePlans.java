package io.heddle.openflow;

import io.heddle.compiler.Layer;
import io.heddle.compiler.Plans;
import io.heddle.compiler.Unit;
import io.heddle.compiler.UnitKey;
import io.heddle.flow.Flow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Plans that a test writes down. */
final class TablePlans implements Plans {
  private final Map<UUID, Map<UnitKey, Unit>> plans = new HashMap<>();
  private final Map<UUID, Set<Follower>> followers = new HashMap<>();
  private long revision = 100;

  static Unit unit(Object subject, Flow... flows) {
    return unit(subject, List.of(flows));
  }

  static Unit unit(Object subject, List<Flow> flows) {
    return new Unit(new UnitKey("Test", subject, new Layer.Pipeline()), flows);
  }

  synchronized long revision() {
    return revision;
  }

  /** The chassis' plan from now on; followers are told what is other than before. */
  synchronized long plan(UUID chassis, List<Unit> units) {
    var next = new LinkedHashMap<UnitKey, Unit>();
    units.forEach(u -> next.put(u.key(), u));
    var before = plans.put(chassis, next);
    revision++;
    var change = before == null ? whole(chassis) : change(before, next);
    followers.getOrDefault(chassis, Set.of()).forEach(f -> f.planned(change));
    return revision;
  }

  private PlanChange change(Map<UnitKey, Unit> before, Map<UnitKey, Unit> next) {
    var set = new ArrayList<Unit>();
    next.forEach(
        (key, unit) -> {
          if (before.get(key) != unit) {
            set.add(unit);
          }
        });
    var gone = before.keySet().stream().filter(k -> !next.containsKey(k)).toList();
    return new PlanChange(revision, false, set, gone);
  }

  private PlanChange whole(UUID chassis) {
    return new PlanChange(revision, true, List.copyOf(plans.get(chassis).values()), List.of());
  }

  @Override
  public synchronized Following follow(UUID chassis, Follower follower) {
    followers.computeIfAbsent(chassis, c -> new HashSet<>()).add(follower);
    if (plans.containsKey(chassis)) {
      follower.planned(whole(chassis));
    }
    return () -> unfollow(chassis, follower);
  }

  private synchronized void unfollow(UUID chassis, Follower follower) {
    followers.get(chassis).remove(follower);
  }
}
