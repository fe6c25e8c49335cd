package io.heddle.openflow;

import com.google.common.cache.CacheBuilder;
import com.google.common.cache.CacheLoader;
import com.google.common.cache.LoadingCache;
import io.heddle.compiler.Unit;
import java.time.Duration;

/**
 * Encodes each unit once however many switches get it at about the same time; all of a network's
 * bytes are too many to keep. Weak keys compare by identity: nothing is hashed, and the bytes go
 * with the last plan that holds the unit.
 */
final class Encoder {
  /** How long bytes are kept that no switch gets. */
  private static final Duration KEPT = Duration.ofSeconds(30);

  private final LoadingCache<Unit, UnitBytes> cache =
      CacheBuilder.newBuilder()
          .weakKeys()
          .expireAfterAccess(KEPT)
          .build(CacheLoader.from(UnitBytes::of));

  UnitBytes encode(Unit unit) {
    return cache.getUnchecked(unit);
  }

  /** To be called now and then: the cache by itself forgets only while it is used. */
  void forgetOld() {
    cache.cleanUp();
  }
}
