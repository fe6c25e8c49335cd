package io.heddle.northbound.raft;

import io.atomix.cluster.AtomixCluster;
import io.heddle.model.Courier;
import io.heddle.model.Edition;
import io.heddle.northbound.raft.message.Sign;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The other members, as far as messages reach them: the transport, and the roll call that goes over
 * it from before this member takes part in Raft.
 */
final class Peers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
  private static final int CLOSING_SECONDS = 10;

  private final AtomixCluster cluster;
  private final Edition edition;
  private final ScheduledExecutorService thread =
      new ScheduledThreadPoolExecutor(1, Peers::thread, new ThreadPoolExecutor.DiscardPolicy());
  private final Losses losses;
  private final RollCall rollCall;
  private final Courier courier;

  private Peers(StoreSettings settings, AtomixCluster cluster) {
    this.cluster = cluster;
    this.losses = new Losses(cluster.getMembershipService());
    this.edition = settings.edition();
    this.rollCall =
        new RollCall(
            settings,
            cluster.getMessagingService(),
            () -> sign().build(),
            thread,
            System::nanoTime);
    this.courier = new Post(settings.member(), cluster.getMessagingService(), rollCall, thread);
  }

  /** Starts the transport. */
  static Peers start(StoreSettings settings, Patience patience)
      throws ExecutionException, TimeoutException, InterruptedException {
    var cluster = Transport.of(settings);
    try {
      patience.await(cluster.start());
      return new Peers(settings, cluster);
    } catch (ExecutionException | TimeoutException | InterruptedException | RuntimeException e) {
      stop(cluster.stop());
      throw e;
    }
  }

  private static Thread thread(Runnable work) {
    var made = new Thread(work, "heddle-store-members");
    made.setDaemon(true);
    return made;
  }

  AtomixCluster cluster() {
    return cluster;
  }

  /** The library's list of members, as Raft has it. */
  Losses losses() {
    return losses;
  }

  /** What the members tell each other beside Raft. */
  Courier courier() {
    return courier;
  }

  RollCall rollCall() {
    return rollCall;
  }

  /** The thread on which the others are called and answered. */
  ScheduledExecutorService thread() {
    return thread;
  }

  /** Who this member is, where it is reached and what it understands. */
  Sign.Builder sign() {
    var self = cluster.getMembershipService().getLocalMember();
    return Sign.newBuilder()
        .setMember(self.id().id())
        .setVersion(edition.version())
        .setSchema(edition.schema())
        .setHost(self.address().host())
        .setPort(self.address().port());
  }

  @Override
  public void close() {
    rollCall.close();
    thread.shutdownNow();
    stop(cluster.stop());
  }

  private static void stop(CompletableFuture<?> stopping) {
    try {
      stopping.get(CLOSING_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("The transport did not close in order: {}", e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
