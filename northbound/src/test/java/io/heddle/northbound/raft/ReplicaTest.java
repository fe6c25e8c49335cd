package io.heddle.northbound.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicaTest {
  @TempDir Path folder;

  private static byte[] batch(String name) {
    var transaction = RaftStoreTest.put(name).toByteArray();
    return new Batch(UUID.randomUUID(), 1, List.of(transaction)).encode();
  }

  /**
   * The library goes on where an entry could not be applied. The log must not be cut off for a
   * state that lacks the entry, nor may a leader answer reads with that state.
   */
  @Test
  void whatLacksAnEntryIsNeitherSavedNorRead() {
    try (var checkpoints = new Checkpoints(folder, Checkpoint.NOTHING)) {
      var replica =
          new Replica(
              Checkpoint.NOTHING,
              checkpoints,
              (batch, from) -> Optional.empty(),
              (batch, outcomes) -> {});
      replica.apply(1, batch("one"));
      assertEquals(1, replica.newest());
      assertEquals(1, replica.save().index());

      var unknown = batch("two");
      unknown[0] = 99;
      assertThrows(IllegalStateException.class, () -> replica.apply(2, unknown));
      assertTrue(replica.damage().isPresent());
      assertThrows(IllegalStateException.class, () -> replica.apply(3, batch("three")));
      assertThrows(IllegalStateException.class, replica::save);
      assertThrows(IllegalStateException.class, replica::newest);
      assertEquals(1, replica.snapshot().revision());
    }
  }
}
