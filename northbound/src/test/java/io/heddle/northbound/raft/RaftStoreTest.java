package io.heddle.northbound.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.Transaction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RaftStoreTest {
  @TempDir Path data;

  static Transaction put(String name) {
    return Edit.transaction(Edit.put(LogicalSwitch.newBuilder().setName(name).build()));
  }

  static Outcome.Committed committed(CompletableFuture<Outcome> outcome) throws Exception {
    return assertInstanceOf(Outcome.Committed.class, outcome.get(20, TimeUnit.SECONDS));
  }

  @Test
  void commitsAreThereAgainAfterReopening() throws Exception {
    long t0 = System.nanoTime();
    try (var store = RaftStore.open(StoreSettings.alone(data))) {
      System.err.println("open ms " + (System.nanoTime() - t0) / 1000000);
      for (int i = 1; i <= 200; i++) {
        var receipt = committed(store.commit(put("s" + i))).receipt();
        assertEquals(i, receipt.getRevision());
        assertTrue(store.snapshot().revision() >= i);
      }
      t0 = System.nanoTime();
      for (int i = 201; i <= 2000; i++) {
        committed(store.commit(put("s" + i)));
      }
      System.err.println("1800 in ms " + (System.nanoTime() - t0) / 1000000);
      t0 = System.nanoTime();
      for (int i = 0; i < 200; i++) {
        var many = new ArrayList<CompletableFuture<Outcome>>();
        for (int j = 0; j < 64; j++) many.add(store.commit(put("m" + i + "-" + j)));
        for (var m : many) committed(m);
      }
      System.err.println(200 * 64 + " in ms " + (System.nanoTime() - t0) / 1000000);
      t0 = System.nanoTime();
    }
    System.err.println("close ms " + (System.nanoTime() - t0) / 1000000);
    t0 = System.nanoTime();
    try (var store = RaftStore.open(StoreSettings.alone(data))) {
      System.err.println("open ms " + (System.nanoTime() - t0) / 1000000);
      assertEquals(2000 + 12800, store.snapshot().revision());
      assertEquals(2000 + 12800, store.snapshot().rows(LogicalSwitch.class).size());
      t0 = System.nanoTime();
    }
    System.err.println("close ms " + (System.nanoTime() - t0) / 1000000);
  }
}
