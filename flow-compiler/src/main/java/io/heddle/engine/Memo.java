package io.heddle.engine;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

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

  private static final Cell[] NOTHING = {};

  // There are very many memos: absence is null here, and stays inside.

  private State state = State.DIRTY;
  private Object answer;

  /** A cell, since many read just one, or an array of them. */
  private Object reads = NOTHING;

  /** Where it waits to be validated when its answer is in doubt; only roots have one. */
  private Waiting waiting;

  /** Whether it is there. */
  private boolean awaiting;

  /** Whether its answer before the update is written down. */
  private boolean told;

  Memo(Query<?> query) {
    super(query);
  }

  Query<?> query() {
    return (Query<?>) key();
  }

  State state() {
    return state;
  }

  /** That it has an answer is known. */
  Object held() {
    return answer;
  }

  Optional<Object> answer() {
    return Optional.ofNullable(answer);
  }

  /** Not to be changed. */
  Cell[] reads() {
    return reads instanceof Cell one ? new Cell[] {one} : (Cell[]) reads;
  }

  boolean root() {
    return waiting != null;
  }

  void becomeRoot(Waiting waitingRoots) {
    waiting = waitingRoots;
    if (state != State.CLEAN) {
      awaitValidation();
    }
  }

  void ceaseToBeRoot() {
    waiting = null;
  }

  private void awaitValidation() {
    if (waiting != null && !awaiting) {
      awaiting = true;
      waiting.add(this);
    }
  }

  /** It is taken from where it waited. */
  void waitsNoMore() {
    awaiting = false;
  }

  /** Whether its answer of before was not yet written down; it is now. */
  boolean tell() {
    boolean news = !told;
    told = true;
    return news;
  }

  /** The next update begins. */
  void untell() {
    told = false;
  }

  void dirty() {
    boolean wasClean = state == State.CLEAN;
    state = State.DIRTY;
    if (wasClean) {
      awaitValidation();
      suspectReaders();
    }
  }

  /** Whether that is news. */
  boolean suspect() {
    if (state != State.CLEAN) {
      return false;
    }
    state = State.SUSPECT;
    awaitValidation();
    return true;
  }

  void clean() {
    state = State.CLEAN;
  }

  void running() {
    if (state == State.RUNNING) {
      throw new IllegalStateException(query() + " asks for itself");
    }
    state = State.RUNNING;
  }

  /**
   * Takes a run's answer; readers are touched only if it differs from the one before.
   *
   * @param latestReads each once
   */
  void answered(Object latest, Cell[] latestReads, List<Cell> orphans) {
    replaceReads(latestReads, orphans);
    state = State.CLEAN;
    if (!latest.equals(answer)) {
      answer = latest;
      touch();
    }
  }

  private void replaceReads(Cell[] latest, List<Cell> orphans) {
    var before = reads();
    if (Arrays.equals(before, latest)) {
      return;
    }
    reads = latest.length == 1 ? latest[0] : latest;
    if (before.length == 0) {
      for (var cell : latest) {
        cell.addReader(this);
      }
      return;
    }
    var had = new HashSet<>(Arrays.asList(before));
    Arrays.stream(latest).filter(c -> !had.remove(c)).forEach(c -> c.addReader(this));
    had.forEach(c -> abandon(c, orphans));
  }

  /** Lets go of all it read. */
  void forget(List<Cell> orphans) {
    for (var cell : reads()) {
      abandon(cell, orphans);
    }
    reads = NOTHING;
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
