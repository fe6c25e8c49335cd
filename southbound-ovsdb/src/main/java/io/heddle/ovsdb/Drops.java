package io.heddle.ovsdb;

import io.heddle.model.Problem;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Connections that were ended for what the host did; told as problems for a while. */
final class Drops {
  /** How long each is told. */
  static final Duration TOLD = Duration.ofSeconds(60);

  /** Subjects that are remembered; the oldest is forgotten first. */
  static final int REMEMBERED = 100;

  private record Subject(String kind, String name) {}

  private record Drop(String message, long nanos) {}

  private final Map<Subject, Drop> drops =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Subject, Drop> eldest) {
          return size() > REMEMBERED;
        }
      };

  synchronized void add(String kind, String name, String message) {
    drops.put(new Subject(kind, name), new Drop(message, System.nanoTime()));
  }

  synchronized List<Problem> recent() {
    drops.values().removeIf(drop -> System.nanoTime() - drop.nanos() > TOLD.toNanos());
    return drops.entrySet().stream()
        .map(d -> new Problem(d.getKey().kind(), d.getKey().name(), d.getValue().message()))
        .toList();
  }
}
