package io.heddle.compiler;

import io.heddle.engine.Engine;
import io.heddle.engine.Engine.Changed;
import io.heddle.engine.Query;
import io.heddle.engine.Relation;
import io.heddle.engine.Roots;
import io.heddle.model.Change;
import io.heddle.model.PlanHashes;
import io.heddle.model.Problem;
import io.heddle.model.Schema;
import io.heddle.model.Snapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The compiled network: all units, by layer, and the layers of every chassis. It follows the
 * store's snapshots step by step and says what each step changed. Not thread-safe.
 */
public final class Network {
  /**
   * What one step changed.
   *
   * @param units what became of each layer's units
   * @param placements the chassis whose set of layers changed, with the layers before and after
   * @param problems whether there are other problems than before
   */
  public record Step(
      Map<Layer, UnitChanges> units, Map<UUID, Replaced> placements, boolean problems) {}

  /**
   * The units of a layer that are new or different, and the keys of those that are gone; each once.
   */
  public record UnitChanges(List<Unit> set, List<UnitKey> gone) {
    private UnitChanges() {
      this(new ArrayList<>(), new ArrayList<>(0));
    }

    /** How many there are of both. */
    public int size() {
      return set.size() + gone.size();
    }
  }

  public record Replaced(Set<Layer> before, Set<Layer> after) {}

  private final Engine engine;
  private final Map<Layer, Units> units = new HashMap<>();
  private final Map<UUID, Set<Layer>> placements = new HashMap<>();
  private final Map<Query<?>, List<Problem>> problems = new LinkedHashMap<>();
  private Snapshot snapshot = Snapshot.empty();

  public Network(List<Feature> features) {
    var roots = new ArrayList<Roots<?, ?>>();
    for (var feature : features) {
      int number = 0;
      for (var rule : feature.rules()) {
        roots.add(Emitted.roots(feature.name(), number++, rule));
      }
    }
    roots.add(Placement.ROOTS);
    this.engine = new Engine(relations(), Connections.PARTITIONS, roots);
  }

  /** All relations, each after those it reads. */
  private static List<Relation<?, ?>> relations() {
    return Stream.of(
            Topology.FIRST_RELATIONS,
            Routing.FIRST_RELATIONS,
            Underlay.RELATIONS,
            Topology.RELATIONS,
            Addressing.RELATIONS,
            Segments.RELATIONS,
            Connections.RELATIONS,
            Routing.RELATIONS,
            Advertising.RELATIONS,
            Monitoring.RELATIONS,
            Routes.RELATIONS,
            Neighbourhood.RELATIONS,
            Policies.RELATIONS)
        .<Relation<?, ?>>flatMap(List::stream)
        .toList();
  }

  /** Compiles a whole snapshot from nothing. */
  public static Network of(List<Feature> features, Snapshot snapshot) {
    var network = new Network(features);
    network.update(snapshot, all(snapshot));
    return network;
  }

  /** The changes that lead from the empty snapshot to this one. */
  public static List<Change> all(Snapshot snapshot) {
    return Schema.rows().kinds().stream()
        .flatMap(
            kind ->
                snapshot.rows(kind).values().stream()
                    .map(r -> new Change(kind, r.uuid(), Optional.empty(), Optional.of(r))))
        .toList();
  }

  /**
   * @param changes all that differs between the snapshot before and this one
   */
  public Step update(Snapshot next, Collection<Change> changes) {
    snapshot = next;
    var stepUnits = new LinkedHashMap<Layer, UnitChanges>();
    var replaced = new LinkedHashMap<UUID, Replaced>();
    boolean reported = false;
    for (var changed : engine.update(next, changes)) {
      reported |= take(changed, stepUnits, replaced);
    }
    return new Step(stepUnits, replaced, reported);
  }

