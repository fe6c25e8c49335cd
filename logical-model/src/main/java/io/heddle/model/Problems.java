package io.heddle.model;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The problems there are now. Each source (a compiler, one chassis' connection) replaces its own; a
 * problem goes when its source no longer names it.
 */
public final class Problems {
  /** Problems kept of one source; a hostile host can fill no more than this. */
  public static final int PER_SOURCE = 1_000;

  private final Map<String, List<Problem>> bySource = new ConcurrentHashMap<>();

  public void replace(String source, List<Problem> problems) {
    if (problems.isEmpty()) {
      bySource.remove(source);
    } else {
      bySource.put(source, problems.stream().limit(PER_SOURCE).toList());
    }
  }

  /** All problems, sorted by kind, name and message. */
  public List<Problem> list() {
    return bySource.values().stream()
        .flatMap(List::stream)
        .distinct()
        .sorted(
            Comparator.comparing(Problem::kind)
                .thenComparing(Problem::name)
                .thenComparing(Problem::message))
        .toList();
  }
}
