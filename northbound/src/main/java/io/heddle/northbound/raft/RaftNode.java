package io.heddle.northbound.raft;

import io.atomix.cluster.MemberId;
import io.atomix.primitive.partition.PartitionId;
import io.atomix.protocols.raft.RaftClient;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.impl.DefaultRaftServer;
import io.atomix.protocols.raft.partition.impl.RaftNamespaces;
import io.atomix.protocols.raft.storage.RaftStorage;
import io.atomix.storage.StorageLevel;
import io.atomix.utils.concurrent.ThreadModel;
import io.heddle.northbound.raft.message.Sign;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running member of Raft: its transport, its server, and a client that writes to the log. */
final class RaftNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RaftNode.class);

  /** The prefix of all files and the name of the group. */
  static final String NAME = "heddle";

  /** Who is alone need not wait for a sign of the others. */
  private static final Duration NOBODY_ELSE = Duration.ofMillis(50);

  private static final int THREADS = 4;
  private static final Duration CLOSING = Duration.ofSeconds(10);

  private final StoreSettings settings;
  private final Gate messages;
  private final DurableRaftContext context;
  private final DefaultRaftServer server;
  private final Members members;
  private final Joining joining;
  private final CallersThread clientThreads = new CallersThread();
  private final Succession succession;
  private final RollCall rollCall;
  private final RaftClient client;
  private final LeaderSession writing;

  /** One of their own, for commands are never to wait for a question. */
  private final LeaderSession reading;

  private RaftNode(
      StoreSettings settings, RowsPrimitive primitive, Peers peers, UUID cluster, Path folder) {
    this.settings = settings;
    this.rollCall = peers.rollCall();
    this.messages =
        new Gate(
            peers.cluster().getCommunicationService(),
            settings.electionTimeout().dividedBy(2),
            rollCall::isGone,
            rollCall::isSilent);
    this.context = context(settings, primitive, peers.losses(), messages, folder);
    this.server = new DefaultRaftServer(context);
    this.members = new Members(settings, cluster, context, peers);
    this.joining = new Joining(context, messages, settings.electionTimeout());
    this.succession =
        new Succession(context, peers.cluster().getMessagingService(), settings.electionTimeout());
    this.client =
        RaftClient.builder(members(settings))
            .withClientId(settings.member())
            .withMemberId(MemberId.from(settings.member()))
            .withPartitionId(PartitionId.from(NAME, 1))
            .withProtocol(
                new ClientMessages(
                    MemberId.from(settings.member()),
                    messages,
                    peers.cluster().getCommunicationService(),
                    () -> Optional.ofNullable(context.getLeader()).map(RaftMember::memberId)))
            .withThreadContextFactory(clientThreads)
            .build();
    this.writing = new LeaderSession(client, primitive, settings, clientThreads.timer());
    this.reading = new LeaderSession(client, primitive, settings, clientThreads.timer());
  }

  /**
   * Starts the member and waits until a majority is there, and all is applied that it had
   * committed.
   *
   * @param charter where the cluster is there without this member, it gets no vote yet
   * @throws TimeoutException where nothing moved for longer than there is patience for
   */
  static RaftNode start(
      StoreSettings settings,
      Path folder,
      RowsPrimitive primitive,
      Peers peers,
      Charter charter,
      Patience patience)
      throws ExecutionException, TimeoutException, InterruptedException {
    var node = new RaftNode(settings, primitive, peers, charter.cluster(), folder);
    var moving = patience.or(node.messages::pieces);
    try {
      if (charter.founded()) {
        moving.await(node.server.bootstrap(members(settings)));
      } else {
        moving.await(node.forget(peers.rollCall()));
        moving.await(node.server.listen(members(settings)));
      }
      moving.await(node.client.connect());
      return node;
    } catch (ExecutionException | TimeoutException | InterruptedException | RuntimeException e) {
      node.close();
      throw e;
    }
  }

  private CompletableFuture<Void> forget(RollCall rollCall) {
    return joining.forget(
        settings.member(),
        settings.peers().keySet(),
        () ->
            rollCall.signs().values().stream()
                .anyMatch(s -> s.getKnownList().contains(settings.member())));
  }

  private static TreeSet<MemberId> members(StoreSettings settings) {
    var members = new TreeSet<MemberId>();
    members.add(MemberId.from(settings.member()));
    settings.peers().keySet().forEach(peer -> members.add(MemberId.from(peer)));
    return members;
  }

  private static DurableRaftContext context(
      StoreSettings settings, RowsPrimitive primitive, Losses losses, Gate protocol, Path folder) {
    var context =
        new DurableRaftContext(
            NAME,
            MemberId.from(settings.member()),
            losses,
            protocol,
            storage(settings, folder),
            primitive,
            ThreadModel.SHARED_THREAD_POOL.factory("heddle-raft-%d", THREADS, LOG));
    context.setElectionTimeout(
        settings.peers().isEmpty() ? NOBODY_ELSE : settings.electionTimeout());
    context.setHeartbeatInterval(settings.heartbeat());
    context.setSessionTimeout(settings.sessionTimeout());
    return context;
  }

  static RaftStorage storage(StoreSettings settings, Path folder) {
    return RaftStorage.builder()
        .withPrefix(NAME)
        .withDirectory(folder.toFile())
        .withStorageLevel(StorageLevel.DISK)
        .withMaxSegmentSize(settings.segmentBytes())
        .withMaxEntrySize(RaftLimits.ENTRY_BYTES)
        // Else the log would grow for as long as the load is high.
        .withDynamicCompaction(false)
        .withNamespace(RaftNamespaces.RAFT_STORAGE)
        .build();
  }

  /**
   * Appends an entry to the log. Completes when it is committed and the leader has applied it, or
   * fails after that time.
   */
  CompletableFuture<byte[]> append(byte[] entry, Duration within) {
    var failure = context.failure();
    if (failure.isPresent()) {
      return CompletableFuture.failedFuture(new IllegalStateException(failure.get()));
    }
    return writing.execute(RowsPrimitive.apply(entry), within);
  }

  /** Whether a write to the log failed, after which only reopening the store helps. */
  boolean hasFailed() {
    return context.hasFailed();
  }

  /** The newest revision of whoever leads, at a moment between the question and the answer. */
  CompletableFuture<Long> newest() {
    return reading
        .execute(RowsPrimitive.newest(), settings.commitTimeout())
        .thenApply(RowsPrimitive::revision);
  }

  /** Waits no longer for answers that do not come. */
  void abandon(String why) {
    writing.abandon(why);
    reading.abandon(why);
  }

  Members members() {
    return members;
  }

  /** What this member tells the others of itself, beside who it is. */
  Sign.Builder sign(Sign.Builder who) {
    var view = members.view();
    return who.addAllKnown(members.all()).setLeader(view.leader().orElse("")).setTerm(view.term());
  }

  /** Gives this member, which has joined without one, a vote. */
  CompletableFuture<Void> promote() {
    return joining.promote(() -> members.view().members().contains(settings.member()));
  }

  /** Removes a member for good. */
  CompletableFuture<Void> remove(String member) {
    return joining.remove(member);
  }

  /** Lets another lead, who has most of the log, and has no part in any majority from now on. */
  void leave() {
    try {
      var others = rollCall.reached();
      others.keySet().retainAll(members.view().members());
      if (!others.isEmpty()) {
        succession.handOver(others);
      }
      rollCall.leave();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Saves the state and then drops the log before it, which takes some 10 s. */
  CompletableFuture<Void> compact() {
    return server.compact();
  }

  @Override
  public void close() {
    succession.close();
    await(writing.close(), "session");
    await(reading.close(), "session for reads");
    await(client.close(), "client");
    if (server.isRunning()) {
      await(server.shutdown(), "server");
    } else {
      context.close();
    }
    clientThreads.close();
  }

  private static void await(CompletableFuture<?> future, String what) {
    try {
      future.get(CLOSING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("The {} did not close in order: {}", what, e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
