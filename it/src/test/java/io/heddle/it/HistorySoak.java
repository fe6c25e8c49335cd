package io.heddle.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.model.Store.UnavailableException;
import io.heddle.northbound.raft.TestCluster;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.Operation;
import io.heddle.v1.Transaction;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A million rows written, by hundreds, over a few thousand that there are: what three members keep
 * on disk follows from what there is, not from all that was. One that was away for most of it gets
 * a snapshot, for the log of what it missed is gone. -Dheddle.rows=N writes less.
 */
class HistorySoak {
  private static final int ROWS = Integer.getInteger("heddle.rows", 1_000_000);
  private static final int ROWS_PER_COMMIT = 100;
  private static final int SWITCHES = 5_000;
  private static final int IN_FLIGHT = 4;
  private static final int LOOKS = 20;

  /** Where a file of the log says with which entry it begins. */
  private static final int INDEX_OFFSET = 12;

  /** The library drops entries half a minute after a snapshot has them. */
  private static final long DROPPED_WITHIN = TimeUnit.SECONDS.toNanos(120);

  @TempDir Path data;

  /** For how long a commit is tried again: a busy machine may be without a leader for a while. */
  private static final long PATIENCE = TimeUnit.MINUTES.toNanos(5);

  private static final long PAUSE_MILLIS = 500;

  private record UnderWay(Transaction transaction, CompletableFuture<Outcome> outcome) {}

  private final ArrayDeque<UnderWay> underWay = new ArrayDeque<>();
  private long written;
  private long largest;

  @Test
  @Timeout(3_600)
  void whatIsKeptIsBoundedAndWhoWasAwayGetsASnapshot() throws Exception {
    try (var members = new TestCluster(data)) {
      members.open("m1", "m2", "m3");
      int commits = ROWS / ROWS_PER_COMMIT;
      write(members, 0, commits / 10);
      long left = reached(members, "m3");
      members.close("m3");
      write(members, commits / 10, commits);
      awaitDropped(left);

      long start = System.nanoTime();
      members.open("m3");
      members.awaitRevision(members.store("m1").snapshot().revision());
      System.out.printf(
          "%,d rows, %d MB written; the most that a member had on disk: %d MB; %d MB in the end;"
              + " who was away was back after %d ms%n",
          ROWS,
          written >> 20,
          largest >> 20,
          kept("m1") >> 20,
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
      var rows = members.store("m1").snapshot().rows(LogicalSwitch.class);
      for (var member : List.of("m2", "m3")) {
        assertEquals(rows, members.store(member).snapshot().rows(LogicalSwitch.class));
      }
      assertTrue(first("m3") > left, "it had the log");
      assertTrue(kept("m1") < written / 2, kept("m1") + " bytes kept of " + written);
    }
  }

  private void write(TestCluster members, int from, int to) throws Exception {
    for (int number = from; number < to; number++) {
      var transaction = transaction(number);
      written += transaction.getSerializedSize();
      underWay.add(new UnderWay(transaction, members.store("m1").commit(transaction)));
      if (underWay.size() > IN_FLIGHT) {
        answer(members);
      }
      if (number % Math.max(1, ROWS / ROWS_PER_COMMIT / LOOKS) == 0) {
        largest = Math.max(largest, Math.max(kept("m1"), kept("m2")));
        System.out.printf("%,d rows, %d MB on disk%n", number * ROWS_PER_COMMIT, largest >> 20);
      }
    }
    while (!underWay.isEmpty()) {
      answer(members);
    }
  }

  private void answer(TestCluster members) throws Exception {
    var first = underWay.remove();
    long end = System.nanoTime() + PATIENCE;
    for (var answer = first.outcome(); ; answer = members.store("m1").commit(first.transaction())) {
      try {
        var outcome = answer.get(60, TimeUnit.SECONDS);
        assertInstanceOf(Outcome.Committed.class, outcome, outcome::toString);
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnavailableException) || System.nanoTime() > end) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    }
  }

  /** Rows of 1 KB. */
  private static Transaction transaction(int number) {
    var operations = new ArrayList<Operation>();
    for (int i = 0; i < ROWS_PER_COMMIT; i++) {
      int row = number * ROWS_PER_COMMIT + i;
      var written = LogicalSwitch.newBuilder().setName("s" + row % SWITCHES);
      for (int key = 0; key < 8; key++) {
        written.putExternalIds("key" + key, (row + " ").repeat(15));
      }
      operations.add(Edit.put(written.build()));
    }
    return Edit.transaction(operations);
  }

  private static long reached(TestCluster members, String member) {
    return members.store(member).cluster().members().stream()
        .filter(m -> m.name().equals(member))
        .findFirst()
        .flatMap(m -> m.told())
        .orElseThrow()
        .entry();
  }

  /** Waits until nobody has the log from that entry on. */
  private void awaitDropped(long entry) throws InterruptedException {
    long end = System.nanoTime() + DROPPED_WITHIN;
    while (first("m1") <= entry + 1 || first("m2") <= entry + 1) {
      assertTrue(System.nanoTime() < end, "the log is not compacted");
      TimeUnit.MILLISECONDS.sleep(200);
    }
  }

  /** The first entry that a member's log has. */
  private long first(String member) {
    try (var files = Files.newDirectoryStream(data.resolve(member).resolve("raft"), "*.log")) {
      long first = Long.MAX_VALUE;
      for (var file : files) {
        try (var in = new DataInputStream(Files.newInputStream(file))) {
          in.skipNBytes(INDEX_OFFSET);
          first = Math.min(first, in.readLong());
        } catch (NoSuchFileException dropped) {
          // Meanwhile.
        }
      }
      return first;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Bytes on a member's disk. */
  private long kept(String member) {
    try (var files = Files.newDirectoryStream(data.resolve(member).resolve("raft"))) {
      long bytes = 0;
      for (var file : files) {
        // A file of the log is made as long as it may become.
        bytes += file.toFile().length();
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