  /** Returns whether there are other problems than before. */
  private boolean take(
      Changed<?> changed, Map<Layer, UnitChanges> stepUnits, Map<UUID, Replaced> replaced) {
    if (changed.root() instanceof Placement placement) {
      var after = changed.after().map(Placement.Layers.class::cast);
      var before = placements.getOrDefault(placement.chassis(), Set.of());
      var layers = after.map(Placement.Layers::layers).orElse(Set.of());
      place(placement.chassis(), layers);
      if (!before.equals(layers)) {
        replaced.put(placement.chassis(), new Replaced(before, layers));
      }
      return report(changed.root(), after.map(Placement.Layers::problems).orElse(List.of()));
    } else if (changed.root() instanceof Emitted<?> emitted) {
      var before = changed.before().map(Emission.class::cast);
      var after = changed.after().map(Emission.class::cast);
      take(emitted, before, after, stepUnits);
      return report(changed.root(), after.map(Emission::problems).orElse(List.of()));
    }
    return false;
  }

  private void place(UUID chassis, Set<Layer> layers) {
    if (layers.isEmpty()) {
      placements.remove(chassis);
    } else {
      placements.put(chassis, layers);
    }
  }

  private boolean report(Query<?> root, List<Problem> found) {
    if (found.isEmpty() && problems.isEmpty()) {
      return false;
    }
    var before = found.isEmpty() ? problems.remove(root) : problems.put(root, found);
    return !found.equals(before == null ? List.of() : before);
  }

  private void take(
      Emitted<?> emitted,
      Optional<Emission> before,
      Optional<Emission> after,
      Map<Layer, UnitChanges> stepUnits) {
    var flowsBefore = before.map(Emission::flows).orElse(Map.of());
    var flowsAfter = after.map(Emission::flows).orElse(Map.of());
    if (flowsBefore.isEmpty() && flowsAfter.isEmpty()) {
      return;
    }
    // By forEach, since a key set asked for is kept, and there are very many emissions.
    flowsAfter.forEach(
        (layer, flows) -> {
          if (!flows.equals(flowsBefore.get(layer))) {
            var unit = new Unit(key(emitted, layer), flows);
            units.computeIfAbsent(layer, l -> new Units()).put(unit);
            in(stepUnits, layer).set().add(unit);
          }
        });
    flowsBefore.forEach(
        (layer, flows) -> {
          if (!flowsAfter.containsKey(layer)) {
            var key = key(emitted, layer);
            var inLayer = units.get(layer);
            inLayer.remove(key);
            if (inLayer.isEmpty()) {
              units.remove(layer);
            }
            in(stepUnits, layer).gone().add(key);
          }
        });
  }

  private static UnitKey key(Emitted<?> emitted, Layer layer) {
    return new UnitKey(emitted.feature(), emitted.number(), emitted.key(), layer);
  }

  private static UnitChanges in(Map<Layer, UnitChanges> stepUnits, Layer layer) {
    return stepUnits.computeIfAbsent(layer, l -> new UnitChanges());
  }

  public Snapshot snapshot() {
    return snapshot;
  }

  /** The chassis there are. */
  public Set<UUID> chassis() {
    return Set.copyOf(placements.keySet());
  }

  /**
   * Whether it is known what the chassis needs; a chassis without a plan is not one without flows.
   */
  public boolean placed(UUID chassis) {
    return placements.containsKey(chassis);
  }

  public Set<Layer> layers(UUID chassis) {
    return placements.getOrDefault(chassis, Set.of());
  }

  /** Not to be changed. */
  public Units units(Layer layer) {
    return units.getOrDefault(layer, new Units());
  }

  /** The whole plan of a chassis; empty for one that is not there. */
  public Stream<Unit> plan(UUID chassis) {
    return layers(chassis).stream().flatMap(layer -> units(layer).stream());
  }

  /**
   * Of all plans. Units are hashed where layers have changed since they were asked for last, and a
   * layer once for all chassis that have it.
   */
  public PlanHashes hashes() {
    var hashes = new HashMap<UUID, Long>();
    placements.forEach(
        (chassis, layers) ->
            hashes.put(chassis, layers.stream().mapToLong(l -> units(l).hash()).sum()));
    return new PlanHashes(snapshot.revision(), hashes);
  }

  public List<Problem> problems() {
    return problems.values().stream().flatMap(List::stream).toList();
  }

  /** How many queries have run so far. */
  public long queriesRun() {
    return engine.queriesRun();
  }

  /** Calls the observer with each query that runs from now on. */
  public void observe(Consumer<Query<?>> queries) {
    engine.observe(queries);
  }
}
