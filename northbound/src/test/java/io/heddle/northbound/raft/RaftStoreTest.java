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
    try (var store = RaftStore.open(StoreSettings.alone(data))) {
      for (int i = 1; i <= 20; i++) {
        var receipt = committed(store.commit(put("s" + i))).receipt();
        assertEquals(i, receipt.getRevision());
        assertTrue(store.snapshot().revision() >= i);
      }
      var many = new ArrayList<CompletableFuture<Outcome>>();
      for (int i = 21; i <= 1000; i++) {
        many.add(store.commit(put("s" + i)));
      }
      for (var outcome : many) {
        committed(outcome);
      }
    }
    try (var store = RaftStore.open(StoreSettings.alone(data))) {
      assertEquals(1000, store.snapshot().revision());
      assertEquals(1000, store.snapshot().rows(LogicalSwitch.class).size());
    }
  }
}
