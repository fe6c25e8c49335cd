package io.heddle.northbound.ovsdb;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.heddle.northbound.ovsdb.Database.Commit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** Makes of each commit what monitors tell of it, once for all that monitor the same. */
final class SharedUpdates {
  /** What an entry weighs beside its text. */
  private static final int ENTRY_BYTES = 200;

  private record Key(Database database, long revision, MonitorSpec spec) {}

  private final Cache<Key, Optional<List<byte[]>>> made;

  SharedUpdates(OvsdbLimits limits) {
    this.made =
        CacheBuilder.newBuilder()
            .maximumWeight(limits.sharedBytes())
            .weigher((Key key, Optional<List<byte[]>> text) -> bytes(text))
            .build();
  }

  private static int bytes(Optional<List<byte[]>> text) {
    return ENTRY_BYTES + text.stream().flatMap(List::stream).mapToInt(part -> part.length).sum();
  }

  /** The changes as the monitor tells them; empty where it has nothing to tell. */
  Optional<List<byte[]>> of(Monitor monitor, Commit commit) {
    var key = new Key(monitor.database(), commit.revision(), monitor.spec());
    try {
      return made.get(key, () -> new UpdateWriter(monitor.spec()).changes(commit.changes()));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
