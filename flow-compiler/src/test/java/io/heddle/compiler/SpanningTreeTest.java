package io.heddle.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.compiler.SpanningTree.Branch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SpanningTreeTest {
  private static UUID uuid(int number) {
    return new UUID(0, number);
  }

  /** A link's ports have the numbers 2n and 2n + 1. */
  private static Branch link(int number, int here, int there, long created) {
    return new Branch(uuid(2 * number), uuid(here), uuid(2 * number + 1), uuid(there), created);
  }

  @Test
  void ofALoopTheYoungestLinkCarriesNothing() {
    var tree =
        SpanningTree.of(
            List.of(link(50, 1, 2, 9), link(51, 2, 3, 7), link(52, 3, 1, 8), link(53, 3, 3, 1)));
    assertFalse(tree.carries(uuid(100)) || tree.carries(uuid(101)));
    assertTrue(tree.carries(uuid(102)) && tree.carries(uuid(103)));
    assertTrue(tree.carries(uuid(104)) && tree.carries(uuid(105)));
    assertFalse(tree.carries(uuid(106)), "a switch with itself");
    assertEquals(Set.of(uuid(1), uuid(3)), tree.beyond(uuid(102)));
    assertEquals(Set.of(uuid(2)), tree.beyond(uuid(103)));
    assertEquals(2, tree.diameter());
  }

  @Test
  void ofLinksOfOneAgeTheFirstByUuidIsOlder() {
    var tree = SpanningTree.of(List.of(link(51, 1, 2, 4), link(50, 2, 1, 4)));
    assertTrue(tree.carries(uuid(100)));
    assertFalse(tree.carries(uuid(102)));
    assertEquals(1, tree.diameter());
  }

  @Test
  void whateverIsLinkedIsATree() {
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      var links = new ArrayList<Branch>();
      int switches = 1 + random.nextInt(9);
      for (int i = random.nextInt(14); i > 0; i--) {
        int here = random.nextInt(switches);
        links.add(link(50 + i, here, random.nextInt(switches), random.nextInt(5)));
      }
      var tree = SpanningTree.of(links);
      var bothWays =
          new ArrayList<>(
              links.stream()
                  .flatMap(
                      b ->
                          Stream.of(
                              b, new Branch(b.peer(), b.there(), b.port(), b.here(), b.created())))
                  .toList());
      Collections.shuffle(bothWays, random);
      assertEquals(tree, SpanningTree.of(bothWays), "seed " + seed);
      for (var link : links) {
        if (tree.carries(link.port())) {
          var there = tree.beyond(link.port());
          var here = tree.beyond(link.peer());
          assertTrue(there.contains(link.there()) && here.contains(link.here()), "seed " + seed);
          assertTrue(Collections.disjoint(there, here), "two ways, seed " + seed);
        }
      }
    }
  }
}
