package io.heddle.engine;

import io.heddle.engine.Relation.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What a relation holds now: for each key its values, each with the number of rows that say so. */
final class Related {
  private final Relation<?, ?> relation;
  private final Optional<Comparator<Object>> order;
  private final Graph graph;

  /** There are very many keys and most have one value: the maps of those are constants. */
  private final Map<Object, Map<Object, Integer>> values = new HashMap<>();

  /** The keys in question since this was last told, and whether they were there then. */
  private Map<Object, Boolean> keysBefore = new LinkedHashMap<>();

  private List<Moved> moved = new ArrayList<>();

  private boolean settled;

  /** A pair that came or went since this was last told. */
  record Moved(Pair<?, ?> pair, boolean there) {}

  @SuppressWarnings("unchecked")
  Related(Relation<?, ?> relation, Graph graph) {
    this.relation = relation;
    this.order = relation.order().map(o -> (Comparator<Object>) o);
    this.graph = graph;
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
    keysBefore = new LinkedHashMap<>();
    moved = new ArrayList<>();
  }

  void settle() {
    settled = true;
  }

  Set<?> of(Object key) {
    return Collections.unmodifiableSet(values.getOrDefault(key, Map.of()).keySet());
  }

  /** The first in order. */
  Optional<?> first(Object key) {
    if (order.isEmpty()) {
      throw new IllegalStateException(relation + " has no order");
    }
    return first(values.getOrDefault(key, Map.of()));
  }

  private static Optional<Object> first(Map<Object, Integer> counts) {
    return counts.keySet().stream().findFirst();
  }

  /** For each value of a key the number of rows that say so. */
  Map<?, Integer> counts(Object key) {
    return Collections.unmodifiableMap(values.getOrDefault(key, Map.of()));
  }

  /** In order. */
  List<Moved> moved() {
    return moved;
  }

  /** The keys that came (true) or went (false) since this was last told. */
  Map<Object, Boolean> cameAndWent() {
    var moved = new LinkedHashMap<Object, Boolean>();
    keysBefore.forEach(
        (key, before) -> {
          boolean now = values.containsKey(key);
          if (before != now) {
            moved.put(key, now);
          }
        });
    return moved;
  }

  /** One row now has another answer than before, or one at all, or none any more. */
  void move(Optional<Object> before, Optional<Object> after) {
    if (before.isEmpty()) {
      // As everything is in a network that is new.
      after.ifPresent(a -> relation.pairs(a).forEach(pair -> count(pair, 1)));
      return;
    }
    var net = new LinkedHashMap<Pair<?, ?>, Integer>();
    before.ifPresent(a -> relation.pairs(a).forEach(pair -> net.merge(pair, -1, Integer::sum)));
    after.ifPresent(a -> relation.pairs(a).forEach(pair -> net.merge(pair, 1, Integer::sum)));
    net.forEach(this::count);
  }

  private void count(Pair<?, ?> pair, int step) {
    if (step == 0) {
      return;
    }
    var counts = values.getOrDefault(pair.key(), Map.of());
    keysBefore.putIfAbsent(pair.key(), !counts.isEmpty());
    int before = counts.getOrDefault(pair.value(), 0);
    var firstBefore = order.flatMap(o -> first(counts));
    var after = with(counts, pair.value(), before + step);
    replace(pair.key(), after);
    graph.touch(new Graph.CountsKey(relation, pair.key()));
    if (order.isPresent() && !firstBefore.equals(first(after))) {
      graph.touch(new Graph.FirstKey(relation, pair.key()));
    }
    if (before == 0 || before + step == 0) {
      graph.touch(new Graph.RelatedKey(relation, pair.key()));
      moved.add(new Moved(pair, before == 0));
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
