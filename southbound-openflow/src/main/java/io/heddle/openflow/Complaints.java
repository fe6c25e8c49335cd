package io.heddle.openflow;

import io.heddle.model.Problem;
import io.heddle.model.Problems;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is wrong with connections that belong to no chassis. They come and go, so a complaint stays
 * a while after its connection has ended, for people to see.
 */
final class Complaints {
  private static final Duration LIFE = Duration.ofSeconds(60);

  /** The oldest go first: nobody can fill the board of problems by connecting often. */
  private static final int MOST = 256;

  private final Problems problems;
  private final Map<String, Long> since = new LinkedHashMap<>();

  Complaints(Problems problems) {
    this.problems = problems;
  }

  void add(String remote, String message) {
    problems.replace(source(remote), List.of(new Problem("connection", remote, message)));
    since.remove(remote);
    since.put(remote, System.nanoTime());
    while (since.size() > MOST) {
      forget(since.keySet().iterator().next());
    }
  }

  void forget(String remote) {
    since.remove(remote);
    problems.replace(source(remote), List.of());
  }

  void forgetOld() {
    long now = System.nanoTime();
    since.entrySet().stream()
        .filter(e -> now - e.getValue() > LIFE.toNanos())
        .map(Map.Entry::getKey)
        .toList()
        .forEach(this::forget);
  }

  void forgetAll() {
    List.copyOf(since.keySet()).forEach(this::forget);
  }

  private static String source(String remote) {
    return "openflow/" + remote;
  }
}
