package io.heddle.northbound;

import io.heddle.model.Edit;
import io.heddle.model.Membership;
import io.heddle.model.Outcome;
import io.heddle.model.Row;
import io.heddle.model.Schema;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.v1.Controller;
import io.heddle.v1.Division;
import io.heddle.v1.Operation;
import io.heddle.v1.Precondition;
import io.heddle.v1.RowRef;
import io.heddle.v1.RowVersion;
import io.heddle.v1.Transaction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Divides the chassis over the live members: on whichever member leads, it writes the {@link
 * Division} anew when members come and go, and strikes out the {@link Controller} rows of those
 * that are members no longer. Who cannot commit changes nothing, and so keeps what it has.
 *
 * <p>It writes only on top of what it has read, so that of two members that both believe to lead
 * one is refused.
 */
public final class Divider implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Divider.class);
  private static final Duration TICK = Duration.ofMillis(250);

  /** The one row's, the same wherever it is made. */
  private static final UUID ROW =
      UUID.nameUUIDFromBytes("Division".getBytes(StandardCharsets.UTF_8));

  /**
   * How fast members get what they shall have.
   *
   * @param settling how long a member must be live before it gets its first step; twice as long
   *     each time that it was lost
   * @param longest the longest that becomes
   * @param pause between two steps
   * @param arrival how long a member that has a share, but was never seen, may take to start with
   *     all others
   */
  public record Pace(Duration settling, Duration longest, Duration pause, Duration arrival) {
    public static final Pace DEFAULT =
        new Pace(
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10));
  }

  private final Store store;
  private final Membership membership;
  private final Shares shares;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var made = new Thread(task, "heddle-division");
            made.setDaemon(true);
            return made;
          });
  private final Membership.Subscription subscription;

  /** Only the thread touches it. */
  private boolean writing;

  public Divider(Store store, Membership membership) {
    this(store, membership, Pace.DEFAULT);
  }

  public Divider(Store store, Membership membership, Pace pace) {
    this.store = store;
    this.membership = membership;
    this.shares = new Shares(pace, System.nanoTime());
    this.subscription = membership.subscribe(view -> inThread(() -> look(view)));
    thread.scheduleWithFixedDelay(
        () -> guarded(() -> look(membership.view())), 0, TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void inThread(Runnable work) {
    try {
      thread.execute(() -> guarded(work));
    } catch (RejectedExecutionException closed) {
      LOG.debug("closed", closed);
    }
  }

  private static void guarded(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException fault) {
      LOG.error("the chassis were not divided", fault);
    }
  }

  private void look(Membership.View view) {
    shares.see(view, System.nanoTime());
    if (writing || !view.leads() || !view.majority()) {
      return;
    }
    var snapshot = store.snapshot();
    var edits = new ArrayList<Operation>();
    var current = snapshot.rows(Division.class).values().stream().findFirst();
    boolean changed = view.members().size() > 1 && divide(view, current, edits);
    strikeOut(view, snapshot, edits);
    if (!edits.isEmpty()) {
      write(current, edits, changed);
    }
  }

  private boolean divide(Membership.View view, Optional<Row> current, List<Operation> edits) {
    var before = current.map(r -> r.as(Division.class).getSharesMap()).orElse(Map.of());
    var next = shares.next(before, view, System.nanoTime());
    if (next.equals(before)) {
      return false;
    }
    LOG.info("The chassis are divided by {}; before, by {}", next, before);
    var uuid = current.map(Row::uuid).orElse(ROW);
    edits.add(Edit.put(uuid, Division.newBuilder().putAllShares(next).build()));
    return true;
  }

  private static void strikeOut(Membership.View view, Snapshot snapshot, List<Operation> edits) {
    snapshot.rows(Controller.class).values().stream()
        .filter(row -> !view.members().contains(row.name()))
        .map(row -> Edit.delete(Controller.class, row.uuid()))
        .forEach(edits::add);
  }

  private void write(Optional<Row> current, List<Operation> edits, boolean step) {
    writing = true;
    store
        .commit(based(current, Edit.observation(edits)))
        .whenComplete((outcome, failure) -> inThread(() -> written(outcome, failure, step)));
  }

  private static Transaction based(Optional<Row> current, Transaction transaction) {
    var ref =
        RowRef.newBuilder()
            .setKind(Schema.rows().kind(Division.class).name())
            .setUuid(current.map(Row::uuid).orElse(ROW).toString());
    var version =
        RowVersion.newBuilder().setRow(ref).setVersion(current.map(Row::version).orElse(0L));
    return transaction.toBuilder()
        .addPreconditions(Precondition.newBuilder().setRow(version))
        .build();
  }

  private void written(Outcome outcome, Throwable failure, boolean step) {
    writing = false;
    if (failure != null) {
      LOG.warn("The division of the chassis is not written yet: {}", failure.toString());
    } else if (outcome instanceof Outcome.Refused refused) {
      LOG.info("Another division of the chassis came first: {}", refused);
    } else if (step) {
      shares.stepped(System.nanoTime());
      look(membership.view());
    }
  }

  @Override
  public void close() {
    subscription.close();
    thread.shutdownNow();
  }
}
