package io.heddle.compiler;

import io.heddle.model.Change;
import io.heddle.model.PlanHashes;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.model.RowProblems;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the store with one thread of its own: it compiles the newest snapshot, with the changes
 * of all commits since the one before, and tells the followers. Under load commits are merged, the
 * more the longer it takes ({@link Pace}); they never queue.
 */
public final class CompileLoop implements Plans, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CompileLoop.class);

  private final List<Feature> features;
  private final Progress progress;
  private final Problems problems;
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            var made = new Thread(task, "heddle-compiler");
            made.setDaemon(true);
            return made;
          });
  private final Map<UUID, Set<Follower>> followers = new HashMap<>();
  private final Store.Subscription subscription;
  private final Object arrivals = new Object();
  private Snapshot newest;
  private List<Change> pending = new ArrayList<>();
  private Network network;

  /** What was compiled last; only the thread touches it and what follows. */
  private Snapshot compiled = Snapshot.empty();

  private final RowProblems rowProblems = new RowProblems();
  private final Pace pace = new Pace();

  public CompileLoop(Store store, List<Feature> features, Progress progress, Problems problems) {
    this.features = List.copyOf(features);
    this.progress = progress;
    this.problems = problems;
    this.network = new Network(this.features);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    synchronized (arrivals) {
      this.subscription = store.subscribe(this::arrived);
      this.newest = subscription.from();
      this.pending.addAll(Network.all(newest));
    }
    thread.execute(this::compile);
    progress.planned(this::hashes);
  }

  private CompletableFuture<PlanHashes> hashes() {
    try {
      return read(Network::hashes);
    } catch (RejectedExecutionException closed) {
      return CompletableFuture.failedFuture(closed);
    }
  }

  private void arrived(Snapshot after, List<Change> changes) {
    synchronized (arrivals) {
      newest = after;
      boolean idle = pending.isEmpty();
      pending.addAll(changes);
      if (!idle) {
        return;
      }
    }
    unlessClosed(this::compileSoon);
  }

  private void compileSoon() {
    long pause = pace.pause(System.nanoTime());
    if (pause > 0) {
      thread.schedule(this::compile, pause, TimeUnit.NANOSECONDS);
    } else {
      compile();
    }
  }

  private void compile() {
    long begun = System.nanoTime();
    Snapshot snapshot;
    List<Change> changes;
    synchronized (arrivals) {
      snapshot = newest;
      changes = pending;
      pending = new ArrayList<>();
    }
    var step = step(snapshot.sound(), compiled.soundChanges(snapshot, changes));
    compiled = snapshot;
    rowProblems.follow(snapshot, changes).ifPresent(now -> problems.replace("rows", now));
    if (step.problems()) {
      problems.replace("compiler", network.problems());
    }
    progress.compiled(snapshot.revision());
    tell(step, snapshot.revision());
    pace.ran(begun, System.nanoTime(), changes.size());
  }

  /** Should the engine ever fail, the network is compiled anew: dear, but right. */
  private Network.Step step(Snapshot snapshot, List<Change> changes) {
    try {
      return network.update(snapshot, changes);
    } catch (RuntimeException fault) {
      LOG.error("compiling revision {} anew", snapshot.revision(), fault);
      network = Network.of(features, snapshot);
      followers.keySet().stream()
          .filter(network::placed)
          .forEach(chassis -> followers.get(chassis).forEach(f -> tell(f, whole(chassis))));
      return new Network.Step(Map.of(), Map.of(), true);
    }
  }

  private void tell(Network.Step step, long revision) {
    for (var entry : followers.entrySet()) {
      var chassis = entry.getKey();
      var replaced = step.placements().get(chassis);
      if (replaced != null && replaced.before().isEmpty()) {
        entry.getValue().forEach(follower -> tell(follower, whole(chassis)));
      } else if (replaced != null || network.placed(chassis)) {
        var change = change(chassis, step, revision);
        entry.getValue().forEach(follower -> tell(follower, change));
      }
    }
  }

  private static void tell(Follower follower, PlanChange change) {
    try {
      follower.planned(change);
    } catch (RuntimeException fault) {
      LOG.error("a follower failed at revision {}", change.revision(), fault);
    }
  }

  private PlanChange change(UUID chassis, Network.Step step, long revision) {
    var set = new LinkedHashMap<UnitKey, Unit>();
    var gone = new HashSet<UnitKey>();
    var replaced = step.placements().get(chassis);
    var stayed = new HashSet<>(network.layers(chassis));
    if (replaced != null) {
      stayed.retainAll(replaced.before());
      for (var layer : replaced.after()) {
        if (!replaced.before().contains(layer)) {
          network.units(layer).forEach(u -> set.put(u.key(), u));
        }
      }
      for (var layer : replaced.before()) {
        if (!replaced.after().contains(layer)) {
          network.units(layer).forEach(u -> gone.add(u.key()));
          var changes = step.units().get(layer);
          if (changes != null) {
            changes.set().forEach(unit -> gone.add(unit.key()));
            gone.addAll(changes.gone());
          }
        }
      }
    }
    step.units()
        .forEach(
            (layer, changes) -> {
              if (stayed.contains(layer)) {
                changes.set().forEach(unit -> set.put(unit.key(), unit));
                gone.addAll(changes.gone());
              }
            });
    return new PlanChange(revision, false, List.copyOf(set.values()), List.copyOf(gone));
  }

  private PlanChange whole(UUID chassis) {
    return new PlanChange(
        network.snapshot().revision(), true, network.plan(chassis).toList(), List.of());
  }

  @Override
  public Following follow(UUID chassis, Follower follower) {
    thread.execute(
        () -> {
          followers.computeIfAbsent(chassis, c -> new HashSet<>()).add(follower);
          if (network.placed(chassis)) {
            tell(follower, whole(chassis));
          }
        });
    return () -> unlessClosed(() -> unfollow(chassis, follower));
  }

  /** Whoever stops following, or commits, after the loop was closed has nothing to expect of it. */
  private void unlessClosed(Runnable work) {
    try {
      thread.execute(work);
    } catch (RejectedExecutionException closed) {
      LOG.debug("the compiler is closed", closed);
    }
  }

  private void unfollow(UUID chassis, Follower follower) {
    var left = followers.getOrDefault(chassis, Set.of());
    left.remove(follower);
    if (left.isEmpty()) {
      followers.remove(chassis);
    }
  }

  /** Runs a reading of the compiled network where it does not change meanwhile. */
  public <T> CompletableFuture<T> read(Function<Network, T> reading) {
    return CompletableFuture.supplyAsync(() -> reading.apply(network), thread);
  }

  @Override
  public void close() {
    subscription.close();
    thread.shutdown();
  }
}
