package io.heddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NumberSetTest {
  private static final int BITS = 7;

  private static OptionalLong firstAbsent(TreeSet<Long> set, long first, long last) {
    return LongStream.rangeClosed(first, last).filter(n -> !set.contains(n)).findFirst();
  }

  static LongStream seeds() {
    return LongStream.range(0, 300);
  }

  /** Whatever is done to it, it says what the plain set says that everything is done to as well. */
  @ParameterizedTest
  @MethodSource("seeds")
  void isTheSameAsAPlainSet(long seed) {
    var random = new Random(seed);
    var plain = new TreeSet<Long>();
    var set = NumberSet.empty(BITS);
    for (int i = 0; i < 200; i++) {
      long number = random.nextInt(1 << BITS);
      long last = Math.min((1 << BITS) - 1, number + random.nextInt(6));
      if (random.nextInt(3) == 0) {
        plain.remove(number);
        set = set.without(number);
      } else if (random.nextBoolean()) {
        plain.add(number);
        set = set.with(number);
      } else {
        LongStream.rangeClosed(number, last).forEach(plain::add);
        set = set.with(number, last);
      }
      long from = random.nextInt(1 << BITS);
      long to = random.nextInt(1 << BITS);
      assertEquals(plain.contains(from), set.contains(from));
      assertEquals(firstAbsent(plain, from, to), set.firstAbsent(from, to));
    }
    var again = NumberSet.empty(BITS);
    for (var number : plain.descendingSet()) {
      again = again.with(number);
    }
    assertEquals(again, set, "the same numbers by another way");
  }

  @Test
  void theEndsOfALargeRange() {
    long last = (1L << 48) - 1;
    var all = NumberSet.empty(48).with(0, last);
    assertEquals(OptionalLong.empty(), all.firstAbsent(0, last));
    assertEquals(OptionalLong.of(last), all.without(last).firstAbsent(0, last));
    assertEquals(OptionalLong.of(0), all.without(0).firstAbsent(0, last));
    assertEquals(OptionalLong.empty(), all.without(0).firstAbsent(1, last));
  }
}
