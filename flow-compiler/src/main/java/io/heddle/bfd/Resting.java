package io.heddle.bfd;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Who rests on what, to be asked either way. For one thread at a time. */
final class Resting<W, G> {
  private final Map<W, Set<G>> grounds = new HashMap<>();
  private final Map<G, Set<W>> resting = new HashMap<>();

  /** From now on on these and no others. */
  void rest(W who, Set<G> on) {
    var before = on.isEmpty() ? grounds.remove(who) : grounds.put(who, Set.copyOf(on));
    if (before != null) {
      before.forEach(ground -> remove(ground, who));
    }
    on.forEach(ground -> resting.computeIfAbsent(ground, g -> new HashSet<>()).add(who));
  }

  private void remove(G ground, W who) {
    var others = resting.get(ground);
    others.remove(who);
    if (others.isEmpty()) {
      resting.remove(ground);
    }
  }

  Set<W> on(G ground) {
    return Collections.unmodifiableSet(resting.getOrDefault(ground, Set.of()));
  }
}
