package io.heddle.neighbour;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** When to look at what again; each thing once. Times are nanoseconds of one clock. */
final class Deadlines<K> {
  private final Map<K, Long> times = new HashMap<>();
  private final TreeMap<Long, LinkedHashSet<K>> order = new TreeMap<>();

  /** Then, and not at the time that was set before. */
  void set(K key, long at) {
    clear(key);
    times.put(key, at);
    order.computeIfAbsent(at, t -> new LinkedHashSet<>()).add(key);
  }

  void clear(K key) {
    var at = times.remove(key);
    if (at != null) {
      var together = order.get(at);
      together.remove(key);
      if (together.isEmpty()) {
        order.remove(at);
      }
    }
  }

  /** What is due, the longest due first; it is so until it is set anew or cleared. */
  List<K> due(long now) {
    var due = new ArrayList<K>();
    order.headMap(now, true).values().forEach(due::addAll);
    return due;
  }
}
