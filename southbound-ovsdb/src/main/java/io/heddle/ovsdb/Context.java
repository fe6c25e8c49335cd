package io.heddle.ovsdb;

import io.heddle.model.Ownership;
import io.heddle.model.Problems;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** What all sessions share. */
record Context(
    Store store,
    Problems problems,
    Function<Snapshot, Ownership> ownership,
    OvsdbSettings settings,
    ScheduledExecutorService timer,
    Roster roster,
    Drops drops,
    Set<HostSession> sessions,
    Map<UUID, HostSession> byChassis) {
  static Context of(
      Store store,
      Problems problems,
      Function<Snapshot, Ownership> ownership,
      OvsdbSettings settings,
      ScheduledExecutorService timer) {
    return new Context(
        store,
        problems,
        ownership,
        settings,
        timer,
        new Roster(),
        new Drops(),
        ConcurrentHashMap.newKeySet(),
        new ConcurrentHashMap<>());
  }

  void later(Duration delay, Runnable task) {
    try {
      timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // Everything is being closed: nothing is due any more.
    }
  }
}
