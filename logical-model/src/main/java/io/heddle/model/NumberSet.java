package io.heddle.model;

import java.util.OptionalLong;

/**
 * An immutable set of whole numbers of so many bits (at most 62). All it does takes as many steps
 * as a number has bits, however many it holds; a run of numbers costs no more than one. Sets with
 * the same numbers are equal.
 */
record NumberSet(int bits, Part numbers) {
  /** The numbers of one half, quarter… of all that there could be. */
  sealed interface Part {}

  private enum Whole implements Part {
    NONE,
    ALL
  }

  /** Never of two halves that are the same whole: those are one. */
  private record Halves(Part low, Part high) implements Part {}

  static NumberSet empty(int bits) {
    return new NumberSet(bits, Whole.NONE);
  }

  boolean contains(long number) {
    var part = numbers;
    for (int bit = bits - 1; part instanceof Halves halves; bit--) {
      part = (number >> bit & 1) == 0 ? halves.low : halves.high;
    }
    return part == Whole.ALL;
  }

  NumberSet with(long number) {
    return with(number, number);
  }

  /** With all numbers from the first to the last. */
  NumberSet with(long first, long last) {
    return new NumberSet(bits, filled(numbers, bits, first, last, Whole.ALL));
  }

  NumberSet without(long number) {
    return new NumberSet(bits, filled(numbers, bits, number, number, Whole.NONE));
  }

  /** The lowest number from the first to the last that is not in the set. */
  OptionalLong firstAbsent(long first, long last) {
    return first > last ? OptionalLong.empty() : firstAbsent(numbers, bits, 0, first, last);
  }

  private static Part filled(Part part, int bits, long first, long last, Whole with) {
    if (part == with || first > last) {
      return part;
    }
    if (first <= 0 && last >= (1L << bits) - 1) {
      return with;
    }
    long half = 1L << bits - 1;
    var halves = part instanceof Halves h ? h : new Halves(part, part);
    var low = filled(halves.low, bits - 1, first, Math.min(last, half - 1), with);
    var high = filled(halves.high, bits - 1, Math.max(first - half, 0), last - half, with);
    return low == with && high == with ? with : new Halves(low, high);
  }

  private static OptionalLong firstAbsent(Part part, int bits, long start, long first, long last) {
    long end = start + (1L << bits) - 1;
    if (part == Whole.ALL || first > end || last < start) {
      return OptionalLong.empty();
    }
    if (!(part instanceof Halves halves)) {
      return OptionalLong.of(Math.max(first, start));
    }
    var low = firstAbsent(halves.low, bits - 1, start, first, last);
    return low.isPresent()
        ? low
        : firstAbsent(halves.high, bits - 1, start + (1L << bits - 1), first, last);
  }
}
