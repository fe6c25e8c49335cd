package io.heddle.northbound;

import io.heddle.model.Cluster;
import io.heddle.model.Edit;
import io.heddle.model.Edition;
import io.heddle.model.Membership;
import io.heddle.model.Row;
import io.heddle.model.Schema;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.v1.ClusterVersion;
import io.heddle.v1.Precondition;
import io.heddle.v1.RowRef;
import io.heddle.v1.RowVersion;
import io.heddle.v1.Transaction;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a rolling upgrade: on whichever member leads, it raises the {@link ClusterVersion} once all
 * who belong to the cluster are there and understand more. Who is not there holds it up, for it may
 * come back as it was; who is gone for good must be removed.
 */
public final class Upgrade implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Upgrade.class);
  private static final long TICK_MILLIS = 1_000;

  /** The one row's, the same wherever it is made. */
  private static final UUID ROW =
      UUID.nameUUIDFromBytes("ClusterVersion".getBytes(StandardCharsets.UTF_8));

  private final Store store;
  private final Membership membership;
  private final Cluster cluster;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            var made = new Thread(task, "heddle-upgrade");
            made.setDaemon(true);
            return made;
          });

  public Upgrade(Store store, Membership membership, Cluster cluster) {
    this.store = store;
    this.membership = membership;
    this.cluster = cluster;
    clock.scheduleWithFixedDelay(this::look, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      if (!membership.view().leads()) {
        return;
      }
      var snapshot = store.snapshot();
      int all = understood();
      if (all > Edition.of(snapshot)) {
        LOG.info("All members understand version {}, which is used from now on", all);
        store.commit(raise(snapshot, all)).get(TICK_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.info("The version of the cluster is not raised yet: {}", e.toString());
    }
  }

  /** What all members understand; 0 where one is not there to say so. */
  private int understood() {
    return cluster.members().stream()
        .mapToInt(member -> member.told().map(Cluster.Reached::version).orElse(0))
        .min()
        .orElse(0);
  }

  /** On top of what was read, as another may believe that it leads, too. */
  private static Transaction raise(Snapshot snapshot, int version) {
    var current = snapshot.rows(ClusterVersion.class).values().stream().findFirst();
    var uuid = current.map(Row::uuid).orElse(ROW);
    var ref =
        RowRef.newBuilder()
            .setKind(Schema.rows().kind(ClusterVersion.class).name())
            .setUuid(uuid.toString());
    var based =
        RowVersion.newBuilder().setRow(ref).setVersion(current.map(Row::version).orElse(0L));
    var row = ClusterVersion.newBuilder().setVersion(version).build();
    return Edit.observation(Edit.put(uuid, row)).toBuilder()
        .addPreconditions(Precondition.newBuilder().setRow(based))
        .build();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
