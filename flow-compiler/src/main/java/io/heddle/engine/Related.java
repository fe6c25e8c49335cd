package io.heddle.engine;

import io.heddle.engine.Relation.Pair;
import io.heddle.model.Change;
import io.heddle.model.Kind;
import io.heddle.model.Schema;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What a relation holds now: for each key its values, each with the number of rows that say so. */
final class Related {
  /** The contribution of one row, as a query. */
  private record Contributed(Relation<?, ?> relation, UUID row)
      implements Query<Collection<? extends Pair<?, ?>>> {
    @Override
    public Collection<? extends Pair<?, ?>> answer(Reads reads) {
      return List.copyOf(relation.contribution().pairs(row, reads));
    }
  }

  private final Relation<?, ?> relation;
  private final Kind kind;
  private final Graph graph;
  private final Map<Object, Map<Object, Integer>> values = new HashMap<>();
  private final Set<Memo> waiting = new LinkedHashSet<>();
  private boolean settled;

  Related(Relation<?, ?> relation, Graph graph) {
    this.relation = relation;
    this.kind = Schema.rows().kind(relation.of());
    this.graph = graph;
  }

  /** Whether it can be read: while it is brought up to date only what stands before it can. */
  boolean settled() {
    return settled;
  }

  void unsettle() {
    settled = false;
  }

  Set<?> of(Object key) {
    var found = values.get(key);
    return found == null ? Set.of() : Collections.unmodifiableSet(found.keySet());
  }

  /** Takes in the changes and returns the keys that came (true) or went (false). */
  Map<Object, Boolean> settle(Collection<Change> changes) {
    var keysBefore = new LinkedHashMap<Object, Boolean>();
    for (var change : changes) {
      if (change.kind().equals(kind)) {
        follow(change, keysBefore);
      }
    }
    for (var memo : List.copyOf(waiting)) {
      waiting.remove(memo);
      var before = pairs(memo);
      graph.validate(memo);
      move(before, pairs(memo), keysBefore);
    }
    settled = true;
    keysBefore.entrySet().removeIf(e -> e.getValue() == values.containsKey(e.getKey()));
    keysBefore.replaceAll((key, before) -> !before);
    return keysBefore;
  }

  private void follow(Change change, Map<Object, Boolean> keysBefore) {
    var memo = graph.memo(new Contributed(relation, change.uuid()));
    if (graph.snapshot().row(kind, change.uuid()).isEmpty()) {
      move(pairs(memo), List.of(), keysBefore);
      graph.release(memo);
    } else if (!memo.root()) {
      memo.becomeRoot(waiting);
    }
  }

  @SuppressWarnings("unchecked")
  private static Collection<Pair<?, ?>> pairs(Memo memo) {
    return (Collection<Pair<?, ?>>) memo.answer().orElse(List.of());
  }

  /** One row now contributes other pairs than before. */
  private void move(
      Collection<Pair<?, ?>> before,
      Collection<Pair<?, ?>> after,
      Map<Object, Boolean> keysBefore) {
    if (before.equals(after)) {
      return;
    }
    var net = new LinkedHashMap<Pair<?, ?>, Integer>();
    before.forEach(pair -> net.merge(pair, -1, Integer::sum));
    after.forEach(pair -> net.merge(pair, 1, Integer::sum));
    net.forEach((pair, step) -> count(pair, step, keysBefore));
  }

  private void count(Pair<?, ?> pair, int step, Map<Object, Boolean> keysBefore) {
    if (step == 0) {
      return;
    }
    keysBefore.putIfAbsent(pair.key(), values.containsKey(pair.key()));
    var counts = values.computeIfAbsent(pair.key(), k -> new HashMap<>());
    int before = counts.getOrDefault(pair.value(), 0);
    if (before + step == 0) {
      counts.remove(pair.value());
    } else {
      counts.put(pair.value(), before + step);
    }
    if (counts.isEmpty()) {
      values.remove(pair.key());
    }
    if (before == 0 || before + step == 0) {
      graph.touch(new Graph.RelatedKey(relation, pair.key()));
    }
  }
}
