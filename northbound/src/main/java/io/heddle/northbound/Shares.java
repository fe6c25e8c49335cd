package io.heddle.northbound;

import io.heddle.model.Membership;
import io.heddle.northbound.Divider.Pace;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which members should have a share in the chassis, from who was live when. Who is lost goes at
 * once, for its chassis wait; who comes has to show that it stays, the longer the more often it
 * went lately, and then gets its share in steps. So a member that comes and goes moves chassis
 * once, not each time.
 *
 * <p>Every member watches, so that whoever leads next knows who has been live.
 */
final class Shares {
  static final int WHOLE = 100;

  /** How much more weight a member gets in one step. */
  static final int STEP = 25;

  private final Pace pace;
  private final long began;
  private final Map<String, Long> liveSince = new HashMap<>();
  private final Map<String, Duration> probation = new HashMap<>();
  private final Set<String> seen = new HashSet<>();
  private long stepped;

  /**
   * @param now as {@link System#nanoTime}, as with all methods
   */
  Shares(Pace pace, long now) {
    this.pace = pace;
    this.began = now;
    this.stepped = now;
  }

  /** To be called with every view. */
  void see(Membership.View view, long now) {
    for (var member : view.live()) {
      seen.add(member);
      liveSince.putIfAbsent(member, now);
    }
    for (var member : Set.copyOf(liveSince.keySet())) {
      if (!view.live().contains(member)) {
        lost(member, now);
      }
    }
    probation.keySet().retainAll(view.members());
    seen.retainAll(view.members());
  }

  /** A long life makes up for what was before it. */
  private void lost(String member, long now) {
    long lived = now - liveSince.remove(member);
    var before = lived > pace.longest().toNanos() ? null : probation.get(member);
    var next = before == null ? pace.settling() : before.multipliedBy(2);
    probation.put(member, next.compareTo(pace.longest()) < 0 ? next : pace.longest());
  }

  /**
   * What the shares should be.
   *
   * @param current what they are; where nobody has any, all who are live get a whole one
   */
  Map<String, Integer> next(Map<String, Integer> current, Membership.View view, long now) {
    var next = new TreeMap<String, Integer>();
    current.forEach(
        (member, share) -> {
          if (stays(member, view, now)) {
            next.put(member, share);
          }
        });
    if (next.isEmpty()) {
      view.live().forEach(member -> next.put(member, WHOLE));
    } else if (now - stepped >= pace.pause().toNanos()) {
      view.live().stream()
          .filter(member -> next.containsKey(member) || settled(member, now))
          .forEach(member -> next.merge(member, STEP, (had, more) -> Math.min(had + more, WHOLE)));
    }
    return next;
  }

  /** The shares that {@link #next} told are written. */
  void stepped(long now) {
    stepped = now;
  }

  private boolean stays(String member, Membership.View view, long now) {
    if (!view.members().contains(member)) {
      return false;
    }
    boolean mayStillCome = !seen.contains(member) && now - began < pace.arrival().toNanos();
    return view.live().contains(member) || mayStillCome;
  }

  private boolean settled(String member, long now) {
    var needed = probation.getOrDefault(member, pace.settling());
    return liveSince.containsKey(member) && now - liveSince.get(member) >= needed.toNanos();
  }
}
