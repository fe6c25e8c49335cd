package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Cookies are counted as a map counts them, however many of them are in order already. */
class CookiesTest {
  @Test
  void theyAreCountedAsAMapDoes() {
    var random = new Random(5);
    var map = new HashMap<Long, Integer>();
    var table = new LongTable();
    for (long cookie = 0; cookie < 1_000; cookie += 1 + random.nextInt(3)) {
      int count = 1 + random.nextInt(3);
      map.put(cookie, count);
      table.add(cookie, count);
    }
    var cookies = Cookies.of(table);
    for (int i = 0; i < 50_000; i++) {
      long cookie = random.nextInt(1_500);
      int before = map.getOrDefault(cookie, 0);
      int amount = before > 0 && random.nextInt(3) > 0 ? -1 : 1;
      assertEquals(before + amount, cookies.add(cookie, amount));
      if (before + amount == 0) {
        map.remove(cookie);
      } else {
        map.put(cookie, before + amount);
      }
      assertEquals(map.size(), cookies.size());
    }
    for (long cookie = 0; cookie < 1_500; cookie++) {
      assertEquals(map.getOrDefault(cookie, 0), cookies.count(cookie));
    }
  }
}
