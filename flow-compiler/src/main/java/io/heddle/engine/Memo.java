package io.heddle.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A query's last answer and what it read for it. */
final class Memo extends Cell {
  enum State {
    /** The answer holds. */
    CLEAN,
    /** Something that what it read rests on has changed. */
    SUSPECT,
    /** Something it read has changed, or it was never answered. */
    DIRTY,
    /** It is being answered; whoever asks for it now asks in a circle. */
    RUNNING
  }

  private final Query<?> query;
  private State state = State.DIRTY;
  private Optional<Object> answer = Optional.empty();
  private List<Cell> reads = List.of();

  /** Where it waits to be validated when its answer is in doubt; only roots have one. */
  private Optional<Set<Memo>> waiting = Optional.empty();

  Memo(Query<?> query) {
    super(query);
    this.query = query;
  }

  Query<?> query() {
    return query;
  }

  State state() {
    return state;
  }

  Optional<Object> answer() {
    return answer;
  }

  List<Cell> reads() {
    return reads;
  }

  boolean root() {
    return waiting.isPresent();
  }

  void becomeRoot(Set<Memo> waitingRoots) {
    waiting = Optional.of(waitingRoots);
    if (state != State.CLEAN) {
      waitingRoots.add(this);
    }
  }

  void ceaseToBeRoot() {
    waiting.ifPresent(w -> w.remove(this));
    waiting = Optional.empty();
  }

  void dirty() {
    boolean wasClean = state == State.CLEAN;
    state = State.DIRTY;
    if (wasClean) {
      waiting.ifPresent(w -> w.add(this));
      suspectReaders();
    }
  }

  /** Whether that is news. */
  boolean suspect() {
    if (state != State.CLEAN) {
      return false;
    }
    state = State.SUSPECT;
    waiting.ifPresent(w -> w.add(this));
    return true;
  }

  void clean() {
    state = State.CLEAN;
  }

  void running() {
    if (state == State.RUNNING) {
      throw new IllegalStateException(query + " asks for itself");
    }
    state = State.RUNNING;
  }

  /** Takes a run's answer; readers are touched only if it differs from the one before. */
  void answered(Object latest, List<Cell> latestReads, List<Cell> orphans) {
    replaceReads(latestReads, orphans);
    state = State.CLEAN;
    if (!answer.equals(Optional.of(latest))) {
      answer = Optional.of(latest);
      touch();
    }
  }

  private void replaceReads(List<Cell> latest, List<Cell> orphans) {
    var before = reads;
    reads = List.copyOf(latest);
    reads.forEach(c -> c.addReader(this));
    if (!before.isEmpty() && !before.equals(reads)) {
      var kept = new HashSet<>(reads);
      before.stream().filter(c -> !kept.contains(c)).forEach(c -> abandon(c, orphans));
    }
  }

  /** Lets go of all it read. */
  void forget(List<Cell> orphans) {
    reads.forEach(c -> abandon(c, orphans));
    reads = List.of();
  }

  private void abandon(Cell cell, List<Cell> orphans) {
    cell.removeReader(this);
    if (cell.unread()) {
      orphans.add(cell);
    }
  }

  /** All that is left of a run that failed: it must run again, with the reads it had before. */
  void failed() {
    state = State.DIRTY;
  }
}
