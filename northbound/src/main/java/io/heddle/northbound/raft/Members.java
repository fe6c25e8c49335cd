package io.heddle.northbound.raft;

import io.atomix.protocols.raft.cluster.RaftMember;
import io.heddle.model.Membership;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members as this one sees them: who has a vote and who leads, as Raft knows, and who is live,
 * as the roll call tells. It looks after each event of Raft and with each heartbeat, for that a
 * leader falls silent is no event. Where a leader is known to be gone it is succeeded at once.
 */
final class Members implements Membership {
  private static final Logger LOG = LoggerFactory.getLogger(Members.class);

  /** So many may fail one after the other before nobody waits for the next. */
  private static final int ELECTIONS = 4;

  /** So many stand for election, one after the other, within the election timeout. */
  private static final int TURNS = 4;

  private final String self;
  private final Duration election;
  private final UUID cluster;
  private final DurableRaftContext raft;
  private final RollCall rollCall;
  private final Losses losses;
  private final ScheduledExecutorService thread;
  private final List<Listening> listeners = new CopyOnWriteArrayList<>();
  private final Object telling = new Object();
  private volatile View view;
  private volatile Optional<String> lastLeader = Optional.empty();
  private volatile long leaderless = System.nanoTime();

  Members(StoreSettings settings, UUID cluster, DurableRaftContext raft, Peers peers) {
    this.self = settings.member();
    this.election = settings.electionTimeout();
    this.cluster = cluster;
    this.raft = raft;
    this.rollCall = peers.rollCall();
    this.losses = peers.losses();
    this.thread = peers.thread();
    this.view = seen();
    rollCall.watch(this::gone);
    raft.addRoleChangeListener(role -> lookSoon());
    raft.addLeaderElectionListener(leader -> lookSoon());
    if (settings.address().isPresent()) {
      long pause = settings.heartbeat().toMillis();
      thread.scheduleAtFixedRate(this::beat, 0, pause, TimeUnit.MILLISECONDS);
    }
    lookSoon();
  }

  private void beat() {
    try {
      if (raft.hasFailed()) {
        // The others are to see at once that this one takes no part.
        rollCall.close();
        raft.getThreadContext().execute(raft::leaveOffice);
      } else {
        rollCall.call(all());
        raft.askAgain(rollCall.live(all()));
      }
    } catch (RuntimeException e) {
      LOG.error("The members could not be called", e);
    }
    look();
  }

  /**
   * The first of those who stay, by name, stands for election at once, the next one only if nothing
   * came of that. All at once they would each vote for themselves.
   */
  private void gone(String member) {
    LOG.info("{} is gone", member);
    look();
    var staying = rollCall.live(voters());
    long pause = election.dividedBy(TURNS).multipliedBy(staying.headSet(self).size()).toMillis();
    thread.schedule(() -> succeed(member), pause, TimeUnit.MILLISECONDS);
  }

  private void succeed(String gone) {
    var leader = raft.getLeader();
    if (leader != null && leader.memberId().id().equals(gone) && rollCall.isGone(gone)) {
      losses.tell(gone);
    }
  }

  private void lookSoon() {
    thread.execute(this::look);
  }

  /** Looks again. One at a time, so that views are told in order. */
  synchronized void look() {
    try {
      var now = seen();
      List<Listening> told;
      synchronized (telling) {
        if (now.equals(view)) {
          return;
        }
        remember(now);
        view = now;
        told = List.copyOf(listeners);
      }
      LOG.info(
          "Of the members {} live {}; {} leads in term {}",
          now.members(),
          now.live(),
          now.leader().orElse("nobody"),
          now.term());
      told.forEach(listening -> listening.tell(now));
    } catch (RuntimeException e) {
      LOG.error("Looking after the members failed", e);
    }
  }

  private void remember(View now) {
    if (now.leader().isPresent()) {
      lastLeader = now.leader();
    } else if (view.leader().isPresent()) {
      leaderless = System.nanoTime();
    }
  }

  /**
   * Why nothing can be committed through this member, if so. While there is an election a commit is
   * worth waiting for.
   */
  Optional<String> lacking() {
    var now = view;
    var failure = raft.failure();
    if (failure.isPresent()) {
      return failure;
    }
    if (!now.members().contains(self)) {
      return Optional.of("this member, " + self + ", is none of the members " + now.members());
    }
    if (!now.majority()) {
      return Optional.of(
          "of the members %s only %s are here, which is no majority; %s"
              .formatted(now.members(), now.live(), leadership(now)));
    }
    var without = Duration.ofNanos(System.nanoTime() - leaderless);
    return now.leader().isEmpty() && without.compareTo(election.multipliedBy(ELECTIONS)) > 0
        ? Optional.of("the members have elected no leader; " + leadership(now))
        : Optional.empty();
  }

  /**
   * Done as soon as there is a leader that is not known to be gone, at once where there is one;
   * fails where none is to be expected.
   */
  CompletableFuture<Void> led() {
    if (view.leader().isEmpty()) {
      look();
    }
    var led = new CompletableFuture<Void>();
    if (view.leader().isPresent()) {
      led.complete(null);
      return led;
    }
    var subscription = subscribe(now -> decide(led));
    led.orTimeout(election.multipliedBy(ELECTIONS).toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((nothing, error) -> subscription.close());
    decide(led);
    return led;
  }

  private void decide(CompletableFuture<Void> led) {
    if (view.leader().isPresent()) {
      led.complete(null);
    } else {
      lacking().ifPresent(why -> led.completeExceptionally(new IllegalStateException(why)));
    }
  }

  private String leadership(View now) {
    return now.leader()
        .map(l -> l + " leads, as far as this member knows")
        .or(() -> lastLeader.map(l -> l + " led last, as far as this member knows"))
        .orElse("this member knows of no leader");
  }

  private View seen() {
    var voters = voters();
    long term = raft.getTerm();
    var leader = raft.getLeader();
    // Who led the term before does not lead the next.
    boolean same = raft.getTerm() == term;
    return new View(
        self,
        voters,
        rollCall.live(voters),
        same
            ? Optional.ofNullable(leader)
                .map(l -> l.memberId().id())
                .filter(l -> !rollCall.isGone(l))
            : Optional.empty(),
        term);
  }

  /** All who belong to the cluster, also those who have no vote yet. */
  SortedSet<String> all() {
    return raft.getCluster().getMembers().stream()
        .map(m -> m.memberId().id())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private SortedSet<String> voters() {
    return raft.getCluster().getMembers().stream()
        .filter(m -> m.getType() == RaftMember.Type.ACTIVE)
        .map(m -> m.memberId().id())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public UUID cluster() {
    return cluster;
  }

  @Override
  public View view() {
    return view;
  }

  @Override
  public Subscription subscribe(Consumer<View> listener) {
    synchronized (telling) {
      var listening = new Listening(listener, view);
      listeners.add(listening);
      return listening;
    }
  }

  private final class Listening implements Subscription {
    private final Consumer<View> listener;
    private final View from;
    private volatile boolean closed;

    Listening(Consumer<View> listener, View from) {
      this.listener = listener;
      this.from = from;
    }

    void tell(View now) {
      if (closed) {
        return;
      }
      try {
        listener.accept(now);
      } catch (RuntimeException e) {
        LOG.error("A listener failed at {}", now, e);
      }
    }

    @Override
    public View from() {
      return from;
    }

    @Override
    public void close() {
      closed = true;
      listeners.remove(this);
    }
  }
}
