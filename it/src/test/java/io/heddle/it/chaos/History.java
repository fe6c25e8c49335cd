package io.heddle.it.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What clients did and were told. All times are nanoseconds of the same clock. A register is a list
 * to which values are appended; no value is appended twice.
 */
final class History {
  /** What became of an append. */
  sealed interface Outcome {}

  /** Acknowledged. */
  record Done(long revision) implements Outcome {}

  /** It was said that nothing was done. */
  record Refused() implements Outcome {}

  /** Nobody said: it may be done once, at any time after its start, or never. */
  record Unknown() implements Outcome {}

  /**
   * A value appended to each of some registers, all or none.
   *
   * @param end when the outcome came
   */
  record Append(List<String> registers, int value, long start, long end, Outcome outcome) {
    Append {
      registers = List.copyOf(registers);
    }
  }

  /**
   * Registers read at one moment.
   *
   * @param seen what each had
   * @param revision which the answer is of
   * @param stale whether the answer may be older than the question; then it only must not be older
   *     than what the same member had answered before
   */
  record Read(
      String member,
      SortedMap<String, List<Integer>> seen,
      long revision,
      boolean stale,
      long start,
      long end) {
    Read {
      seen = new TreeMap<>(seen);
    }
  }

  private final List<Append> appends = new ArrayList<>();
  private final List<Read> reads = new ArrayList<>();

  synchronized void add(Append append) {
    appends.add(append);
  }

  synchronized void add(Read read) {
    reads.add(read);
  }

  synchronized List<Append> appends() {
    return List.copyOf(appends);
  }

  synchronized List<Read> reads() {
    return List.copyOf(reads);
  }

  synchronized long acknowledged() {
    return appends.stream().filter(a -> a.outcome() instanceof Done).count();
  }

  /** Whether one was acknowledged that began later than that. */
  synchronized boolean acknowledged(long since) {
    for (int i = appends.size() - 1; i >= 0 && appends.get(i).end() > since; i--) {
      if (appends.get(i).start() > since && appends.get(i).outcome() instanceof Done) {
        return true;
      }
    }
    return false;
  }

  @Override
  public synchronized String toString() {
    return "%d appends, %d acknowledged, %d refused, %d unknown; %d reads, %d stale ones"
        .formatted(
            appends.size(),
            acknowledged(),
            appends.stream().filter(a -> a.outcome() instanceof Refused).count(),
            appends.stream().filter(a -> a.outcome() instanceof Unknown).count(),
            reads.stream().filter(r -> !r.stale()).count(),
            reads.stream().filter(Read::stale).count());
  }
}
