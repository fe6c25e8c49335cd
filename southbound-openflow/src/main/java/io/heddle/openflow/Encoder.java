package io.heddle.openflow;

import com.google.common.cache.CacheBuilder;
import com.google.common.cache.CacheLoader;
import com.google.common.cache.LoadingCache;
import io.heddle.compiler.Unit;

/**
 * Encodes each unit once however many switches get it. Weak keys compare by identity: nothing is
 * hashed, and the bytes go with the last plan that holds the unit.
 */
final class Encoder {
  private final LoadingCache<Unit, UnitBytes> cache =
      CacheBuilder.newBuilder().weakKeys().build(CacheLoader.from(UnitBytes::of));

  UnitBytes encode(Unit unit) {
    return cache.getUnchecked(unit);
  }
}
