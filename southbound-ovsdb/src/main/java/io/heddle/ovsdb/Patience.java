package io.heddle.ovsdb;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Lets pass what is wrong for a moment only. Not for use by several threads at once. */
final class Patience {
  private final Duration limit;
  private final Map<String, Long> since = new HashMap<>();

  Patience(Duration limit) {
    this.limit = limit;
  }

  /** Those that are wrong now and have been for longer than the limit. */
  List<String> lasting(List<String> wrong) {
    long now = System.nanoTime();
    since.keySet().retainAll(wrong);
    wrong.forEach(what -> since.putIfAbsent(what, now));
    return wrong.stream().filter(what -> now - since.get(what) >= limit.toNanos()).toList();
  }
}
