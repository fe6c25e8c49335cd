package io.heddle.it.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.it.chaos.History.Append;
import io.heddle.it.chaos.History.Done;
import io.heddle.it.chaos.History.Outcome;
import io.heddle.it.chaos.History.Read;
import io.heddle.it.chaos.History.Refused;
import io.heddle.it.chaos.History.Unknown;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Good histories pass, and each way to be bad is found. */
class LinearizabilityTest {
  private static final Outcome UNKNOWN = new Unknown();

  private final History history = new History();

  private static Outcome done(long revision) {
    return new Done(revision);
  }

  private void append(int value, long start, long end, Outcome outcome, String... registers) {
    history.add(new Append(List.of(registers), value, start, end, outcome));
  }

  private void read(long start, long end, long revision, String register, Integer... seen) {
    history.add(
        new Read(
            "m1", new TreeMap<>(Map.of(register, List.of(seen))), revision, false, start, end));
  }

  private void stale(String member, long start, long revision, Integer... seen) {
    history.add(
        new Read(
            member, new TreeMap<>(Map.of("a", List.of(seen))), revision, true, start, start + 1));
  }

  private List<String> faults(Integer... finalList) {
    return Linearizability.faults(history, Map.of("a", List.of(finalList)));
  }

  private void assertFault(String expected, Integer... finalList) {
    var found = faults(finalList);
    assertTrue(found.stream().anyMatch(f -> f.contains(expected)), found::toString);
  }

  @Test
  void whatOverlapsMayBeInAnyOrder() {
    append(1, 0, 10, done(5), "a");
    append(2, 1, 9, done(4), "a");
    read(2, 8, 4, "a", 2);
    read(3, 8, 3, "a");
    append(3, 5, 6, UNKNOWN, "a");
    append(4, 5, 6, UNKNOWN, "a");
    append(5, 5, 6, new Refused(), "a");
    stale("m2", 20, 4, 2);
    stale("m3", 30, 3);
    read(40, 41, 9, "a", 2, 1, 3);
    assertEquals(List.of(), faults(2, 1, 3));
  }

  @Test
  void anAcknowledgedCommitThatIsLostIsFound() {
    append(1, 0, 1, done(1), "a");
    append(2, 2, 3, done(2), "a");
    assertFault("lost", 2);
  }

  @Test
  void whatIsThereTwiceIsFound() {
    append(1, 0, 1, done(1), "a");
    assertFault("twice", 1, 1);
  }

  @Test
  void whatWasRefusedOrNeverAskedForIsFound() {
    append(1, 0, 1, new Refused(), "a");
    assertFault("refused", 1);
    assertFault("nobody", 7);
  }

  @Test
  void aReadThatMissesWhatWasAcknowledgedBeforeIsFound() {
    append(1, 0, 1, done(1), "a");
    read(2, 3, 1, "a");
    assertFault("not that of the clock", 1);
    assertFault("not what was at its revision", 1);
  }

  @Test
  void aReadThatGoesBackIsFound() {
    append(1, 0, 9, UNKNOWN, "a");
    read(1, 2, 3, "a", 1);
    read(3, 4, 3, "a");
    assertFault("not that of the clock", 1);
  }

  @Test
  void aReadOfWhatNeverWasIsFound() {
    append(1, 0, 1, done(1), "a");
    append(2, 0, 1, UNKNOWN, "a");
    read(2, 3, 2, "a", 1, 2);
    assertFault("does not begin as", 1);
  }

  @Test
  void aReadOfTheFutureIsFound() {
    read(0, 1, 1, "a", 1);
    append(1, 2, 3, done(1), "a");
    assertFault("not that of the clock", 1);
  }

  @Test
  void commitsInAnotherOrderThanTheClocksAreFound() {
    append(1, 0, 1, done(1), "a");
    append(2, 2, 3, done(2), "a");
    assertFault("the order of a is not that of the clock", 2, 1);
    assertFault("not in the order of revisions", 2, 1);
  }

  @Test
  void revisionsInAnotherOrderThanTheClocksAreFoundAlsoOfTwoRegisters() {
    append(1, 0, 1, done(2), "a");
    append(2, 2, 3, done(1), "b");
    var found = Linearizability.faults(history, Map.of("a", List.of(1), "b", List.of(2)));
    assertTrue(found.toString().contains("order of revisions is not that of the clock"));
  }

  @Test
  void twoCommitsAtOneRevisionAreFound() {
    append(1, 0, 9, done(1), "a");
    append(2, 0, 9, done(1), "a");
    assertFault("two commits at one revision", 1, 2);
  }

  @Test
  void aCommitDoneByHalvesIsFound() {
    append(1, 0, 1, UNKNOWN, "a", "b");
    assertFault("by halves", 1);
  }

  @Test
  void aMemberThatForgetsIsFound() {
    append(1, 0, 1, done(1), "a");
    stale("m2", 2, 1, 1);
    stale("m2", 4, 0);
    assertFault("of stale reads of m2", 1);
  }
}
