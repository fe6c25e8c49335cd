package io.heddle.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Units are found by their keys as in a map, though others were taken away between them. */
class UnitsTest {
  @Test
  void theyAreKeptAsInAMap() {
    var random = new Random(7);
    var map = new HashMap<UnitKey, Unit>();
    var units = new Units();
    for (int i = 0; i < 100_000; i++) {
      var key = new UnitKey("Ports", random.nextInt(2), random.nextInt(400), new Layer.Pipeline());
      if (i == 50_000) {
        units.expect(5_000);
      }
      assertEquals(Optional.ofNullable(map.get(key)), units.get(key));
      if (random.nextBoolean()) {
        var unit = new Unit(key, List.of());
        assertEquals(Optional.ofNullable(map.put(key, unit)), units.put(unit));
      } else {
        assertEquals(Optional.ofNullable(map.remove(key)), units.remove(key));
      }
      assertEquals(map.isEmpty(), units.isEmpty());
    }
    var all = new HashSet<Unit>();
    units.forEach(all::add);
    assertEquals(new HashSet<>(map.values()), all);
  }
}
