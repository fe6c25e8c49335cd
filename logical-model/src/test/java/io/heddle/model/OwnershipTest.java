package io.heddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.v1.Controller;
import io.heddle.v1.Division;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every chassis has one owner, all members name the same, and only what must move does. */
class OwnershipTest {
  private static final int CHASSIS = 3_000;
  private static final List<String> NAMES =
      IntStream.range(0, CHASSIS).mapToObj(i -> "hv" + i).toList();

  private static Map<String, String> owners(Map<String, Integer> shares) {
    var ownership = Ownership.divided("m1", 7, shares);
    return NAMES.stream().collect(Collectors.toMap(n -> n, n -> ownership.owner(n).orElseThrow()));
  }

  private static Map<String, Long> counts(Map<String, String> owners) {
    return owners.values().stream()
        .collect(Collectors.groupingBy(o -> o, TreeMap::new, Collectors.counting()));
  }

  private static Map<String, Integer> shares(String... members) {
    return List.of(members).stream().collect(Collectors.toMap(m -> m, m -> 100));
  }

  private static void assertNear(double expected, double count) {
    assertEquals(expected, count, 4 * Math.sqrt(expected), "of " + CHASSIS);
  }

  @Test
  void chassisAreDividedEvenlyAndAsWeighed() {
    var even = counts(owners(shares("m1", "m2", "m3")));
    even.values().forEach(n -> assertNear(CHASSIS / 3.0, n));
    var weighed = counts(owners(Map.of("m1", 100, "m2", 100, "m3", 25)));
    assertNear(CHASSIS / 9.0, weighed.get("m3"));
    assertNear(CHASSIS * 4 / 9.0, weighed.get("m1"));
  }

  @Test
  void whoGoesLeavesTheOthersWhatTheyHad() {
    var before = owners(shares("m1", "m2", "m3"));
    var after = owners(shares("m1", "m3"));
    NAMES.stream()
        .filter(n -> !before.get(n).equals("m2"))
        .forEach(n -> assertEquals(before.get(n), after.get(n)));
    assertNear(CHASSIS / 2.0, counts(after).get("m1"));
  }

  @Test
  void whoComesStepByStepTakesAndNothingElseMoves() {
    var before = owners(shares("m1", "m3"));
    for (int weight : List.of(25, 50, 75, 100)) {
      var after = owners(Map.of("m1", 100, "m2", weight, "m3", 100));
      for (var name : NAMES) {
        assertTrue(
            after.get(name).equals(before.get(name)) || after.get(name).equals("m2"),
            () -> name + " moved to " + after.get(name));
      }
      before = after;
    }
    assertEquals(owners(shares("m1", "m2", "m3")), before);
  }

  @Test
  void aSnapshotSaysWhoOwnsWhatAndSinceWhen() {
    var store = new MemoryStore();
    assertEquals(Optional.empty(), Ownership.of(store.snapshot(), "m1", false).owner("hv1"));
    long start = Generation.begin(store, Controller.newBuilder().setName("m1").build());
    var alone = Ownership.of(store.snapshot(), "m1", true);
    assertTrue(alone.mine("hv1"));
    assertEquals(start, alone.epoch());

    store.commit(
        Edit.observation(
            Edit.put(Division.newBuilder().putShares("m1", 100).putShares("m2", 100).build())));
    var first = Ownership.of(store.snapshot(), "m1", false);
    var second = Ownership.of(store.snapshot(), "m2", false);
    assertTrue(first.epoch() > start);
    assertEquals(first.epoch(), second.epoch());
    NAMES.forEach(n -> assertEquals(first.mine(n), !second.mine(n)));
    assertFalse(Ownership.of(store.snapshot(), "m3", false).mine("hv1"));

    long again = Generation.begin(store, Controller.newBuilder().setName("m1").build());
    assertEquals(first.epoch(), Ownership.of(store.snapshot(), "m1", false).epoch());
    assertEquals(again, Ownership.of(store.snapshot(), "m1", true).epoch());
  }
}
