package io.heddle.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * How far each revision has come on its way to the switches, and who waits for it. A chassis counts
 * while it is connected, and while it is missed: it was connected a moment ago, or ought to be in a
 * moment. One that is gone for longer holds nobody up.
 *
 * <p>Of several members each knows its own chassis, and tells the others what all of them run. It
 * says so of an epoch of {@link Ownership}, and what it said of another one does not count: so a
 * chassis that goes from one member to the next is never between the two. Before a member knows
 * which chassis are its own nothing is installed.
 */
public final class Progress {
  /**
   * What a member says of itself.
   *
   * @param epoch in which it owns the chassis that it speaks of
   * @param installed the newest revision that all of these run
   */
  public record Report(long epoch, long installed) {}

  private record Waiter(BooleanSupplier reached, CompletableFuture<Void> future) {}

  /** Of those that are connected, what they confirmed last. */
  private final Map<UUID, Long> installed = new HashMap<>();

  private final Set<UUID> missed = new HashSet<>();
  private final List<Waiter> waiters = new ArrayList<>();
  private final List<BiConsumer<UUID, Long>> observers = new CopyOnWriteArrayList<>();
  private final List<Runnable> reporters = new CopyOnWriteArrayList<>();
  private final Map<String, Report> reports = new HashMap<>();
  private volatile Supplier<CompletableFuture<PlanHashes>> plans =
      () -> CompletableFuture.completedFuture(PlanHashes.NONE);
  private Set<String> others = Set.of();
  private boolean divided;
  private long epoch;
  private long compiled;

  /** All flows of this revision are known. */
  public void compiled(long revision) {
    advance(() -> compiled = Math.max(compiled, revision));
  }

  /** Who compiles can be asked for this from now on; it must answer, or fail, without blocking. */
  public void planned(Supplier<CompletableFuture<PlanHashes>> hashes) {
    plans = hashes;
  }

  /** What the chassis should run, as of what is compiled when that is worked out. */
  public CompletableFuture<PlanHashes> plans() {
    return plans.get();
  }

  /** The chassis confirmed that it runs what this revision asks of it. */
  public void installed(UUID chassis, long revision) {
    advance(
        () -> {
          missed.remove(chassis);
          installed.merge(chassis, revision, Math::max);
        });
    observers.forEach(o -> o.accept(chassis, revision));
  }

  /** The chassis is connected, and so counts, but has confirmed nothing yet. */
  public void connected(UUID chassis) {
    advance(
        () -> {
          missed.remove(chassis);
          installed.put(chassis, 0L);
        });
  }

  /** The chassis is not connected, but may be in a moment: it counts, and has confirmed nothing. */
  public void missed(UUID chassis) {
    advance(
        () -> {
          installed.remove(chassis);
          missed.add(chassis);
        });
  }

  /** The chassis is not connected, or not this member's, and does not count. */
  public void gone(UUID chassis) {
    advance(
        () -> {
          installed.remove(chassis);
          missed.remove(chassis);
        });
  }

  /**
   * Who owns what has changed, or is known for the first time. All at once, for a chassis that
   * comes or goes before its epoch does would count for neither.
   *
   * @param members that own chassis beside this one
   * @param connected of the chassis that this member owns now
   * @param away those of them that are missed
   */
  public void divided(long since, Set<String> members, Set<UUID> connected, Set<UUID> away) {
    advance(
        () -> {
          divided = true;
          epoch = since;
          others = Set.copyOf(members);
          reports.keySet().retainAll(others);
          installed.keySet().retainAll(connected);
          connected.forEach(chassis -> installed.putIfAbsent(chassis, 0L));
          missed.clear();
          missed.addAll(away);
        });
  }

  /** It is not known any more which chassis are this member's, and what they run. */
  public void undivided() {
    advance(
        () -> {
          divided = false;
          installed.clear();
          missed.clear();
        });
  }

  /** Another member says how far it is. */
  public void reported(String member, Report report) {
    change(() -> reports.put(member, report));
  }

  /** Calls the observer, which must not block, whenever {@link #report} may say something new. */
  public void onReport(Runnable observer) {
    reporters.add(observer);
  }

  public void offReport(Runnable observer) {
    reporters.remove(observer);
  }

  /** What this member says. */
  public synchronized Report report() {
    if (!divided || !missed.isEmpty()) {
      return new Report(epoch, 0);
    }
    long least = installed.values().stream().mapToLong(r -> r).min().orElse(compiled);
    return new Report(epoch, Math.min(least, compiled));
  }

  /** Whether anybody wants to hear that. */
  public synchronized boolean hasOthers() {
    return !others.isEmpty();
  }

  /** Calls the observer with every chassis and revision that is confirmed from now on. */
  public void onInstalled(BiConsumer<UUID, Long> observer) {
    observers.add(observer);
  }

  public synchronized long compiled() {
    return compiled;
  }

  /** The newest revision the chassis confirmed; empty while it is not connected. */
  public synchronized OptionalLong installed(UUID chassis) {
    var revision = installed.get(chassis);
    return revision == null ? OptionalLong.empty() : OptionalLong.of(revision);
  }

  /** Completes when the flows of the revision are known. */
  public CompletableFuture<Void> whenCompiled(long revision) {
    return when(() -> compiled >= revision);
  }

  /** Completes when every chassis that counts runs the revision, whichever member's it is. */
  public CompletableFuture<Void> whenInstalled(long revision) {
    return when(
        () ->
            divided
                && compiled >= revision
                && missed.isEmpty()
                && installed.values().stream().allMatch(r -> r >= revision)
                && others.stream().allMatch(member -> isAt(member, revision)));
  }

  private boolean isAt(String member, long revision) {
    var report = reports.get(member);
    return report != null && report.epoch() == epoch && report.installed() >= revision;
  }

  private synchronized CompletableFuture<Void> when(BooleanSupplier reached) {
    var future = new CompletableFuture<Void>();
    if (reached.getAsBoolean()) {
      future.complete(null);
    } else {
      var waiter = new Waiter(reached, future);
      waiters.add(waiter);
      // Who gives up leaves at once, for in a quiet network nothing else would ever remove it.
      future.whenComplete((nothing, failure) -> forget(waiter));
    }
    return future;
  }

  private synchronized void forget(Waiter waiter) {
    waiters.remove(waiter);
  }

  /** How many wait. */
  public synchronized int waiting() {
    return waiters.size();
  }

  private void advance(Runnable step) {
    change(step);
    reporters.forEach(Runnable::run);
  }

  /** Waiters are completed outside the lock: what they go on to do is not ours to hold it for. */
  private void change(Runnable step) {
    List<Waiter> done = new ArrayList<>();
    synchronized (this) {
      step.run();
      waiters.removeIf(w -> w.reached().getAsBoolean() && done.add(w));
    }
    done.forEach(w -> w.future().complete(null));
  }
}
