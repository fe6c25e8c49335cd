package io.heddle.northbound.raft;

import com.google.protobuf.InvalidProtocolBufferException;
import io.heddle.model.Applied;
import io.heddle.model.Effects;
import io.heddle.model.Snapshot;
import io.heddle.model.StateMachine;
import io.heddle.v1.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this member finds out about its own batches before the log has them: it carries them out on
 * the newest state and writes beside them what they do. Who comes to them from the same revision,
 * as all members do unless another batch came first, need not carry them out again. It decides
 * nothing: where the revision is another one, the transactions are what counts.
 */
final class Foresight {
  private static final Logger LOG = LoggerFactory.getLogger(Foresight.class);

  /** A transaction and what it does. */
  record Step(Transaction transaction, Applied applied) {}

  private record Seen(long number, Snapshot from, List<Step> steps) {}

  private final UUID source;
  private final Supplier<Snapshot> newest;
  private final BooleanSupplier worthwhile;
  private volatile Seen seen;

  /**
   * @param source that of this member's batches
   * @param newest the state that the next batch will most likely find
   * @param worthwhile whether there are others who are told, and understand it
   */
  Foresight(UUID source, Supplier<Snapshot> newest, BooleanSupplier worthwhile) {
    this.source = source;
    this.newest = newest;
    this.worthwhile = worthwhile;
  }

  /**
   * The batch with what it does, as far as that is worth telling.
   *
   * @param messages its transactions, in order; those that are not there are read from their bytes
   */
  Batch on(Batch batch, List<Optional<Transaction>> messages) {
    if (batch.bytes() > RaftLimits.BATCH_BYTES || !worthwhile.getAsBoolean()) {
      return batch;
    }
    try {
      return look(batch, messages);
    } catch (InvalidProtocolBufferException | RuntimeException e) {
      // Whoever applies it meets the same and says what comes of it.
      LOG.debug("what a batch does is left to be found out", e);
      return batch;
    }
  }

  private Batch look(Batch batch, List<Optional<Transaction>> messages)
      throws InvalidProtocolBufferException {
    var from = newest.get();
    var before = from;
    var steps = new ArrayList<Step>();
    var effects = new ArrayList<byte[]>();
    int bytes = 0;
    for (int i = 0; i < messages.size(); i++) {
      var encoded = batch.transactions().get(i);
      var message = messages.get(i);
      var transaction = message.isPresent() ? message.get() : Transaction.parseFrom(encoded);
      var applied = StateMachine.apply(before, transaction);
      var effect = Effects.of(before, transaction, applied).map(e -> e.toByteArray());
      boolean told =
          effect.isPresent()
              && effect.get().length <= most(encoded)
              && bytes + effect.get().length <= RaftLimits.BATCH_BYTES;
      effects.add(told ? effect.get() : Batch.NO_EFFECT);
      bytes += effects.get(effects.size() - 1).length;
      steps.add(new Step(transaction, applied));
      before = applied.snapshot();
    }
    seen = new Seen(batch.number(), from, List.copyOf(steps));
    return bytes == 0 ? batch : batch.doing(from.revision(), List.copyOf(effects));
  }

  /** A small change of a large row is sooner made again than read. */
  private static int most(byte[] transaction) {
    return RaftLimits.EFFECT_BYTES + 2 * transaction.length;
  }

  /**
   * The steps of a batch of this member's, as far as it has seen them from that very state; the
   * others are to be carried out, for somebody waits for what comes of them. Empty for a batch of
   * another member's.
   */
  Optional<List<Step>> of(Batch batch, Snapshot from) {
    if (!batch.source().equals(source)) {
      return Optional.empty();
    }
    var last = seen;
    if (last == null || last.from != from || last.number != batch.number()) {
      return Optional.of(List.of());
    }
    seen = null;
    return Optional.of(last.steps);
  }
}
