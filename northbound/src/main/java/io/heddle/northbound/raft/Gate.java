package io.heddle.northbound.raft;

import io.atomix.cluster.MemberId;
import io.atomix.cluster.messaging.ClusterCommunicationService;
import io.atomix.protocols.raft.RaftError;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.protocol.CommandResponse;
import io.atomix.protocols.raft.protocol.InstallRequest;
import io.atomix.protocols.raft.protocol.InstallResponse;
import io.atomix.protocols.raft.protocol.JoinRequest;
import io.atomix.protocols.raft.protocol.JoinResponse;
import io.atomix.protocols.raft.protocol.PollRequest;
import io.atomix.protocols.raft.protocol.PollResponse;
import io.atomix.protocols.raft.protocol.QueryRequest;
import io.atomix.protocols.raft.protocol.QueryResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Raft's messages between members, but for those to which the library says yes too easily.
 *
 * <ul>
 *   <li>It would take back at once a member that was removed, with its vote and whatever its log
 *       holds. Who is unknown joins without a vote.
 *   <li>It would help a member that does not hear the leader to depose it, though all others do;
 *       the next to be elected is not heard either, and so on. Who hears a leader votes for no
 *       other.
 *   <li>It would answer a read as soon as it leads, before it knows what is committed. The read
 *       waits until that is applied.
 *   <li>A leader whose log begins behind what a member has cannot say what comes before, and the
 *       library would take that for agreement: it would apply what was never committed, and tell
 *       that it has what it lacks. Such a member waits for the snapshot.
 * </ul>
 *
 * @see <a href="https://github.com/ongardie/dissertation">Ongaro: Consensus, sections 4.2.3, 6.4
 *     and 9.6</a>
 */
final class Gate extends ServerMessages {
  /** What the gate asks the member behind it. */
  interface Gatekeeper {
    boolean knows(String member);

    boolean leads();

    /** Which other member it believes to lead. */
    Optional<String> followed();

    long term();

    /** The last entry of its log. */
    long lastEntry();

    /** The last entry that its newest snapshot holds, 0 where it has none. */
    long lastSaved();

    /** A member is to be sent these entries, and what counts as committed. */
    CompletableFuture<AppendResponse> tells(
        MemberId member,
        AppendRequest request,
        Supplier<CompletableFuture<AppendResponse>> message);

    /** Somebody asks this one through another member. */
    void asked();

    /** Another member has the answer to a command, and waits until it may apply that itself. */
    void answered();

    /** Done when all that may have been acknowledged anywhere is applied here, if it leads. */
    CompletableFuture<Void> upToDate();
  }

  /** Before there is anybody. */
  private static final class Nobody implements Gatekeeper {
    @Override
    public boolean knows(String member) {
      return false;
    }

    @Override
    public boolean leads() {
      return false;
    }

    @Override
    public Optional<String> followed() {
      return Optional.empty();
    }

    @Override
    public long term() {
      return 0;
    }

    @Override
    public long lastEntry() {
      return 0;
    }

    @Override
    public long lastSaved() {
      return 0;
    }

    @Override
    public CompletableFuture<AppendResponse> tells(
        MemberId member,
        AppendRequest request,
        Supplier<CompletableFuture<AppendResponse>> message) {
      return message.get();
    }

    @Override
    public void asked() {}

    @Override
    public void answered() {}

    @Override
    public CompletableFuture<Void> upToDate() {
      return CompletableFuture.completedFuture(null);
    }
  }

