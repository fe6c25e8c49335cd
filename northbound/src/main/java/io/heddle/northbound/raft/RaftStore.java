package io.heddle.northbound.raft;

import io.heddle.model.AuditLog;
import io.heddle.model.Cluster;
import io.heddle.model.Courier;
import io.heddle.model.Edition;
import io.heddle.model.LastCommits;
import io.heddle.model.Membership;
import io.heddle.model.Outcome;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.northbound.raft.StoreOpenException.Reason;
import io.heddle.northbound.raft.message.Sign;
import io.heddle.v1.Transaction;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * The store as one member of a Raft group. Commits go through the log; reads come from what this
 * member has applied. An outcome is told only after a majority of the members, this one's disk
 * included where it leads, has the transaction flushed to disk.
 */
public final class RaftStore implements Store {
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(1);

  private final StoreSettings settings;
  private final ExecutorService answering;
  private final ExecutorService foreseeing;
  private final DataFolder folder;
  private final Peers peers;
  private final Admission admission;
  private final Checkpoints checkpoints;
  private final Replica replica;
  private final Patience patience;
  private final Submissions submissions;
  private final RaftNode node;
  private final Freshness freshness;
  private volatile Charter charter;
  private volatile boolean serving;

  private final Object views = new Object();

  /** Who was seen to lead. */
  private Optional<String> led = Optional.empty();

  private boolean closed;

  private RaftStore(
      StoreSettings settings,
      DataFolder folder,
      Peers peers,
      Admission admission,
      Charter charter) {
    this.settings = settings;
    this.folder = folder;
    this.peers = peers;
    this.admission = admission;
    this.charter = charter;
    this.answering =
        Executors.newSingleThreadExecutor(work -> daemon("heddle-store-answers", work));
    this.foreseeing =
        Executors.newSingleThreadExecutor(work -> daemon("heddle-store-foresight", work));
    var source = UUID.randomUUID();
    var foresight = new Foresight(source, this::snapshot, this::foresees);
    this.submissions =
        new Submissions(
            source, this::append, foresight, foreseeing, settings.commitTimeout(), answering);
    this.freshness =
        new Freshness(this::newest, this::snapshot, settings.commitTimeout(), answering);
    var start = Checkpoint.read(folder.raft());
    this.checkpoints = new Checkpoints(folder.raft(), start);
    this.replica = new Replica(start, checkpoints, foresight::of, submissions::applied);
    this.patience = new Patience(settings.openTimeout(), replica::lastEntry);
    follow(start.snapshot());
    replica.subscribe((after, changes) -> follow(after));
    try {
      if (LogCheck.check(folder.raft(), start.index())) {
        replica.expectSnapshot();
      }
      this.node =
          RaftNode.start(
              settings,
              folder.raft(),
              new RowsPrimitive(replica, this::isAwaited),
              peers,
              charter,
              patience);
    } catch (ExecutionException | TimeoutException | InterruptedException | RuntimeException e) {
      answering.shutdown();
      foreseeing.shutdown();
      checkpoints.close();
      throw cannotOpen(e);
    }
  }

  private boolean isAwaited() {
    return submissions.awaitsAny() || freshness.awaitsAny();
  }

  /** What comes next in the log may be such that only those understand it who understand this. */
  private void follow(Snapshot snapshot) {
    int version = Edition.of(snapshot);
    if (version > folder.format()) {
      settings.edition().refuses(version).ifPresent(replica::damaged);
      folder.raise(version);
    }
  }

  private CompletableFuture<byte[]> append(byte[] entry, Duration within) {
    return serving ? led(() -> node.append(entry, within)) : node.append(entry, within);
  }

  /** While there is an election, what is asked waits for the leader. */
  private <T> CompletableFuture<T> led(Supplier<CompletableFuture<T>> work) {
    var lacking = node.members().lacking();
    return lacking.isPresent()
        ? CompletableFuture.failedFuture(new IllegalStateException(lacking.get()))
        : node.members().led().thenCompose(leader -> work.get());
  }

  private CompletableFuture<Long> newest() {
    return led(node::newest);
  }

  /** Whether it is this member that says what transactions do: the one by which most come. */
  private boolean foresees() {
    if (!serving || Edition.of(snapshot()) < Edition.EFFECTS) {
      return false;
    }
    var view = node.members().view();
    return view.leads() && view.members().size() > 1;
  }

