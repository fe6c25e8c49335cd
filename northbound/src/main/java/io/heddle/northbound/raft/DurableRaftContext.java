package io.heddle.northbound.raft;

import io.atomix.cluster.ClusterMembershipService;
import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.cluster.impl.RaftMemberContext;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.storage.RaftStorage;
import io.atomix.protocols.raft.storage.snapshot.SnapshotStore;
import io.atomix.utils.concurrent.ThreadContextFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Raft server whose every role reads and writes a {@link DurableLog}. It votes once in a term,
 * and where its log can no longer be written it leaves its part to the others.
 */
final class DurableRaftContext extends RaftContext implements Gate.Gatekeeper {
  private static final Logger LOG = LoggerFactory.getLogger(DurableRaftContext.class);

  private static final String LOG_FAILED =
      "a write to the log failed; the process must be restarted";

  /** So many times sooner than for the silence of a leader it stands again where nobody won. */
  private static final int SOONER = 4;

  /** A follower applies together what is committed within this time. */
  private static final Duration SUCCESSION = Duration.ofMillis(10);

  /** After so many failures the library begins to ask more seldom. */
  private static final int SELDOM = 5;

  // The parent's constructor lets messages in, and asks for the log. So there must be no initial
  // values: what is here is made when it is first asked for.

  private DurableLog log;
  private ReadIndex reads;
  private CommitNews news;
  private Spares spares;
  private Snapshots snapshots;

  /** Whom this member voted for since it was started, and in which term. */
  private MemberId vote;

  private long votedIn;

  /** Whether it goes back from an election that it did not win. */
  private boolean undecided;

  /** When entries were applied last, and whether they will be soon. */
  private long appliedAt;

  private boolean appliesLater;

  /** Whether there was another term since this member was started. */
  private boolean newTerm;

  DurableRaftContext(
      String name,
      MemberId member,
      ClusterMembershipService membership,
      Gate protocol,
      RaftStorage storage,
      RowsPrimitive rows,
      ThreadContextFactory threads) {
    super(name, member, membership, protocol, storage, rows, threads, true);
    protocol.keptBy(this);
  }

  @Override
  public synchronized DurableLog getLog() {
    if (log == null) {
      log = new DurableLog(super.getLog(), getStorage().directory().toPath(), new Author());
    }
    return log;
  }

  @Override
  public synchronized SnapshotStore getSnapshotStore() {
    if (snapshots == null) {
      snapshots = new Snapshots(getStorage(), () -> getThreadContext().isCurrentContext());
    }
    return snapshots;
  }

  /**
   * A leader of others sends what it wrote before it flushes that, so that all flush at once. The
   * library sends in a task of its own once the entry is written; so the task that flushes is added
   * behind it.
   */
  private boolean flushesAfterSending() {
    boolean leads = getRole() == RaftServer.Role.LEADER;
    if (!leads || getCluster().getActiveMemberStates().isEmpty()) {
      return false;
    }
    var thread = getThreadContext();
    thread.execute(() -> thread.execute(this::flush));
    return true;
  }

  private void flush() {
    try {
      getLogWriter().flushWritten();
    } catch (RuntimeException e) {
      LOG.error("The log cannot be flushed", e);
    }
  }

  private synchronized ReadIndex reads() {
    if (reads == null) {
      reads = new ReadIndex(this);
    }
    return reads;
  }

  private synchronized Spares spares() {
    if (spares == null) {
      spares = new Spares(this);
    }
    return spares;
  }

  private synchronized CommitNews news() {
    if (news == null) {
      news = new CommitNews(this);
    }
    return news;
  }

  /** Nothing counts as committed before it is on this member's disk. */
  @Override
  public long setCommitIndex(long index) {
    getLogWriter().flushWritten();
    long before = super.setCommitIndex(index);
    reads().committed();
    if (before == index) {
      return before;
    }
    if (getRole() == RaftServer.Role.LEADER) {
      news().committed();
    }
    return getRole() != RaftServer.Role.FOLLOWER || appliesAtOnce() ? before : index;
  }

  /**
   * Who follows need not apply at once what comes in quick succession: a few entries together cost
   * little more than one, and the leader waits only for what a follower writes. Where nobody waits
   * for them here, they are applied a little later.
   */
  private boolean appliesAtOnce() {
    long now = System.nanoTime();
    if (rows().isAwaited() || now - appliedAt >= SUCCESSION.toNanos()) {
      appliedAt = now;
      return true;
    }
    if (!appliesLater) {
      appliesLater = true;
      getThreadContext().schedule(SUCCESSION, this::applyAll);
    }
    return false;
  }

  private void applyAll() {
    appliesLater = false;
    appliedAt = System.nanoTime();
    getServiceManager().applyAll(getCommitIndex());
  }

  @Override
  public void setLastApplied(long index) {
    super.setLastApplied(index);
    reads().applied();
  }

  /** As a follower it acknowledges what it has. Whose log failed takes no part any more. */
  @Override
  public void transition(RaftServer.Role role) {
    if (hasFailed() && !alone()) {
      super.transition(RaftServer.Role.INACTIVE);
    } else {
      flush();
      undecided = role == RaftServer.Role.FOLLOWER && stoodInVain();
      super.transition(role);
      undecided = false;
    }
    reads().look();
  }

  /** It stood for election, and knows of none who may be elected. */
  private boolean stoodInVain() {
    var voted = getLastVotedFor();
    return getRole() == RaftServer.Role.CANDIDATE
        && (voted == null || voted.equals(getCluster().getMember().memberId()));
  }

