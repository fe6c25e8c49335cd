package io.heddle.engine;

import io.heddle.model.Change;
import io.heddle.model.Snapshot;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;

/** The keys of domains that may have come or gone in one update. */
record Arrivals(Snapshot now, Collection<Change> changes, Map<Relation<?, ?>, Related> relations) {
  /**
   * @param each is told a key, and whether it is there now; maybe also one that stayed
   */
  void in(Domain<?> domain, BiConsumer<Object, Boolean> each) {
    if (domain instanceof Domain.Rows rows) {
      for (var change : changes) {
        if (change.kind().equals(rows.kind())) {
          each.accept(change.uuid(), now.row(rows.kind(), change.uuid()).isPresent());
        }
      }
    } else if (domain instanceof Domain.Keys<?> keys) {
      relations.get(keys.relation()).cameAndWent(each);
    }
  }
}
