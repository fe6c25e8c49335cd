package io.heddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.v1.LogicalSwitch;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is remembered of commits is bounded, and told only to who saw exactly what came before. */
class LastCommitsTest {
  private static final Kind SWITCHES = Schema.rows().kind(LogicalSwitch.class);
  private static final UUID ONE = new UUID(0, 1);

  private static Optional<Row> row(String name) {
    return Optional.of(new Row(ONE, LogicalSwitch.newBuilder().setName(name).build(), 1, 1));
  }

  private static List<Change> change(Optional<Row> before, Optional<Row> after) {
    return List.of(new Change(SWITCHES, ONE, before, after));
  }

  @Test
  void severalChangesOfOneRowAreOne() {
    var last =
        LastCommits.none(0)
            .with(1, change(Optional.empty(), row("a")))
            .with(2, change(row("a"), row("b")))
            .with(3, change(row("b"), row("a")));
    assertEquals(change(Optional.empty(), row("a")), last.between(0, 3).orElseThrow());
    assertEquals(change(row("a"), row("b")), last.between(1, 2).orElseThrow());
    assertEquals(List.of(), last.between(1, 3).orElseThrow());
    assertEquals(List.of(), last.between(3, 3).orElseThrow());
    assertEquals(Optional.empty(), last.between(0, 4));
    assertEquals(Optional.empty(), last.between(2, 1));
  }

  @Test
  void whoWasInTheMiddleOfWhatAMemberSkippedIsNotResumed() {
    var last =
        LastCommits.none(0)
            .with(1, change(Optional.empty(), row("a")))
            .with(5, change(row("a"), row("b")))
            .with(6, change(row("b"), Optional.empty()));
    assertEquals(Optional.empty(), last.between(3, 6));
    assertEquals(Optional.empty(), last.between(1, 4));
    assertEquals(change(row("a"), Optional.empty()), last.between(1, 6).orElseThrow());
  }

  @Test
  void theOldestAreForgotten() {
    var large = row("x".repeat(10_000));
    var last = LastCommits.none(0);
    for (int i = 1; i <= LastCommits.COMMITS + 10; i++) {
      last = last.with(i, change(Optional.empty(), row("a")));
    }
    assertEquals(LastCommits.COMMITS, last.commits().size());
    assertEquals(10, last.oldest());
    assertEquals(Optional.empty(), last.between(9, last.newest()));
    assertEquals(1, last.between(10, last.newest()).orElseThrow().size());
    for (int i = 1; i <= 1_000; i++) {
      last = last.with(last.newest() + 1, change(large, large));
    }
    assertTrue(last.bytes() <= LastCommits.BYTES && last.bytes() > LastCommits.BYTES / 2);
    var huge = row("x".repeat((int) LastCommits.BYTES));
    last = last.with(last.newest() + 1, change(Optional.empty(), huge));
    assertEquals(LastCommits.none(last.newest()), last);
  }
}
