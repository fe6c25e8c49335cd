package io.heddle.northbound.raft;

import io.heddle.model.Snapshot;
import io.heddle.model.Store.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Reads that show all that was acknowledged, anywhere, before they were asked for: the leader is
 * asked for its newest revision, and the answer is given when this member has applied that. One
 * question is under way at a time, and all who come meanwhile share the next.
 */
final class Freshness {
  private final Supplier<CompletableFuture<Long>> newest;
  private final Supplier<Snapshot> here;
  private final Duration patience;
  private final Executor answering;
  private final TreeMap<Long, List<CompletableFuture<Snapshot>>> waiting = new TreeMap<>();
  private Optional<CompletableFuture<Snapshot>> next = Optional.empty();
  private boolean asking;

  /**
   * @param newest asks the leader, which must make sure that it still leads
   * @param here what this member has applied
   * @param answering completes the futures
   */
  Freshness(
      Supplier<CompletableFuture<Long>> newest,
      Supplier<Snapshot> here,
      Duration patience,
      Executor answering) {
    this.newest = newest;
    this.here = here;
    this.patience = patience;
    this.answering = answering;
  }

  /** Fails with {@link UnavailableException} where the leader does not answer. */
  CompletableFuture<Snapshot> read() {
    CompletableFuture<Snapshot> mine;
    boolean first;
    synchronized (this) {
      if (next.isEmpty()) {
        var future = new CompletableFuture<Snapshot>();
        next = Optional.of(future.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS));
      }
      mine = next.get();
      first = !asking;
      asking = true;
    }
    if (first) {
      ask();
    }
    return mine.exceptionallyCompose(Freshness::unavailable);
  }

  private static CompletableFuture<Snapshot> unavailable(Throwable why) {
    var reason = why.getMessage() == null ? why.toString() : why.getMessage();
    return CompletableFuture.failedFuture(
        new UnavailableException(
            "this member cannot learn from the leader whether it is up to date: " + reason, why));
  }

  private void ask() {
    CompletableFuture<Snapshot> those;
    synchronized (this) {
      if (next.isEmpty()) {
        asking = false;
        return;
      }
      those = next.get();
      next = Optional.empty();
    }
    newest
        .get()
        .whenComplete(
            (revision, error) -> {
              if (error == null) {
                await(revision, those);
              } else {
                answering.execute(() -> those.completeExceptionally(error));
              }
              ask();
            });
  }

  private void await(long revision, CompletableFuture<Snapshot> those) {
    synchronized (waiting) {
      waiting.computeIfAbsent(revision, r -> new ArrayList<>()).add(those);
    }
    look();
  }

  /** Whether somebody waits for what is not applied here. */
  boolean awaitsAny() {
    synchronized (waiting) {
      return !waiting.isEmpty();
    }
  }

  /** Answers those who wait for no more than what is applied here. */
  void look() {
    var snapshot = here.get();
    List<CompletableFuture<Snapshot>> answered = new ArrayList<>();
    synchronized (waiting) {
      var reached = waiting.headMap(snapshot.revision(), true);
      reached.values().forEach(answered::addAll);
      reached.clear();
      // Who has given up waits no longer.
      waiting.values().removeIf(those -> those.stream().allMatch(CompletableFuture::isDone));
    }
    if (!answered.isEmpty()) {
      answering.execute(() -> answered.forEach(those -> those.complete(snapshot)));
    }
  }
}
