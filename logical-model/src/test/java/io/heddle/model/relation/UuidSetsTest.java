package io.heddle.model.relation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UuidSetsTest {
  static LongStream seeds() {
    return LongStream.range(0, 50);
  }

  /** Whatever becomes of a set, what was built of it before stays as it was. */
  @ParameterizedTest
  @MethodSource("seeds")
  void behavesAsAnySetAndLeavesTheEarlierOnes(long seed) {
    var random = new Random(seed);
    var some = random.longs(1 + random.nextInt(40)).mapToObj(l -> new UUID(l, l >>> 7)).toList();
    var expected = new HashSet<UUID>();
    Set<UUID> set = UuidSets.of(List.of());
    var built = new ArrayList<Set<UUID>>();
    var then = new ArrayList<Set<UUID>>();
    for (int step = 0; step < 300; step++) {
      var one = some.get(random.nextInt(some.size()));
      if (random.nextInt(some.size()) < expected.size()) {
        expected.remove(one);
        set = UuidSets.without(set, one);
      } else {
        expected.add(one);
        set = UuidSets.with(set, one);
      }
      assertEquals(expected, set);
      assertEquals(expected.size(), set.size());
      if (random.nextInt(4) == 0) {
        built.add(UuidSets.built(set));
        then.add(Set.copyOf(expected));
        set = random.nextBoolean() ? set : built.get(built.size() - 1);
      }
      assertEquals(UuidSets.of(expected), UuidSets.built(set));
    }
    assertEquals(then, built);
  }
}
