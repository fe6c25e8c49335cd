package io.heddle.engine;

import io.heddle.model.Change;
import io.heddle.model.Place;
import io.heddle.model.Snapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Keeps the answers of root queries true while the rows they rest on change, running again only
 * what a change concerns. Every read is recorded; a change marks its direct readers dirty and all
 * above them suspect; the roots among them are pulled, and an answer equal to the one before stops
 * the wave. Memos that nobody reads any more are dropped.
 *
 * <p>Not thread-safe. The work of {@link #update} is proportional to what the changes concern.
 * Where a query throws, the engine is in no state to go on with: make a new one.
 */
public final class Engine {
  /** A root whose answer is not what it was; absent before or after where the root came or went. */
  public record Changed<V>(Query<V> root, Optional<V> before, Optional<V> after) {}

  /** About how many things are remembered for each row. */
  private static final int CELLS_PER_ROW = 5;

  private final Graph graph = new Graph();
  private final Map<Relation<?, ?>, Related> relations = new LinkedHashMap<>();
  private final Map<Facts<?, ?>, Feed> feeds = new LinkedHashMap<>();
  private final List<Parted<?>> partitions = new ArrayList<>();
  private final List<Roots<?, ?>> families;
  private final Waiting waiting = new Waiting();

  /** The roots whose answers may have changed in this update, each once. */
  private List<Told> told = new ArrayList<>();

  /** What a root's answer was when {@link #update} last told it. */
  private record Told(Memo root, Optional<Object> before) {}

  public Engine(
      List<Relation<?, ?>> relations, List<Partition<?>> partitions, List<Roots<?, ?>> families) {
    for (var relation : relations) {
      boolean links = partitions.stream().anyMatch(p -> p.links().contains(relation));
      var values = new Related(relation, graph, links);
      this.relations.put(relation, values);
      feeds.computeIfAbsent(relation.facts(), facts -> new Feed(facts, graph)).add(values);
      graph.add(relation, values);
    }
    for (var partition : partitions) {
      var parted = new Parted<>(partition, graph);
      this.partitions.add(parted);
      graph.add(partition, parted);
    }
    this.families = List.copyOf(families);
    for (var family : families) {
      if (family.domain() instanceof Domain.Once once) {
        add(family, once);
      }
    }
  }

  /** How many queries have run since the engine was made. */
  public long queriesRun() {
    return graph.queriesRun();
  }

  /** How many things it remembers: answers, and what was read for them. */
  public int size() {
    return graph.size();
  }

  /** Calls the observer with each query that runs from now on. */
  public void observe(Consumer<Query<?>> queries) {
    graph.observe(queries);
  }

  /**
   * Moves on to a snapshot.
   *
   * @param changes all that differs between the snapshot before and this one, in any number of
   *     steps
   * @return the roots whose answers differ
   */
  public List<Changed<?>> update(Snapshot next, Collection<Change> changes) {
    graph.moveTo(next);
    if (graph.queriesRun() > 0) {
      changes.forEach(this::touch);
    } else {
      // Nobody has read anything.
      graph.expect(CELLS_PER_ROW * changes.size());
    }
    feeds.values().forEach(Feed::unsettle);
    var arrivals = new Arrivals(next, changes, relations);
    feeds.values().forEach(feed -> feed.settle(arrivals));
    partitions.forEach(parted -> parted.settle(relations));
    for (var family : families) {
      arrivals.in(family.domain(), (key, there) -> follow(family, key, there));
    }
    waiting.drain(
        memo -> {
          tell(memo, memo.answer());
          graph.validate(memo);
        });
    var changed = changed();
    relations.values().forEach(Related::told);
    graph.sweep();
    return changed;
  }

  private void tell(Memo root, Optional<Object> before) {
    if (root.tell()) {
      told.add(new Told(root, before));
    }
  }

  private List<Changed<?>> changed() {
    var changed = new ArrayList<Changed<?>>(told.size());
    for (var one : told) {
      var root = one.root();
      root.untell();
      var now = root.root() ? root.answer() : Optional.empty();
      if (!one.before().equals(now)) {
        changed.add(changed(root.query(), one.before(), now));
      }
    }
    told = new ArrayList<>();
    return changed;
  }

  @SuppressWarnings("unchecked")
  private static <V> Changed<V> changed(Query<V> root, Optional<?> before, Optional<?> after) {
    return new Changed<>(root, (Optional<V>) before, (Optional<V>) after);
  }

  private void touch(Change change) {
    graph.touch(new Place(change.kind(), change.uuid()));
    if (change.before().isPresent() != change.after().isPresent()) {
      graph.touch(change.kind());
    }
    change.forEachMove(graph.indexesRead(change.kind()), graph::touch);
  }

  private void follow(Roots<?, ?> family, Object key, boolean there) {
    if (there) {
      add(family, key);
    } else {
      remove(family, key);
    }
  }

  private void add(Roots<?, ?> family, Object key) {
    var memo = graph.memo(query(family, key));
    if (!memo.root()) {
      tell(memo, Optional.empty());
      memo.becomeRoot(waiting);
    }
  }

  private void remove(Roots<?, ?> family, Object key) {
    var memo = graph.memo(query(family, key));
    if (memo.root()) {
      tell(memo, memo.answer());
    }
    graph.release(memo);
  }

  @SuppressWarnings("unchecked")
  private static <K> Query<?> query(Roots<K, ?> family, Object key) {
    return family.query().apply((K) key);
  }
}
