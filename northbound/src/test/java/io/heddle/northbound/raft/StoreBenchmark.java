package io.heddle.northbound.raft;

import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.v1.LogicalSwitch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Durable commits per second of one member, with 1 and with 64 in flight. Each commit writes one
 * switch of some 1 KB. Arguments: seconds per figure (5), folder (a temporary one).
 */
public final class StoreBenchmark {
  private StoreBenchmark() {}

  public static void main(String[] args) throws Exception {
    int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
    var folder =
        Files.createTempDirectory(
            args.length > 1 ? Path.of(args[1]) : Path.of(System.getProperty("java.io.tmpdir")),
            "heddle-bench");
    try (var store = RaftStore.open(StoreSettings.alone(folder))) {
      run(store, 64, 2);
      for (int inFlight : new int[] {1, 16, 64}) {
        System.out.printf(
            "%3d in flight: %,8.0f commits/s%n", inFlight, run(store, inFlight, seconds));
      }
    } finally {
      delete(folder);
    }
  }

  private static double run(RaftStore store, int inFlight, int seconds)
      throws InterruptedException {
    var room = new Semaphore(inFlight);
    var value = "x".repeat(240);
    long begin = System.nanoTime();
    long end = begin + TimeUnit.SECONDS.toNanos(seconds);
    long commits = 0;
    while (System.nanoTime() < end) {
      room.acquire();
      var row = LogicalSwitch.newBuilder().setName("switch " + commits % 10_000);
      for (int i = 0; i < 4; i++) {
        row.putExternalIds("key" + i, value);
      }
      row.putExternalIds("commit", String.valueOf(commits));
      store
          .commit(Edit.transaction(Edit.put(row.build())))
          .whenComplete(
              (outcome, error) -> {
                if (!(outcome instanceof Outcome.Committed)) {
                  throw new CompletionException("not committed: " + outcome, error);
                }
                room.release();
              });
      commits++;
    }
    room.acquire(inFlight);
    return commits * 1e9 / (System.nanoTime() - begin);
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
