package io.heddle.northbound.ovsdb;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import io.heddle.northbound.ovsdb.Database.Commit;
import io.heddle.northbound.ovsdb.Database.View;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;

/** Makes of commits what monitors tell of them, once for all that monitor the same. */
final class SharedUpdates {
  /** What an entry weighs beside its text. */
  private static final int ENTRY_BYTES = 200;

  /** Stands for the revision before a commit. */
  private static final long COMMIT = -1;

  /** An update that tells nothing. */
  private static final List<byte[]> NOTHING = List.of("{}".getBytes(StandardCharsets.UTF_8));

  /** The text leads from one revision to another. */
  private record Key(Database database, long before, long revision, MonitorSpec spec) {}

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
    var key = new Key(monitor.database(), COMMIT, commit.revision(), monitor.spec());
    return made(key, () -> new UpdateWriter(monitor.spec()).changes(commit.changes()));
  }

  /** All changes since a revision; empty where they are not remembered. */
  Optional<List<byte[]>> since(long revision, Monitor monitor, View view) {
    var key = new Key(monitor.database(), revision, view.revision(), monitor.spec());
    return made(
        key,
        () ->
            monitor
                .database()
                .between(revision, view)
                .map(changes -> new UpdateWriter(monitor.spec()).changes(changes))
                .map(text -> text.orElse(NOTHING)));
  }

  private Optional<List<byte[]>> made(Key key, Callable<Optional<List<byte[]>>> maker) {
    try {
      return made.get(key, maker);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
