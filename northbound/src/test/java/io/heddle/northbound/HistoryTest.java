package io.heddle.northbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Edit;
import io.heddle.model.MemoryStore;
import io.heddle.v1.LogicalSwitch;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private final MemoryStore store = new MemoryStore();

  private void commit(int times, String text) {
    for (int i = 0; i < times; i++) {
      store.commit(
          Edit.transaction(
              Edit.put(
                  LogicalSwitch.newBuilder()
                      .setName("s1")
                      .putExternalIds("text", text)
                      .putExternalIds("at", Long.toString(store.snapshot().revision()))
                      .build())));
    }
  }

  private static List<Long> told(History history, long from) {
    var told = new ArrayList<Long>();
    for (var next = history.after(from);
        next.isPresent();
        next = history.after(next.get().revision())) {
      told.add(next.get().revision());
    }
    return told;
  }

  @Test
  void itStartsWhereTheStoreIs() {
    commit(3, "");
    try (var history = new History(store, 10)) {
      assertEquals(3, history.newest());
      assertTrue(history.reaches(3));
      assertFalse(history.reaches(2));
      assertEquals(List.of(), told(history, 3));
      assertEquals(List.of(), told(history, 2));
      commit(2, "");
      assertEquals(List.of(4L, 5L), told(history, 3));
      assertFalse(history.reaches(2));
    }
  }

  @Test
  void theOldestCommitsAreForgottenFirst() {
    try (var history = new History(store, 4)) {
      commit(9, "");
      assertEquals(9, history.newest());
      assertTrue(history.reaches(5));
      assertFalse(history.reaches(4));
      assertEquals(List.of(6L, 7L, 8L, 9L), told(history, 5));
      assertEquals(List.of(), told(history, 4));
    }
  }

  @Test
  void largeCommitsAreForgottenEarlier() {
    // Each commit holds a row of some 200 bytes before and after, and weighs 200 beside.
    try (var history = new History(store, 1_000, 2_000)) {
      commit(50, "x".repeat(180));
      var remembered = 0;
      while (history.reaches(history.newest() - remembered - 1)) {
        remembered++;
      }
      assertTrue(remembered >= 2 && remembered <= 4, "remembers " + remembered);
      commit(50, "");
      assertTrue(history.reaches(history.newest() - 5));
    }
    try (var history = new History(store, 1_000, 1)) {
      commit(3, "");
      assertEquals(List.of(history.newest()), told(history, history.newest() - 1));
    }
  }

  @Test
  void whoListensIsToldUntilItDoesNot() {
    try (var history = new History(store, 10)) {
      var seen = new ArrayList<Long>();
      try (var listening = history.listen(() -> seen.add(history.newest()))) {
        commit(2, "");
        assertEquals(List.of(1L, 2L), seen, listening.toString());
      }
      commit(1, "");
      assertEquals(List.of(1L, 2L), seen);
    }
  }
}
