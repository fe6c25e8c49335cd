package io.heddle.it.bench;

import static io.heddle.it.bench.Figures.median;
import static io.heddle.it.bench.Figures.percentile;
import static io.heddle.it.bench.Figures.print;

import io.heddle.model.Edit;
import io.heddle.northbound.raft.RaftStore;
import io.heddle.northbound.raft.StoreSettings;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.Transaction;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commits per second on one member, each on disk before it is acknowledged. */
class CommitBench {
  @TempDir Path folder;

  @Test
  void commits() throws Exception {
    try (var store = RaftStore.open(StoreSettings.alone(folder.resolve("store")))) {
      run(store, 1, 1_000);
      run(store, 64, 20_000);
      report(store, 1, 3_000);
      report(store, 64, 60_000);
    }
  }

  private static void report(RaftStore store, int inFlight, int commits) throws Exception {
    long start = System.nanoTime();
    var latencies = run(store, inFlight, commits);
    double seconds = (System.nanoTime() - start) / 1e9;
    print(
        "%d in flight: %,.0f commits/s, latency median %.2f ms, p99 %.2f ms",
        inFlight, commits / seconds, median(latencies), percentile(latencies, 99));
  }

  private static double[] run(RaftStore store, int inFlight, int commits) throws Exception {
    var free = new Semaphore(inFlight);
    var latencies = new double[commits];
    var failed = new AtomicInteger();
    for (int i = 0; i < commits; i++) {
      free.acquire();
      int number = i;
      long start = System.nanoTime();
      store
          .commit(transaction(number))
          .whenComplete(
              (outcome, fault) -> {
                latencies[number] = (System.nanoTime() - start) / 1e6;
                if (fault != null) {
                  failed.incrementAndGet();
                }
                free.release();
              });
    }
    free.acquire(inFlight);
    if (failed.get() > 0) {
      throw new IllegalStateException(failed + " commits failed");
    }
    return latencies;
  }

  /** One row of about 1 KB. */
  private static Transaction transaction(int number) {
    var row =
        LogicalSwitch.newBuilder()
            .setName("s" + number % 1_000)
            .putExternalIds("number", "" + number + System.nanoTime());
    for (int i = 0; i < 8; i++) {
      row.putExternalIds("filler" + i, "x".repeat(110));
    }
    return Edit.transaction(Edit.put(row.build()));
  }
}
