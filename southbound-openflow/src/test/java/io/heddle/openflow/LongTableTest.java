package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The table of cookies does what a map does, cookie 0 and colliding ones included. */
class LongTableTest {
  @Test
  void itCountsAsAMapDoes() {
    var random = new Random(3);
    var table = new LongTable();
    var map = new HashMap<Long, Integer>();
    for (int i = 0; i < 200_000; i++) {
      long key = random.nextInt(500) * (random.nextBoolean() ? 1L : 1L << 40);
      int amount = map.getOrDefault(key, 0) > 0 && random.nextInt(3) > 0 ? -1 : 1;
      int expected = map.getOrDefault(key, 0) + amount;
      assertEquals(expected, table.add(key, amount));
      if (expected == 0) {
        map.remove(key);
      } else {
        map.put(key, expected);
      }
      assertEquals(map.size(), table.size());
    }
    map.forEach((key, value) -> assertEquals(value, table.get(key)));
    for (long key = 0; key < 500; key++) {
      assertEquals(map.getOrDefault(key, 0), table.get(key));
    }
  }
}
