package io.heddle.compiler;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The links of a segment that carry frames: the oldest of all that join two switches which older
 * ones have not joined, so that there is one way between any two, and none back to where a frame
 * came from.
 */
record SpanningTree(Set<Branch> branches) {
  /**
   * A link, seen from one of its ends.
   *
   * @param created the revision that first wrote the younger end
   */
  record Branch(UUID port, UUID here, UUID peer, UUID there, long created) {
    private static final Comparator<Branch> OLDEST =
        Comparator.comparingLong(Branch::created)
            .thenComparing(b -> b.port.compareTo(b.peer) < 0 ? b.port : b.peer);

    private Branch reversed() {
      return new Branch(peer, there, port, here, created);
    }
  }

  SpanningTree {
    branches = Set.copyOf(branches);
  }

  /**
   * @param links all there are, each from one end or from both
   */
  static SpanningTree of(Collection<Branch> links) {
    var joined = new HashMap<UUID, UUID>();
    var carrying = new HashSet<Branch>();
    for (var link : links.stream().sorted(Branch.OLDEST).toList()) {
      var here = root(joined, link.here());
      var there = root(joined, link.there());
      if (!here.equals(there)) {
        joined.put(here, there);
        carrying.add(link);
        carrying.add(link.reversed());
      }
    }
    return new SpanningTree(carrying);
  }

  private static UUID root(Map<UUID, UUID> joined, UUID of) {
    var at = of;
    while (joined.containsKey(at)) {
      at = joined.get(at);
    }
    return at;
  }

  /** Whether frames go out of a port. */
  boolean carries(UUID port) {
    return branches.stream().anyMatch(b -> b.port().equals(port));
  }

  /** The switches that frames come to which leave by a port. */
  Set<UUID> beyond(UUID port) {
    return branches.stream()
        .filter(b -> b.port().equals(port))
        .findFirst()
        .map(b -> distances(b.there(), b.here()).keySet())
        .orElse(Set.of());
  }

  /** How many links the longest way through the segment has. */
  int diameter() {
    return branches.stream()
        .findFirst()
        .map(any -> farthest(farthest(any.here()).getKey()).getValue())
        .orElse(0);
  }

  private Map.Entry<UUID, Integer> farthest(UUID from) {
    return distances(from, from).entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .orElseThrow();
  }

  /** How many links away each switch is, without those that lie behind one of them. */
  private Map<UUID, Integer> distances(UUID from, UUID not) {
    var ways = branches.stream().collect(Collectors.groupingBy(Branch::here));
    var found = new LinkedHashMap<UUID, Integer>(Map.of(from, 0));
    var pending = new ArrayDeque<UUID>(List.of(from));
    while (!pending.isEmpty()) {
      var at = pending.remove();
      for (var way : ways.getOrDefault(at, List.of())) {
        if (!way.there().equals(not) && found.putIfAbsent(way.there(), found.get(at) + 1) == null) {
          pending.add(way.there());
        }
      }
    }
    return found;
  }
}