  private static Thread daemon(String name, Runnable work) {
    var thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Opens this member of the store and waits until it serves with all that was committed before.
   *
   * @throws StoreOpenException where it cannot; then nothing is left running
   */
  public static RaftStore open(StoreSettings settings) {
    var folder = DataFolder.open(settings.data(), settings.member(), settings.edition());
    try {
      return open(settings, folder);
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private static RaftStore open(StoreSettings settings, DataFolder folder) {
    Peers peers;
    try {
      peers = Peers.start(settings, new Patience(settings.openTimeout(), () -> 0));
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      throw inaccessible(settings, e);
    }
    RaftStore store;
    try {
      var admission = new Admission(settings, folder, peers);
      store = new RaftStore(settings, folder, peers, admission, admission.await());
    } catch (IOException | InterruptedException e) {
      peers.close();
      throw inaccessible(settings, e);
    } catch (RuntimeException e) {
      peers.close();
      throw e;
    }
    try {
      store.take();
      return store;
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** Takes its part in the cluster, with a vote where it has joined without one. */
  private void take() {
    peers.rollCall().tell(this::sign);
    catchUp();
    if (!charter.founded()) {
      try {
        patience.await(node.promote());
        charter = admission.joined();
      } catch (ExecutionException | TimeoutException | InterruptedException | IOException e) {
        throw cannotOpen(e);
      }
    }
    node.members().look();
    replica.subscribe((after, changes) -> freshness.look());
    synchronized (views) {
      led = node.members().subscribe(this::seen).from().leader();
    }
    serving = true;
  }

  /**
   * Who is cut off, or has asked a leader that is none any more and may not answer, learns so
   * before the commit timeout; what it has asked for may yet be done.
   */
  private void seen(Membership.View view) {
    synchronized (views) {
      if (!view.majority()) {
        node.abandon(node.members().lacking().orElse("the majority is gone"));
      } else if (view.leader().isEmpty()) {
        node.abandon("who led is lost");
      } else if (led.isPresent() && !led.equals(view.leader())) {
        node.abandon(view.leader().get() + " leads now");
      }
      led = view.leader();
    }
  }

  private Sign sign() {
    return node.sign(peers.sign())
        .setCluster(charter.cluster().toString())
        .setFounded(charter.founded())
        .setClusterVersion(folder.format())
        .setEntry(replica.lastEntry())
        .setRevision(replica.snapshot().revision())
        .build();
  }

  /** A transaction that does nothing comes back only when all before it is applied here. */
  private void catchUp() {
    long since = System.nanoTime();
    long reached = replica.lastEntry();
    while (true) {
      try {
        patience.await(submissions.submit(Transaction.getDefaultInstance(), answering));
        break;
      } catch (ExecutionException e) {
        // A leader may be lost meanwhile, or what is to be applied takes longer than a commit.
        long now = System.nanoTime();
        since = replica.lastEntry() > reached ? now : since;
        reached = replica.lastEntry();
        if (replica.damage().isPresent() || node.hasFailed()) {
          throw cannotOpen(e);
        }
        if (now - since > settings.openTimeout().toNanos()) {
          throw late(e);
        }
      } catch (TimeoutException | InterruptedException e) {
        throw cannotOpen(e);
      }
      LockSupport.parkNanos(settings.heartbeat().toNanos());
    }
    replica
        .damage()
        .ifPresent(
            why -> {
              throw damaged(why, new IllegalStateException(why));
            });
  }

  private StoreOpenException cannotOpen(Exception e) {
    if (e instanceof StoreOpenException known) {
      return known;
    }
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    if (e instanceof TimeoutException) {
      return late(e);
    }
    var cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
    return replica
        .damage()
        .map(why -> damaged(why, cause))
        .orElseGet(() -> inaccessible(settings, cause));
  }

  private static StoreOpenException inaccessible(StoreSettings settings, Throwable cause) {
    if (cause instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    return new StoreOpenException(
        Reason.INACCESSIBLE,
        "The store in " + settings.data() + " cannot be opened: " + cause,
        cause);
  }

  private StoreOpenException late(Throwable cause) {
    return new StoreOpenException(
        Reason.TIMEOUT,
        "The store in "
            + settings.data()
            + " is not ready, and nothing moved for "
            + settings.openTimeout().toSeconds()
            + " s"
            + (settings.peers().isEmpty()
                ? "."
                : ": is a majority of " + settings.peers().keySet() + " running and reachable?"),
        cause);
  }

  private StoreOpenException damaged(String why, Throwable cause) {
    return new StoreOpenException(
        Reason.DAMAGED,
        "The store in " + settings.data() + " is damaged: " + why + ". Restore it from a backup.",
        cause);
  }

  @Override
  public CompletableFuture<Outcome> commit(Transaction transaction) {
    return commit(transaction, answering);
  }

  @Override
  public CompletableFuture<Outcome> commit(Transaction transaction, Executor answering) {
    var lacking = node.members().lacking();
    return lacking.isPresent()
        ? CompletableFuture.failedFuture(UnavailableException.untouched(lacking.get()))
        : submissions.submit(transaction, answering);
  }

  @Override
  public CompletableFuture<Snapshot> fresh() {
    var view = node.members().view();
    return view.leads() && view.members().size() == 1
        ? CompletableFuture.completedFuture(snapshot())
        : freshness.read();
  }

  @Override
  public Snapshot snapshot() {
    return replica.snapshot();
  }

  @Override
  public LastCommits lastCommits() {
    return replica.commits();
  }

  @Override
  public AuditLog audit() {
    return replica.audit();
  }

  @Override
  public Subscription subscribe(Listener listener) {
    return replica.subscribe(listener);
  }

  /** The members of the cluster, of which this store is one. */
  public Membership membership() {
    return node.members();
  }

  /** What goes between the members beside the log. */
  public Courier courier() {
    return peers.courier();
  }

  /** The same cluster as an operator sees it. */
  public Cluster cluster() {
    return new Roster(
        settings, charter.cluster(), node.members(), peers.rollCall(), this::sign, node::remove);
  }

  /** Saves the state and drops the log before it; otherwise that happens by itself. */
  CompletableFuture<Void> compact() {
    return node.compact();
  }

  /** Commits under way fail as unavailable. The data folder can be opened again afterwards. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    submissions.close();
    node.leave();
    node.close();
    peers.close();
    checkpoints.close();
    foreseeing.shutdown();
    answering.shutdown();
    try {
      if (!answering.awaitTermination(LAST_ANSWERS.toMillis(), TimeUnit.MILLISECONDS)) {
        answering.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    folder.close();
  }
}
