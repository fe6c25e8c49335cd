package io.heddle.model.relation;

import java.util.Collection;
import java.util.Set;
import java.util.UUID;
import kotlinx.collections.immutable.ExtensionsKt;
import kotlinx.collections.immutable.PersistentSet;

/**
 * Sets of rows, such as an index has at each of its places. Most are of one row, for which a set
 * that can grow would be three times as large; from one of several the next one is made by what
 * differs. In the making a set may be a builder, which is changed in place until it is {@link
 * #built}.
 */
public final class UuidSets {
  private UuidSets() {}

  public static Set<UUID> of(Collection<UUID> all) {
    if (all.isEmpty()) {
      return Set.of();
    }
    return all.size() == 1 ? Set.of(all.iterator().next()) : built(several(all));
  }

  /** With one more; a builder is changed. */
  public static Set<UUID> with(Set<UUID> set, UUID one) {
    if (set.isEmpty()) {
      return Set.of(one);
    }
    if (set.size() == 1 && set.contains(one)) {
      return set;
    }
    var several = several(set);
    several.add(one);
    return several;
  }

  /** With one less; a builder is changed. */
  public static Set<UUID> without(Set<UUID> set, UUID one) {
    if (set.size() < 2) {
      return set.contains(one) ? Set.of() : set;
    }
    var several = several(set);
    several.remove(one);
    return several.size() == 1 ? Set.of(several.iterator().next()) : several;
  }

  /** As the set is now, never to change. */
  public static Set<UUID> built(Set<UUID> set) {
    return set instanceof PersistentSet.Builder<UUID> several ? several.build() : set;
  }

  private static PersistentSet.Builder<UUID> several(Collection<UUID> all) {
    if (all instanceof PersistentSet.Builder<UUID> builder) {
      return builder;
    }
    if (all instanceof PersistentSet<UUID> set) {
      return set.builder();
    }
    var builder = ExtensionsKt.<UUID>persistentHashSetOf().builder();
    builder.addAll(all);
    return builder;
  }
}
