package io.heddle.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the parts of a partition are now. Who has no links is not held: it is a part by itself. */
final class Parted<N extends Comparable<N>> {
  private final Partition<N> partition;
  private final Graph graph;
  private final Map<N, Map<N, Integer>> neighbours = new HashMap<>();
  private final Map<N, N> least = new HashMap<>();
  private final Map<N, Set<N>> members = new HashMap<>();

  Parted(Partition<N> partition, Graph graph) {
    this.partition = partition;
    this.graph = graph;
  }

  N of(N node) {
    return least.getOrDefault(node, node);
  }

  Set<N> members(N node) {
    return members.getOrDefault(of(node), Set.of(node));
  }

  /** Takes in what the links' relations changed in this update. */
  void settle(Map<Relation<?, ?>, Related> relations) {
    var affected = new LinkedHashSet<N>();
    for (var relation : partition.links()) {
      for (var moved : relations.get(relation).moved()) {
        @SuppressWarnings("unchecked")
        var link = (Relation.Pair<N, N>) moved.pair();
        step(link.key(), link.value(), moved.there() ? 1 : -1);
        step(link.value(), link.key(), moved.there() ? 1 : -1);
        affected.add(link.key());
        affected.add(link.value());
      }
    }
    if (!affected.isEmpty()) {
      rebuild(affected);
    }
  }

  private void step(N from, N to, int step) {
    var of = neighbours.computeIfAbsent(from, n -> new HashMap<>());
    of.merge(to, step, (a, b) -> a + b == 0 ? null : a + b);
    if (of.isEmpty()) {
      neighbours.remove(from);
    }
  }

  /** Only the parts that had an affected member can have come apart or together. */
  private void rebuild(Set<N> affected) {
    var concerned = new LinkedHashSet<N>();
    var parts = new HashSet<N>();
    for (var node : affected) {
      concerned.add(node);
      if (parts.add(of(node))) {
        concerned.addAll(members(node));
      }
    }
    var before = new HashMap<N, N>();
    concerned.forEach(node -> before.put(node, of(node)));
    var setsBefore = new HashMap<N, Set<N>>();
    parts.forEach(part -> setsBefore.put(part, members(part)));
    parts.forEach(members::remove);
    concerned.forEach(least::remove);
    var seen = new HashSet<N>();
    for (var node : concerned) {
      if (!seen.contains(node) && neighbours.containsKey(node)) {
        assign(reach(node, seen));
      }
    }
    var changed = new HashMap<N, Boolean>();
    for (var node : concerned) {
      if (!before.get(node).equals(of(node))) {
        graph.touch(new Graph.PartKey(partition, node));
      }
      // Who is in one part now has another company than before, or the same, like all in it.
      if (changed.computeIfAbsent(
          of(node), first -> !setsBefore.get(before.get(first)).equals(members(first)))) {
        graph.touch(new Graph.MembersKey(partition, node));
      }
    }
  }

  private List<N> reach(N start, Set<N> seen) {
    var found = new ArrayList<N>();
    var pending = new ArrayDeque<N>(List.of(start));
    seen.add(start);
    while (!pending.isEmpty()) {
      var node = pending.remove();
      found.add(node);
      neighbours.getOrDefault(node, Map.of()).keySet().stream()
          .filter(seen::add)
          .forEach(pending::add);
    }
    return found;
  }

  private void assign(List<N> part) {
    var first = part.stream().min(N::compareTo).orElseThrow();
    part.forEach(node -> least.put(node, first));
    members.put(first, Set.copyOf(part));
  }
}
