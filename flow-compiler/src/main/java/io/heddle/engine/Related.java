package io.heddle.engine;

import io.heddle.engine.Relation.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** What a relation holds now: for each key its values, each with the number of rows that say so. */
final class Related {
  private final Relation<?, ?> relation;
  private final Optional<Comparator<Object>> order;
  private final Graph graph;

  /** There are very many keys and most have one value: the maps of those are constants. */
  private final Map<Object, Map<Object, Integer>> values = new HashMap<>();

  /** Whether it is asked what moved. */
  private final boolean links;

  /** What it was ever asked for: nobody need be told of the rest. */
  private final Set<Graph.Asked> asked = EnumSet.noneOf(Graph.Asked.class);

  /** Until it is first told: then all of its keys came, and nobody has read any. */
  private boolean fresh = true;

  private List<Object> came = new ArrayList<>();

  /** The keys in question since this was last told, and whether they were there then. */
  private Map<Object, Boolean> keysBefore = new LinkedHashMap<>();

  private List<Moved> moved = new ArrayList<>();

  private boolean settled;

  /** A pair that came or went since this was last told. */
  record Moved(Pair<?, ?> pair, boolean there) {}

  @SuppressWarnings("unchecked")
  Related(Relation<?, ?> relation, Graph graph, boolean links) {
    this.relation = relation;
    this.order = relation.order().map(o -> (Comparator<Object>) o);
    this.graph = graph;
    this.links = links;
  }

  /** Whether it can be read. */
  boolean settled() {
    return settled;
  }

  void unsettle() {
    settled = false;
  }

  /** What moved has been told; not cleared, which would keep its size. */
  void told() {
    fresh = false;
    came = List.of();
    keysBefore = new LinkedHashMap<>();
    moved = new ArrayList<>();
  }

  void settle() {
    settled = true;
  }

  Set<?> of(Object key) {
    asked.add(Graph.Asked.VALUES);
    return Collections.unmodifiableSet(values.getOrDefault(key, Map.of()).keySet());
  }

  /** The first in order. */
  Optional<?> first(Object key) {
    if (order.isEmpty()) {
      throw new IllegalStateException(relation + " has no order");
    }
    asked.add(Graph.Asked.FIRST);
    return first(values.getOrDefault(key, Map.of()));
  }

  private static Optional<Object> first(Map<Object, Integer> counts) {
    return counts.isEmpty() ? Optional.empty() : Optional.of(counts.keySet().iterator().next());
  }

  /** For each value of a key the number of rows that say so. */
  Map<?, Integer> counts(Object key) {
    asked.add(Graph.Asked.COUNTS);
    return Collections.unmodifiableMap(values.getOrDefault(key, Map.of()));
  }

  /** In order; of links only. */
  List<Moved> moved() {
    return moved;
  }

  /** The keys that came (true) or went (false) since this was last told. */
  void cameAndWent(BiConsumer<Object, Boolean> each) {
    came.forEach(key -> each.accept(key, true));
    keysBefore.forEach(
        (key, before) -> {
          boolean now = values.containsKey(key);
          if (before != now) {
            each.accept(key, now);
          }
        });
  }

  /** One row now has another answer than before, or one at all, or none any more. */
  void move(Optional<Object> before, Optional<Object> after) {
    // Most rows come and go, and that of everything in a network that is new comes.
    if (before.isEmpty()) {
      count(after.orElseThrow(), 1);
      return;
    } else if (after.isEmpty()) {
      count(before.get(), -1);
      return;
    }
    var net = new LinkedHashMap<Pair<?, ?>, Integer>();
    relation.pairs(before.get()).forEach(pair -> net.merge(pair, -1, Integer::sum));
    relation.pairs(after.get()).forEach(pair -> net.merge(pair, 1, Integer::sum));
    net.forEach(this::count);
  }

  private void count(Object answer, int step) {
    var pairs = relation.pairs(answer);
    // Most answers are nothing to most relations.
    if (!pairs.isEmpty()) {
      for (var pair : pairs) {
        count(pair, step);
      }
    }
  }

  private void count(Pair<?, ?> pair, int step) {
    if (step == 0) {
      return;
    }
    var counts = values.getOrDefault(pair.key(), Map.of());
    int before = counts.getOrDefault(pair.value(), 0);
    boolean ordered = !fresh && asked.contains(Graph.Asked.FIRST);
    var firstBefore = ordered ? first(counts) : Optional.empty();
    var after = with(counts, pair.value(), before + step);
    if (after != counts) {
      replace(pair.key(), after);
    }
    boolean other = before == 0 || before + step == 0;
    if (other && links) {
      moved.add(new Moved(pair, before == 0));
    }
    if (!fresh) {
      keysBefore.putIfAbsent(pair.key(), !counts.isEmpty());
      touch(Graph.Asked.COUNTS, pair.key());
      if (other) {
        touch(Graph.Asked.VALUES, pair.key());
      }
      if (ordered && !firstBefore.equals(first(after))) {
        touch(Graph.Asked.FIRST, pair.key());
      }
    } else if (counts.isEmpty()) {
      came.add(pair.key());
    }
  }

  private void touch(Graph.Asked what, Object key) {
    if (asked.contains(what)) {
      graph.touch(new Graph.RelationKey(relation, what, key));
    }
  }

  private void replace(Object key, Map<Object, Integer> counts) {
    if (counts.isEmpty()) {
      values.remove(key);
    } else {
      values.put(key, counts);
    }
  }

  /** Changes the map where it can be changed: where it has more than one value, and does still. */
  private Map<Object, Integer> with(Map<Object, Integer> counts, Object value, int count) {
    if (counts.isEmpty()) {
      return Map.of(value, count);
    }
    var changed = counts.size() > 1 ? counts : several(counts);
    if (count == 0) {
      changed.remove(value);
    } else {
      changed.put(value, count);
    }
    return changed.size() > 1 ? changed : Map.copyOf(changed);
  }

  private Map<Object, Integer> several(Map<Object, Integer> counts) {
    Map<Object, Integer> several =
        order.<Map<Object, Integer>>map(TreeMap::new).orElseGet(HashMap::new);
    several.putAll(counts);
    return several;
  }
}
