package io.heddle.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CellsTest {
  private record One(int number) {}

  private record Other(int number) {}

  /** Keys that stand at few homes, so that they get into each other's way. */
  private record Crowded(int number) {
    @Override
    public int hashCode() {
      return number % 7;
    }
  }

  @Test
  void cellsAreFoundAfterOthersCameAndWent() {
    var random = new Random(1);
    var cells = new Cells();
    Map<Object, Cell> model = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      int number = random.nextInt(500);
      Object key = random.nextBoolean() ? new One(number) : new Crowded(number % 100);
      if (random.nextBoolean()) {
        assertSame(
            model.computeIfAbsent(key, k -> cells.get(k, Cell::new)), cells.get(key, k -> null));
      } else {
        cells.remove(key);
        model.remove(key);
      }
      assertEquals(model.size(), cells.size());
      if (i % 100 == 0) {
        model.forEach((k, cell) -> assertSame(cell, cells.find(k).orElseThrow()));
      }
    }
    assertEquals(Optional.empty(), cells.find(new Other(1)));
  }

  @Test
  void equalNumbersInKeysOfDifferentTypesAreFarApart() {
    assertEquals(new One(5).hashCode(), new Other(5).hashCode());
    assertNotEquals(Cell.hash(new One(5)), Cell.hash(new Other(5)));
  }
}
