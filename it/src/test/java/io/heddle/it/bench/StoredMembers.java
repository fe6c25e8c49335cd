package io.heddle.it.bench;

import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.northbound.raft.RaftStore;
import io.heddle.northbound.raft.StoreSettings;
import io.heddle.v1.Operation;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Writes what members are to find when they start: no client may write what hosts would tell. */
final class StoredMembers {
  private StoredMembers() {}

  /**
   * Founds the cluster, commits all, and closes it.
   *
   * @param members where each member keeps what it has; all of them
   */
  static void write(List<StoreSettings> members, List<List<Operation>> commits) throws Exception {
    var threads = Executors.newFixedThreadPool(members.size());
    var stores =
        members.stream()
            .map(one -> CompletableFuture.supplyAsync(() -> RaftStore.open(one), threads))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toList();
    try {
      for (var operations : commits) {
        var outcome = stores.get(0).commit(Edit.observation(operations)).get();
        if (!(outcome instanceof Outcome.Committed)) {
          throw new IllegalStateException("" + outcome);
        }
      }
    } finally {
      stores.forEach(store -> threads.execute(store::close));
      threads.shutdown();
      if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
        throw new IllegalStateException("the members do not close");
      }
    }
  }
}
