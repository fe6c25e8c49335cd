package io.heddle.northbound;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.heddle.model.Change;
import io.heddle.model.Edit;
import io.heddle.model.Membership;
import io.heddle.model.Progress;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.v1.NbGlobal;
import io.heddle.v1.Operation;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers NB_Global.nb_cfg, which clients raise with what they write: sb_cfg follows once that is
 * compiled, hv_cfg once all connected chassis have confirmed it, each with the time, in
 * milliseconds since 1970. There is such a row from the start, for clients take it to be there that
 * never make one; only who deletes it is left without. One transaction is on its way at a time, and
 * what comes meanwhile is in the next. Of several members the one that leads writes; all keep ready
 * for when it is their turn.
 */
public final class ConfigurationNumbers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConfigurationNumbers.class);

  /** After so long what the store could not take is tried again. */
  private static final long RETRY_MILLIS = 500;

  private static final Descriptor ROW = NbGlobal.getDescriptor();
  private static final FieldDescriptor RAISED = ROW.findFieldByName("nb_cfg_timestamp");

  /**
   * A value of nb_cfg and when it came.
   *
   * @param revision that wrote it
   */
  private record Raised(UUID row, long number, long revision, long millis) {}

  /** One of the numbers that follow nb_cfg. */
  private static final class Follower {
    private final LongFunction<CompletableFuture<Void>> reached;
    private final FieldDescriptor number;
    private final FieldDescriptor timestamp;
    private Optional<Raised> done = Optional.empty();
    private long millis;
    private boolean waiting;

    Follower(LongFunction<CompletableFuture<Void>> reached, String number) {
      this.reached = reached;
      this.number = ROW.findFieldByName(number);
      this.timestamp = ROW.findFieldByName(number + "_timestamp");
    }

    private boolean hasNews(UUID row, NbGlobal current) {
      return done.filter(d -> d.row().equals(row))
          .filter(d -> !current.getField(number).equals(d.number()))
          .isPresent();
    }
  }

  private final Store store;
  private final Membership membership;
  private final Clock clock;
  private final List<Follower> followers;
  private final Store.Subscription subscription;
  private final Membership.Subscription elections;
  private Optional<Raised> newest = Optional.empty();
  private boolean founded;
  private boolean writing;
  private boolean closed;

  public ConfigurationNumbers(Store store, Membership membership, Progress progress, Clock clock) {
    this.store = store;
    this.membership = membership;
    this.clock = clock;
    this.followers =
        List.of(
            new Follower(progress::whenCompiled, "sb_cfg"),
            new Follower(progress::whenInstalled, "hv_cfg"));
    synchronized (this) {
      this.subscription = store.subscribe(this::committed);
      look(subscription.from());
    }
    this.elections = membership.subscribe(view -> write());
    write();
  }

  private void committed(Snapshot after, List<Change> changes) {
    if (changes.stream().anyMatch(c -> c.kind().type() == NbGlobal.class)) {
      look(after);
      write();
    }
  }

  private synchronized void look(Snapshot snapshot) {
    var row = snapshot.rows(NbGlobal.class).values().stream().findFirst();
    founded |= row.isPresent();
    var uuid = row.map(Row::uuid);
    var number = row.map(r -> r.as(NbGlobal.class).getNbCfg());
    if (!number.equals(newest.map(Raised::number)) || !uuid.equals(newest.map(Raised::row))) {
      newest = uuid.map(u -> new Raised(u, number.get(), snapshot.revision(), clock.millis()));
      followers.forEach(this::await);
    }
  }

  private synchronized void await(Follower follower) {
    if (newest.isEmpty() || follower.waiting || follower.done.equals(newest)) {
      return;
    }
    var awaited = newest.get();
    follower.waiting = true;
    follower.reached.apply(awaited.revision()).thenRun(() -> reached(follower, awaited));
  }

  private void reached(Follower follower, Raised awaited) {
    synchronized (this) {
      follower.waiting = false;
      follower.done = Optional.of(awaited);
      follower.millis = clock.millis();
      await(follower);
    }
    write();
  }

  /** Commits nothing while it holds a lock: the store calls back. */
  private void write() {
    next()
        .ifPresent(
            edit ->
                store
                    .commit(Edit.observation(edit))
                    .whenComplete((outcome, failure) -> written(failure)));
  }

  private synchronized Optional<Operation> next() {
    if (writing || closed || !membership.view().leads()) {
      return Optional.empty();
    }
    if (!founded && store.snapshot().rows(NbGlobal.class).isEmpty()) {
      writing = true;
      return Optional.of(Edit.put(NbGlobal.getDefaultInstance()));
    }
    var uuid = newest.map(Raised::row);
    var current = uuid.flatMap(u -> store.snapshot().get(NbGlobal.class, u));
    if (current.isEmpty()) {
      return Optional.empty();
    }
    var row = NbGlobal.newBuilder();
    var fields = new ArrayList<String>();
    for (var follower : followers) {
      if (follower.hasNews(uuid.get(), current.get())) {
        set(row, fields, follower.number, follower.done.get().number());
        set(row, fields, follower.timestamp, follower.millis);
        set(row, fields, RAISED, newest.get().millis());
      }
    }
    writing = !fields.isEmpty();
    return writing
        ? Optional.of(Edit.update(uuid.get(), row.build(), fields.toArray(String[]::new)))
        : Optional.empty();
  }

  private static void set(
      NbGlobal.Builder row, List<String> fields, FieldDescriptor field, long value) {
    row.setField(field, value);
    fields.add(field.getName());
  }

  private void written(Throwable failure) {
    if (failure != null) {
      LOG.warn("The numbers of NB_Global are not written yet", failure);
      CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS).execute(this::again);
    } else {
      again();
    }
  }

  private void again() {
    synchronized (this) {
      writing = false;
    }
    write();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    subscription.close();
    elections.close();
  }
}