  /**
   * Where the votes were split nobody leads, and there is nobody whose next sign of life might only
   * be late. The library would wait for it as for a leader's.
   */
  @Override
  public Duration getElectionTimeout() {
    var timeout = super.getElectionTimeout();
    return undecided ? timeout.dividedBy(SOONER) : timeout;
  }

  /**
   * The library asks for it when nothing more is heard of the leader, and where not all that was
   * committed before is applied yet it neither asks the others nor looks again: members that were
   * just started would wait for ever for a leader that fell silent.
   */
  @Override
  public State getState() {
    return State.READY;
  }

  private final class Author implements DurableLogWriter.Author {
    @Override
    public boolean flushesLater() {
      return flushesAfterSending();
    }

    @Override
    public boolean waitsForRoom() {
      return alone();
    }

    @Override
    public void failed() {
      getThreadContext().execute(DurableRaftContext.this::leaveOffice);
    }
  }

  /**
   * Has those asked with each heartbeat who are live again. A leader asks a member that was away
   * the more seldom the longer that was, and would find it again as late.
   */
  void askAgain(Set<String> live) {
    if (isLeader()) {
      getThreadContext()
          .execute(
              () ->
                  getCluster().getRemoteMemberStates().stream()
                      .filter(state -> live.contains(state.getMember().memberId().id()))
                      .filter(state -> state.getFailureCount() >= SELDOM)
                      .forEach(RaftMemberContext::resetFailureCount));
    }
  }

  private boolean alone() {
    return getCluster().getActiveMemberStates().isEmpty();
  }

  /**
   * Else a leader that can write nothing, or apply nothing, would keep the others from electing one
   * that can.
   */
  void leaveOffice() {
    if (!alone() && getRole() != RaftServer.Role.INACTIVE) {
      LOG.error(
          "This member takes no part until a restart: {}", failure().orElse("it was told so"));
      setLeader(null);
      transition(RaftServer.Role.INACTIVE);
    }
  }

  /**
   * Whoever led a term does not lead the next. The library lets a leader go on that hears of its
   * successor by a configuration before it gets entries from it: it would send its own in the new
   * term, and followers would cut off what they have acknowledged to the successor.
   */
  @Override
  public void setTerm(long term) {
    boolean deposed = term > getTerm() && getRole() == RaftServer.Role.LEADER;
    newTerm |= term > getTerm();
    super.setTerm(term);
    if (deposed) {
      transition(RaftServer.Role.FOLLOWER);
    }
  }

  /**
   * The library forgets the vote as soon as it learns of a leader, and when it loses that one would
   * vote again in the same term: then there could be two leaders in it.
   */
  @Override
  public void setLeader(MemberId leader) {
    var voted = getLastVotedFor();
    super.setLeader(leader);
    if (voted != null && super.getLastVotedFor() == null) {
      remember(voted);
      getMetaStore().storeVote(voted);
    }
  }

  @Override
  public void setLastVotedFor(MemberId candidate) {
    super.setLastVotedFor(candidate);
    remember(candidate);
  }

  private void remember(MemberId candidate) {
    vote = candidate;
    votedIn = getTerm();
  }

  /**
   * {@code null}, as its callers expect, where it has not voted in this term. Who is killed just
   * when it learns of a leader has forgotten its vote ({@link #setLeader}); so who starts without
   * one has voted for itself, as far as it knows, and waits for the next term.
   */
  @Override
  public MemberId getLastVotedFor() {
    if (vote != null && votedIn == getTerm()) {
      return vote;
    }
    var stored = super.getLastVotedFor();
    boolean unknown = stored == null && !newTerm && getTerm() > 0;
    return unknown ? getCluster().getMember().memberId() : stored;
  }

  @Override
  public DurableLogWriter getLogWriter() {
    return getLog().writer();
  }

  /** Why this member takes no part until it is started again, if so. */
  Optional<String> failure() {
    return getLogWriter().hasFailed()
        ? Optional.of(LOG_FAILED)
        : rows().damage().map(why -> "what this member has is damaged: " + why);
  }

  boolean hasFailed() {
    return failure().isPresent();
  }

  private RowsPrimitive rows() {
    return (RowsPrimitive) getPrimitiveTypes();
  }

  @Override
  public boolean knows(String member) {
    return getCluster().getMembers().stream().anyMatch(m -> m.memberId().id().equals(member));
  }

  @Override
  public boolean leads() {
    return isLeader();
  }

  @Override
  public Optional<String> followed() {
    var leader = getLeader();
    return leader == null || isLeader() ? Optional.empty() : Optional.of(leader.memberId().id());
  }

  @Override
  public long term() {
    return getTerm();
  }

  @Override
  public long lastEntry() {
    return getLogWriter().getLastIndex();
  }

  @Override
  public long lastSaved() {
    var snapshot = getSnapshotStore().getCurrentSnapshot();
    return snapshot == null ? 0 : snapshot.index();
  }

  @Override
  public CompletableFuture<AppendResponse> tells(
      MemberId member, AppendRequest request, Supplier<CompletableFuture<AppendResponse>> message) {
    news().told(member, request);
    return spares().append(member, request, message);
  }

  @Override
  public void asked() {
    spares().asked();
  }

  @Override
  public void answered() {
    getThreadContext().execute(news()::tell);
  }

  @Override
  public CompletableFuture<Void> upToDate() {
    return reads().await();
  }
}
