package io.heddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.google.protobuf.InvalidProtocolBufferException;
import io.heddle.v1.Effect;
import io.heddle.v1.Transaction;

/** Carries transactions out, and checks that what is told of them leads to the same. */
public final class Replay {
  private Replay() {}

  /** As {@link StateMachine#apply}. */
  public static Applied apply(Snapshot before, Transaction transaction) {
    var applied = StateMachine.apply(before, transaction);
    Effects.of(before, transaction, applied)
        .ifPresent(effect -> assertSameEffect(before, transaction, applied, effect));
    return applied;
  }

  private static void assertSameEffect(
      Snapshot before, Transaction transaction, Applied applied, Effect effect) {
    var after = applied.snapshot();
    try {
      var replayed = Effects.apply(before, Effect.parseFrom(effect.toByteArray())).orElseThrow();
      var found = replayed.snapshot();
      assertEquals(applied.changes(), replayed.changes());
      assertEquals(after.revision(), found.revision());
      assertEquals(after.allRows(), found.allRows());
      assertEquals(after.allIndexes(), found.allIndexes());
      assertEquals(after.pools, found.pools);
      assertEquals(after.receipts, found.receipts);
      assertSame(after.addresses, found.addresses);
      assertSame(after.unsound, found.unsound);
      assertEquals(
          AuditLog.EMPTY.with(transaction, applied).newestFirst(0, Long.MAX_VALUE).toList(),
          AuditLog.EMPTY.with(effect.getAsked(), replayed).newestFirst(0, Long.MAX_VALUE).toList());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
