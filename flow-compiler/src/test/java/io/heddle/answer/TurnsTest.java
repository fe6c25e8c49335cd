package io.heddle.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private final Turns<String, Integer> turns = new Turns<>(5);

  private List<Integer> all() {
    var all = new ArrayList<Integer>();
    while (!turns.isEmpty()) {
      all.add(turns.next().orElseThrow());
    }
    assertEquals(Optional.empty(), turns.next());
    return all;
  }

  private void add(String line, int value) {
    assertEquals(Optional.empty(), turns.add(line, value));
  }

  @Test
  void linesHaveTheirTurns() {
    add("a", 1);
    add("a", 2);
    add("a", 3);
    add("b", 11);
    add("c", 21);
    assertEquals(List.of(1, 11, 21, 2, 3), all());
  }

  @Test
  void whoHasMostLosesFirst() {
    for (int i = 1; i <= 5; i++) {
      add("a", i);
    }
    assertEquals(Optional.of(6), turns.add("a", 6));
    assertEquals(Optional.of(5), turns.add("b", 11));
    assertEquals(Optional.of(4), turns.add("b", 12));
    assertEquals(Optional.of(3), turns.add("b", 13));
    assertEquals(Optional.of(13), turns.add("c", 21));
    assertEquals(List.of(1, 11, 21, 2, 12), all());
  }

  @Test
  void linesOfOneGiveWayToNoOther() {
    for (int i = 1; i <= 5; i++) {
      add("line " + i, i);
    }
    assertEquals(Optional.of(11), turns.add("line 1", 11));
    assertEquals(5, all().size());
  }

  @Test
  void clearedThereIsRoomAgain() {
    for (int i = 1; i <= 5; i++) {
      add("a", i);
    }
    turns.clear();
    add("b", 11);
    assertEquals(List.of(11), all());
  }
}
