package io.heddle.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.compiler.Connections.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LongestPathTest {
  private static final Node FIRST = router(0);

  private final Map<Node, Set<Node>> graph = new HashMap<>(Map.of(FIRST, new HashSet<>()));

  private static Node router(int number) {
    return new Node(false, number, new UUID(0, number));
  }

  private static Node logicalSwitch(int number) {
    return new Node(true, number, new UUID(1, number));
  }

  private void link(Node one, Node other) {
    graph.computeIfAbsent(one, n -> new HashSet<>()).add(other);
    graph.computeIfAbsent(other, n -> new HashSet<>()).add(one);
  }

  private int longest() {
    return LongestPath.in(graph, FIRST).steps();
  }

  @Test
  void oneRouterIsAWay() {
    assertEquals(new LongestPath.Path(1, FIRST, FIRST), LongestPath.in(graph, FIRST));
  }

  @Test
  void manyRoutersInOneSwitchAreTwoInARow() {
    for (int r = 0; r < 300; r++) {
      link(logicalSwitch(0), router(r));
    }
    assertEquals(2, longest());
  }

  @Test
  void aHubIsPassedOnce() {
    for (int r = 1; r < 300; r++) {
      link(FIRST, r % 2 == 0 ? router(r) : logicalSwitch(r));
      link(r % 2 == 0 ? router(r) : logicalSwitch(r), router(1_000 + r));
    }
    assertEquals(5, longest());
  }

  @Test
  void manyRoutersInTwoSwitchesEachAreThreeInARow() {
    for (int r = 0; r < 300; r++) {
      link(logicalSwitch(0), router(r));
      link(logicalSwitch(1), router(r));
    }
    assertEquals(3, longest());
  }

  @Test
  void aRingIsGoneRoundOnce() {
    int n = 10_000;
    for (int r = 0; r < n; r++) {
      link(router(r), router((r + 1) % n));
    }
    assertEquals(n, longest());
  }

  @Test
  void theEndsAreKnown() {
    for (int r = 1; r < 5; r++) {
      link(FIRST, router(10 * r));
    }
    link(router(40), router(41));
    link(router(20), router(21));
    link(router(21), router(22));
    assertEquals(new LongestPath.Path(6, router(22), router(41)), LongestPath.in(graph, FIRST));
  }

  /** All ways, one after the other. */
  private int exact() {
    return graph.keySet().stream().mapToInt(n -> exact(n, new HashSet<>())).max().orElseThrow();
  }

  private int exact(Node from, Set<Node> been) {
    been.add(from);
    int further =
        graph.get(from).stream()
            .filter(n -> !been.contains(n))
            .mapToInt(n -> exact(n, been))
            .max()
            .orElse(0);
    been.remove(from);
    return further + (from.isSwitch() ? 0 : 1);
  }

  @Test
  void itIsNeverTooShortAndInTreesExact() {
    for (int seed = 0; seed < 2_000; seed++) {
      var random = new Random(seed);
      graph.clear();
      graph.put(FIRST, new HashSet<>());
      int routers = 2 + random.nextInt(5);
      for (int r = 1; r < routers; r++) {
        join(random, router(r), random.nextInt(r), r);
      }
      assertEquals(exact(), longest(), "tree " + seed);
      for (int more = random.nextInt(4); more > 0; more--) {
        join(random, router(random.nextInt(routers)), random.nextInt(routers), 10 + more);
      }
      int exact = exact();
      assertTrue(longest() >= exact, "seed " + seed + ": " + longest() + " < " + exact);
      assertTrue(longest() <= routers, "seed " + seed + ": more than there are");
    }
  }

  private void join(Random random, Node router, int other, int number) {
    if (router.equals(router(other))) {
      return;
    }
    if (random.nextBoolean()) {
      link(router, router(other));
    } else {
      link(router, logicalSwitch(number));
      link(logicalSwitch(number), router(other));
    }
  }
}
