package io.heddle.northbound.raft;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.cluster.impl.RaftMemberContext;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.AppendRequest;
import io.atomix.protocols.raft.protocol.AppendResponse;
import io.atomix.protocols.raft.storage.log.entry.CommandEntry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * When a leader sends its entries to whom. A majority is there without the last of those who
 * follow, and a message costs them more than an entry does: while entries come in quick succession,
 * members that the majority does not need get them a little later and together.
 *
 * <p>They get all at once where one that is needed is late, and where somebody asks through another
 * member, since that must have it before he is answered there. Who is needed are the first by name,
 * who are also the first to stand for election when the leader is lost ({@link Members}). All but
 * answers and questions is in Raft's thread.
 */
final class Spares {
  /** What it asks of Raft. */
  interface Followers {
    /** How many of them make a majority with the leader. */
    int needed();

    /** Those of them that are reached and have all that is committed. */
    List<MemberId> current();

    void later(Duration after, Runnable task);
  }

  /** Entries that come within this time of one another. */
  private static final Duration SUCCESSION = Duration.ofMillis(5);

  /** So long they gather for who is not needed. */
  static final Duration GATHERING = Duration.ofMillis(25);

  /** Who has not answered after this time is not counted upon. */
  static final Duration LATE = Duration.ofMillis(10);

  /** So long after somebody asked through another member nothing waits. */
  static final Duration ASKED = Duration.ofMillis(50);

  /** Of so many bytes the message itself is the least that they cost. */
  private static final int MUCH = 8_192;

  private final Followers followers;
  private final LongSupplier clock;
  private final Map<MemberId, Line> lines = new HashMap<>();
  private volatile long asked;
  private boolean quick;
  private boolean looks;

  /** What is on its way to a member, and what waits for it. */
  private static final class Line {
    private final List<Runnable> held = new ArrayList<>(2);
    private long sent;
    private int unanswered;
    private long unansweredSince;

    Line(long before) {
      sent = before;
    }

    synchronized void sent(long now) {
      sent = now;
      if (unanswered++ == 0) {
        unansweredSince = now;
      }
    }

    synchronized void answered(long now) {
      unanswered--;
      unansweredSince = now;
    }

    synchronized boolean late(long now) {
      return unanswered > 0 && now - unansweredSince > LATE.toNanos();
    }
  }

  Spares(RaftContext raft) {
    this(new RaftFollowers(raft), System::nanoTime);
  }

  /**
   * @param clock in nanoseconds
   */
  Spares(Followers followers, LongSupplier clock) {
    this.followers = followers;
    this.clock = clock;
    this.asked = clock.getAsLong() - ASKED.toNanos();
  }

  /** Somebody asks through another member. */
  void asked() {
    long now = clock.getAsLong();
    boolean news = !isAsked(now);
    asked = now;
    if (news) {
      followers.later(Duration.ZERO, () -> lines.values().forEach(this::release));
    }
  }

  private boolean isAsked(long now) {
    return now - asked < ASKED.toNanos();
  }

  /**
   * Sends the entries, now or soon. Signs of life never wait.
   *
   * @param message sends them
   */
  CompletableFuture<AppendResponse> append(
      MemberId member, AppendRequest request, Supplier<CompletableFuture<AppendResponse>> message) {
    if (request.entries().isEmpty()) {
      return message.get();
    }
    long now = clock.getAsLong();
    var line = lines.computeIfAbsent(member, m -> new Line(now - GATHERING.toNanos()));
    boolean needed = isNeeded(member, now);
    if (needed) {
      quick = now - line.sent < SUCCESSION.toNanos();
    }
    if (needed || !mayWait(line, now) || isMuch(request)) {
      release(line);
      return send(line, message);
    }
    var answer = new CompletableFuture<AppendResponse>();
    line.held.add(() -> send(line, message).whenComplete((r, failure) -> pass(r, failure, answer)));
    lookSoon();
    return answer;
  }

  private static <T> void pass(T value, Throwable failure, CompletableFuture<T> to) {
    if (failure == null) {
      to.complete(value);
    } else {
      to.completeExceptionally(failure);
    }
  }

  private boolean mayWait(Line line, long now) {
    return quick && !isAsked(now) && now - line.sent < GATHERING.toNanos();
  }

  private static boolean isMuch(AppendRequest request) {
    int bytes = 0;
    for (var entry : request.entries()) {
      if (entry instanceof CommandEntry command) {
        bytes += command.operation().value().length;
      }
    }
    return bytes >= MUCH;
  }

  /** Whether the leader and those before it are no majority, or one that cannot be relied upon. */
  private boolean isNeeded(MemberId member, long now) {
    int others = followers.needed();
    for (var other : followers.current()) {
      var line = lines.get(other);
      if (other.compareTo(member) < 0 && line != null && !line.late(now)) {
        others--;
      }
    }
    return others > 0;
  }

  private void lookSoon() {
    if (!looks) {
      looks = true;
      followers.later(LATE, this::look);
    }
  }

  private void look() {
    looks = false;
    long now = clock.getAsLong();
    lines.forEach(
        (member, line) -> {
          if (!mayWait(line, now) || isNeeded(member, now)) {
            release(line);
          }
          if (!line.held.isEmpty()) {
            lookSoon();
          }
        });
  }

  private void release(Line line) {
    var all = List.copyOf(line.held);
    line.held.clear();
    all.forEach(Runnable::run);
  }

  private CompletableFuture<AppendResponse> send(
      Line line, Supplier<CompletableFuture<AppendResponse>> message) {
    line.sent(clock.getAsLong());
    var answer = message.get();
    answer.whenComplete((response, failure) -> line.answered(clock.getAsLong()));
    return answer;
  }

  private record RaftFollowers(RaftContext raft) implements Followers {
    @Override
    public int needed() {
      return raft.getCluster().getQuorum() - 1;
    }

    @Override
    public List<MemberId> current() {
      var current = new ArrayList<MemberId>();
      for (var state : raft.getCluster().getActiveMemberStates()) {
        if (isCurrent(state)) {
          current.add(state.getMember().memberId());
        }
      }
      return current;
    }

    private boolean isCurrent(RaftMemberContext state) {
      return state.getFailureCount() == 0 && state.getMatchIndex() >= raft.getCommitIndex();
    }

    @Override
    public void later(Duration after, Runnable task) {
      raft.getThreadContext().schedule(after, task);
    }
  }
}
