package io.heddle.engine;

import io.heddle.model.Change;
import io.heddle.model.Kind;
import io.heddle.model.Snapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BiConsumer;

/** The keys of domains that may have come or gone in one update. */
final class Arrivals {
  private record Arrival(UUID uuid, boolean there) {}

  /** By kind, and each looked up once: many domains are rows of one kind. */
  private final Map<Kind, List<Arrival>> rows = new HashMap<>();

  private final Map<Relation<?, ?>, Related> relations;

  Arrivals(Snapshot now, Collection<Change> changes, Map<Relation<?, ?>, Related> relations) {
    this.relations = relations;
    for (var change : changes) {
      boolean there = now.row(change.kind(), change.uuid()).isPresent();
      rows.computeIfAbsent(change.kind(), k -> new ArrayList<>())
          .add(new Arrival(change.uuid(), there));
    }
  }

  /**
   * @param each is told a key, and whether it is there now; maybe also one that stayed
   */
  void in(Domain<?> domain, BiConsumer<Object, Boolean> each) {
    if (domain instanceof Domain.Rows of) {
      for (var arrival : rows.getOrDefault(of.kind(), List.of())) {
        each.accept(arrival.uuid(), arrival.there());
      }
    } else if (domain instanceof Domain.Keys<?> keys) {
      relations.get(keys.relation()).cameAndWent(each);
    }
  }
}