  private static final Executor SOON = CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS);

  private final long patience;
  private final Predicate<String> gone;
  private volatile Gatekeeper keeper = new Nobody();
  private volatile long heard;
  private final AtomicLong pieces = new AtomicLong();

  /**
   * @param patience with a leader that is not heard, unless it is known to be lost; well below the
   *     election timeout, so that it never delays the election of the next
   * @param gone which members are known to have ended
   * @param silent which members do not answer any longer
   */
  Gate(
      ClusterCommunicationService communication,
      Duration patience,
      Predicate<String> gone,
      Predicate<String> silent) {
    super(communication, silent);
    this.patience = patience.toNanos();
    this.gone = gone;
    this.heard = System.nanoTime() - this.patience;
  }

  void keptBy(Gatekeeper gatekeeper) {
    keeper = gatekeeper;
  }

  @Override
  public void registerJoinHandler(Function<JoinRequest, CompletableFuture<JoinResponse>> handler) {
    super.registerJoinHandler(
        request ->
            admits(request.member())
                ? handler.apply(request)
                : CompletableFuture.completedFuture(
                    JoinResponse.builder()
                        .withStatus(RaftResponse.Status.ERROR)
                        .withError(RaftError.Type.CONFIGURATION_ERROR)
                        .build()));
  }

  private boolean admits(RaftMember member) {
    return keeper.knows(member.memberId().id()) || member.getType() == RaftMember.Type.PASSIVE;
  }

  @Override
  public CompletableFuture<AppendResponse> append(MemberId member, AppendRequest request) {
    return keeper.tells(member, request, () -> super.append(member, request));
  }

  @Override
  CompletableFuture<CommandResponse> commandOfAnother(
      CommandRequest request,
      Function<CommandRequest, CompletableFuture<CommandResponse>> handler) {
    keeper.asked();
    return handler.apply(request).whenComplete((response, failure) -> keeper.answered());
  }

  @Override
  CompletableFuture<QueryResponse> queryOfAnother(
      QueryRequest request, Function<QueryRequest, CompletableFuture<QueryResponse>> handler) {
    keeper.asked();
    return handler.apply(request);
  }

  @Override
  public void registerAppendHandler(
      Function<AppendRequest, CompletableFuture<AppendResponse>> handler) {
    super.registerAppendHandler(
        request ->
            append(request, handler)
                .thenApply(
                    response -> {
                      if (response.status() == RaftResponse.Status.OK
                          && response.term() == request.term()) {
                        heard = System.nanoTime();
                      }
                      return response;
                    }));
  }

  @Override
  public void registerInstallHandler(
      Function<InstallRequest, CompletableFuture<InstallResponse>> handler) {
    super.registerInstallHandler(
        request ->
            handler.apply(request).whenComplete((response, error) -> pieces.incrementAndGet()));
  }

  /** So many pieces of snapshots came so far. */
  long pieces() {
    return pieces.get();
  }

  /** What follows an entry of which nothing is known is taken only where a snapshot holds that. */
  CompletableFuture<AppendResponse> append(
      AppendRequest request, Function<AppendRequest, CompletableFuture<AppendResponse>> handler) {
    if (request.prevLogTerm() != 0 || request.prevLogIndex() <= keeper.lastSaved()) {
      return handler.apply(request);
    }
    return handler
        .apply(signOfLife(request))
        .thenApply(
            response ->
                response.status() == RaftResponse.Status.OK && response.succeeded()
                    ? lacking(response)
                    : response);
  }

  private static AppendRequest signOfLife(AppendRequest request) {
    return AppendRequest.builder()
        .withTerm(request.term())
        .withLeader(request.leader())
        .withPrevLogIndex(request.prevLogIndex())
        .withPrevLogTerm(0)
        .withEntries(List.of())
        .withCommitIndex(0)
        .build();
  }

  private AppendResponse lacking(AppendResponse response) {
    return AppendResponse.builder()
        .withStatus(RaftResponse.Status.OK)
        .withTerm(response.term())
        .withSucceeded(false)
        .withLastLogIndex(keeper.lastEntry())
        .build();
  }

  @Override
  public void registerPollHandler(Function<PollRequest, CompletableFuture<PollResponse>> handler) {
    super.registerPollHandler(
        request ->
            unlessLed(
                System.nanoTime(),
                () -> handler.apply(request),
                () ->
                    PollResponse.builder()
                        .withStatus(RaftResponse.Status.OK)
                        .withTerm(keeper.term())
                        .withAccepted(false)
                        .build()));
  }

  /**
   * Says no where this member leads, or where the leader is heard again after the question came,
   * and waits for that: who asks may only have been the first to see that the leader is lost. For
   * one that is known to be gone nobody waits, else who is to succeed it would not before the next
   * in turn stands for election as well.
   */
  private <R> CompletableFuture<R> unlessLed(
      long asked, Supplier<CompletableFuture<R>> answer, Supplier<R> no) {
    long last = heard;
    boolean follows = keeper.followed().filter(leader -> !gone.test(leader)).isPresent();
    if (keeper.leads() || follows && last - asked > 0) {
      return CompletableFuture.completedFuture(no.get());
    }
    if (!follows || System.nanoTime() - last >= patience) {
      return answer.get();
    }
    return CompletableFuture.supplyAsync(() -> unlessLed(asked, answer, no), SOON)
        .thenCompose(later -> later);
  }

  @Override
  public void registerQueryHandler(
      Function<QueryRequest, CompletableFuture<QueryResponse>> handler) {
    super.registerQueryHandler(
        request -> keeper.upToDate().thenCompose(nothing -> handler.apply(request)));
  }
}
