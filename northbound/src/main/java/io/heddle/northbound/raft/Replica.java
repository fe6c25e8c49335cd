package io.heddle.northbound.raft;

import com.google.protobuf.InvalidProtocolBufferException;
import io.heddle.model.Applied;
import io.heddle.model.AuditLog;
import io.heddle.model.Change;
import io.heddle.model.Difference;
import io.heddle.model.Effects;
import io.heddle.model.LastCommits;
import io.heddle.model.Outcome;
import io.heddle.model.Snapshot;
import io.heddle.model.SnapshotFile;
import io.heddle.model.StateMachine;
import io.heddle.model.Store.Listener;
import io.heddle.model.Store.Subscription;
import io.heddle.model.Violation;
import io.heddle.northbound.raft.Foresight.Step;
import io.heddle.v1.Effect;
import io.heddle.v1.Transaction;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state this member has applied. Raft calls {@link #apply}, {@link #save} and {@link #restore}
 * from one thread.
 */
final class Replica {
  private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

  /**
   * A state as bytes.
   *
   * @param index the log entry that was applied last
   */
  record Saved(long index, byte[] snapshot) {}

  private final BiFunction<Batch, Snapshot, Optional<List<Step>>> foreseen;
  private final BiConsumer<Batch, List<Outcome>> answers;
  private final List<Listening> listeners = new CopyOnWriteArrayList<>();
  private final Object publishing = new Object();
  private final Checkpoints checkpoints;
  private volatile Snapshot current;
  private volatile LastCommits commits;
  private volatile AuditLog audit;
  private volatile Optional<String> damage = Optional.empty();
  private Parts parts;
  private long index;
  private volatile long lastEntry;
  private volatile boolean awaitsSnapshot;

  /**
   * @param start what is applied already
   * @param checkpoints is told each state
   * @param foreseen the first steps of a batch from a state that are known, where it is this
   *     member's
   * @param answers is told the outcomes of each batch, after {@link #snapshot} shows them
   */
  Replica(
      Checkpoint start,
      Checkpoints checkpoints,
      BiFunction<Batch, Snapshot, Optional<List<Step>>> foreseen,
      BiConsumer<Batch, List<Outcome>> answers) {
    this.current = start.snapshot();
    this.commits = start.commits();
    this.parts = start.parts();
    this.audit = start.audit();
    this.index = start.index();
    this.checkpoints = checkpoints;
    this.foreseen = foreseen;
    this.answers = answers;
  }

  Snapshot snapshot() {
    return current;
  }

  /** What led to {@link #snapshot}, or already to the next one. */
  LastCommits commits() {
    return commits;
  }

  /** Who asked for the commits that led to {@link #snapshot}, or already to the next one. */
  AuditLog audit() {
    return audit;
  }

  /** The last entry of the log that was applied or found to be applied already. */
  long lastEntry() {
    return lastEntry;
  }

  /** Why this member's state cannot be trusted, if so; it then applies nothing. */
  Optional<String> damage() {
    return damage;
  }

  /**
   * Nothing may be applied before a snapshot is restored: the library goes on without the snapshot
   * where it cannot read it.
   */
  void expectSnapshot() {
    awaitsSnapshot = true;
  }

  Subscription subscribe(Listener listener) {
    synchronized (publishing) {
      var listening = new Listening(listener, current);
      listeners.add(listening);
      return listening;
    }
  }

  /**
   * Applies one log entry, unless the state holds it already: that of a checkpoint does, and the
   * library may number a snapshot a little lower than what it holds.
   */
  void apply(long entry, byte[] bytes) {
    if (awaitsSnapshot && damage.isEmpty()) {
      damaged("the snapshot cannot be read");
    }
    assertSound();
    if (entry <= index) {
      lastEntry = entry;
      return;
    }
    try {
      parts = parts.at(entry);
      int asked = Part.is(bytes) ? take(entry, bytes) : apply(Batch.decode(bytes));
      index = entry;
      lastEntry = entry;
      checkpoints.applied(new Checkpoint(entry, current, commits, parts, audit), asked);
    } catch (IllegalStateException | Error e) {
      // Going on would let this member's state part from the others'.
      damage = Optional.of("log entry " + entry + " could not be applied: " + e);
      throw e;
    }
  }

  /** Returns how many bytes a start would have to carry out. */
  private int apply(Batch batch) {
    var outcomes = new ArrayList<Outcome>();
    var mine = foreseen.apply(batch, current);
    var steps = mine.orElse(List.of());
    long before = current.revision();
    int asked = 0;
    for (int i = 0; i < batch.transactions().size(); i++) {
      boolean says = batch.says(i, before);
      asked += batch.transactions().get(i).length / (says ? RaftLimits.QUICKER_WHEN_TOLD : 1);
      if (i < steps.size()) {
        outcomes.add(take(steps.get(i).transaction(), steps.get(i).applied()));
      } else if (mine.isEmpty() && says) {
        outcomes.add(follow(batch.effects().get(i), batch.transactions().get(i)));
      } else {
        outcomes.add(apply(batch.transactions().get(i)));
      }
    }
    answers.accept(batch, outcomes);
    return asked;
  }

  /** The last part of a transaction is applied as the whole. */
  private int take(long entry, byte[] bytes) {
    var part = Part.decode(bytes);
    parts = parts.with(entry, part);
    if (part.isLast()) {
      var whole = parts.whole(part);
      parts = parts.without(part.source());
      var batch = new Batch(part.source(), part.number(), whole.stream().toList());
      if (whole.isPresent()) {
        apply(batch);
      } else {
        var why = "others came between its parts, and some were given up: try again";
        answers.accept(batch, List.of(refused(Outcome.Reason.LIMIT, why)));
      }
    }
    return bytes.length;
  }

  private Outcome apply(byte[] bytes) {
    Transaction transaction;
    Applied applied;
    try {
      transaction = Transaction.parseFrom(bytes);
      applied = StateMachine.apply(current, transaction);
    } catch (InvalidProtocolBufferException e) {
      return refused("the transaction does not parse: " + e.getMessage());
    } catch (RuntimeException e) {
      // The same on every member, for it follows from the state and the transaction alone.
      LOG.error("A transaction could not be applied and is refused", e);
      return refused("the transaction could not be applied: " + e);
    }
    return take(transaction, applied);
  }

  private Outcome take(Transaction transaction, Applied applied) {
    audit = audit.with(transaction, applied);
    publish(applied.snapshot(), applied.changes());
    return applied.outcome();
  }

  /** Does what a transaction was seen to do. */
  private Outcome follow(byte[] bytes, byte[] transaction) {
    try {
      var effect = Effect.parseFrom(bytes);
      var applied = Effects.apply(current, effect);
      return applied.isPresent() ? take(effect.getAsked(), applied.get()) : apply(transaction);
    } catch (InvalidProtocolBufferException | RuntimeException e) {
      throw new IllegalStateException("what a transaction did cannot be done again", e);
    }
  }

  private static Outcome refused(String why) {
    return refused(Outcome.Reason.INVALID, why);
  }

  private static Outcome refused(Outcome.Reason reason, String why) {
    return new Outcome.Refused(reason, List.of(new Violation(-1, "", "", why)));
  }

  private void publish(Snapshot after, List<Change> changes) {
    List<Listening> told;
    if (!changes.isEmpty()) {
      commits = commits.with(after.revision(), changes);
    }
    synchronized (publishing) {
      current = after;
      told = List.copyOf(listeners);
    }
    if (!changes.isEmpty()) {
      told.forEach(listening -> listening.tell(after, changes));
    }
  }

  /**
   * The revision of {@link #snapshot}.
   *
   * @throws IllegalStateException where entries were applied elsewhere and not here
   */
  long newest() {
    assertSound();
    return current.revision();
  }

  private void assertSound() {
    damage.ifPresent(
        why -> {
          throw new IllegalStateException(why);
        });
  }

  /**
   * The state, to be restored where the log no longer has what led to it.
   *
   * @throws IllegalStateException where the log has more that should be in it
   */
  Saved save() {
    assertSound();
    try {
      var bytes = new ByteArrayOutputStream();
      SnapshotFile.write(current, bytes);
      var rest = new DataOutputStream(bytes);
      commits.write(rest);
      parts.write(rest);
      audit.write(rest);
      return new Saved(index, bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes over a saved state, unless this one is as new; tells listeners the difference. */
  void restore(Saved saved) {
    if (saved.index() <= index) {
      awaitsSnapshot = false;
      return;
    }
    try {
      var in = new DataInputStream(new ByteArrayInputStream(saved.snapshot()));
      var restored = SnapshotFile.read(in);
      // Where there is no more, an older Heddle has written it.
      boolean more = in.available() > 0;
      var last = more ? LastCommits.read(in) : LastCommits.none(restored.revision());
      parts = more ? Parts.read(in) : Parts.NONE;
      audit = in.available() > 0 ? AuditLog.read(in) : audit.incomplete(restored.revision());
      var changes = Difference.between(current, restored);
      index = saved.index();
      awaitsSnapshot = false;
      publish(restored, changes);
      commits = last;
    } catch (IOException | RuntimeException e) {
      damaged("the snapshot cannot be read: " + e.getMessage());
    }
  }

  void damaged(String why) {
    LOG.error("The store stops applying: {}", why);
    damage = Optional.of(why);
  }

  private final class Listening implements Subscription {
    private final Listener listener;
    private final Snapshot from;
    private volatile boolean closed;

    Listening(Listener listener, Snapshot from) {
      this.listener = listener;
      this.from = from;
    }

    void tell(Snapshot after, List<Change> changes) {
      if (closed) {
        return;
      }
      try {
        listener.committed(after, changes);
      } catch (RuntimeException | Error e) {
        LOG.error("A listener failed at revision {}", after.revision(), e);
      }
    }

    @Override
    public Snapshot from() {
      return from;
    }

    @Override
    public void close() {
      closed = true;
      listeners.remove(this);
    }
  }
}
