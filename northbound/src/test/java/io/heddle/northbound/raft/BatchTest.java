package io.heddle.northbound.raft;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BatchTest {
  private final Batch batch =
      new Batch(new UUID(1, 2), 3, List.of(new byte[] {4, 5}, new byte[0], new byte[] {6}));

  @Test
  void decodesToWhatWasEncoded() {
    var decoded = Batch.decode(batch.encode());
    assertEquals(batch.source(), decoded.source());
    assertEquals(batch.number(), decoded.number());
    assertEquals(3, decoded.transactions().size());
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(batch.transactions().get(i), decoded.transactions().get(i));
    }
  }

  @Test
  void bytesThatEndTooEarlyAreRefused() {
    assertEndsTooEarly(batch.encode());
  }

  private static void assertEndsTooEarly(byte[] bytes) {
    for (int length = 0; length < bytes.length; length++) {
      var cut = Arrays.copyOf(bytes, length);
      assertThrows(IllegalStateException.class, () -> Batch.decode(cut));
    }
  }

  @Test
  void whatTheTransactionsDoStandsBesideThem() {
    var what = List.of(new byte[] {7}, Batch.NO_EFFECT, new byte[] {8, 9});
    var telling = batch.doing(42, what);
    var decoded = Batch.decode(telling.encode());
    assertEquals(42, decoded.revision());
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(batch.transactions().get(i), decoded.transactions().get(i));
      assertArrayEquals(what.get(i), decoded.effects().get(i));
      assertEquals(i != 1, decoded.says(i, 42));
      assertEquals(false, decoded.says(i, 41));
    }
    assertEquals(false, Batch.decode(batch.encode()).says(0, 0));
    assertEndsTooEarly(telling.encode());
  }

  @Test
  void anotherFormatIsRefused() {
    var bytes = batch.encode();
    bytes[0] = 9;
    assertThrows(IllegalStateException.class, () -> Batch.decode(bytes));
  }
}
