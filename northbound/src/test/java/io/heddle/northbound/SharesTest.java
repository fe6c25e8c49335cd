package io.heddle.northbound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Membership.View;
import io.heddle.northbound.Divider.Pace;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Who is lost goes at once; who comes back does so slowly, and more slowly each time. */
class SharesTest {
  private static final Pace PACE =
      new Pace(
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          Duration.ofSeconds(2),
          Duration.ofSeconds(10));

  private final Shares shares = new Shares(PACE, 0);
  private Map<String, Integer> current = Map.of();
  private double now;
  private int writes;

  private static View view(String... live) {
    return new View(
        "m1",
        new TreeSet<>(List.of("m1", "m2", "m3")),
        new TreeSet<>(Arrays.asList(live)),
        Optional.of("m1"),
        1);
  }

  /** Time goes on in quarters of a second, with the same members live. */
  private void pass(double seconds, String... live) {
    for (double until = now + seconds; now < until; now += 0.25) {
      look(view(live));
    }
  }

  private void look(View view) {
    long nanos = (long) (now * 1e9);
    shares.see(view, nanos);
    var next = shares.next(current, view, nanos);
    if (!next.equals(current)) {
      current = next;
      shares.stepped(nanos);
      writes++;
    }
  }

  @Test
  void allWhoAreThereBeginWithAWholeShare() {
    look(view("m1", "m2", "m3"));
    assertEquals(Map.of("m1", 100, "m2", 100, "m3", 100), current);
  }

  @Test
  void whoIsLostGoesAtOnceAndComesBackInSteps() {
    pass(1, "m1", "m2", "m3");
    look(view("m1", "m3"));
    assertEquals(Map.of("m1", 100, "m3", 100), current);
    pass(3, "m1", "m3");
    pass(5, "m1", "m2", "m3");
    assertEquals(Map.of("m1", 100, "m3", 100), current);
    for (int share : List.of(25, 50, 75, 100)) {
      pass(2, "m1", "m2", "m3");
      assertEquals(Map.of("m1", 100, "m2", share, "m3", 100), current);
    }
    int before = writes;
    pass(100, "m1", "m2", "m3");
    assertEquals(before, writes);
  }

  @Test
  void whoComesAndGoesIsWaitedForLongerEachTime() {
    pass(1, "m1", "m2", "m3");
    for (int i = 0; i < 200; i++) {
      pass(3, "m1", "m3");
      pass(4, "m1", "m2", "m3");
    }
    assertEquals(2, writes, "it never stayed long enough to get anything back");
    pass(61, "m1", "m2", "m3");
    assertTrue(current.containsKey("m2"), "it stays now: " + current);
  }

  @Test
  void whoHasAShareMayStartALittleLater() {
    current = Map.of("m1", 100, "m2", 100, "m3", 100);
    pass(8, "m1", "m2");
    pass(20, "m1", "m2", "m3");
    assertEquals(0, writes);
  }

  @Test
  void whoNeverStartsGoesAfterAWhile() {
    current = Map.of("m1", 100, "m2", 100, "m3", 100);
    pass(9, "m1", "m2");
    assertEquals(0, writes);
    pass(2, "m1", "m2");
    assertEquals(Set.of("m1", "m2"), current.keySet());
  }

  @Test
  void whoIsNoMemberAnyMoreHasNoShare() {
    current = Map.of("m1", 100, "m2", 100, "m9", 100);
    look(view("m1", "m2", "m3"));
    assertEquals(Set.of("m1", "m2"), current.keySet());
  }

  @Test
  void whateverHappensOnlyLiveMembersHaveSharesAndSomebodyHas() {
    var random = new Random(5);
    for (int i = 0; i < 2_000; i++) {
      var live = new HashSet<>(Set.of("m1"));
      for (var other : List.of("m2", "m3")) {
        if (random.nextInt(3) > 0) {
          live.add(other);
        }
      }
      pass(random.nextInt(12), live.toArray(String[]::new));
      look(view(live.toArray(String[]::new)));
      assertTrue(now < 12 || live.containsAll(current.keySet()), () -> live + ": " + current);
      assertTrue(!current.isEmpty());
    }
  }
}
