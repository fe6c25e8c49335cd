package io.heddle.northbound.raft;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.cluster.impl.DefaultRaftMember;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.LeaveRequest;
import io.atomix.protocols.raft.protocol.LeaveResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.protocols.raft.protocol.RaftServerProtocol;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Changes who belongs to the cluster, one member at a time. */
final class Joining {
  private final RaftContext raft;
  private final RaftServerProtocol protocol;

  /**
   * The leader refuses a change while another is under way, or before it has committed anything.
   */
  private final Duration pause;

  Joining(RaftContext raft, RaftServerProtocol protocol, Duration pause) {
    this.raft = raft;
    this.protocol = protocol;
    this.pause = pause;
  }

  /**
   * Has the others remove the member: what it promised when it last had a vote is lost, and it must
   * not vote before it is told again.
   *
   * @param others to be asked, one after the other; they pass it on to the leader
   * @param known whether one of them still knows the member
   */
  CompletableFuture<Void> forget(String member, Collection<String> others, BooleanSupplier known) {
    var request = LeaveRequest.builder().withMember(passive(member)).build();
    return ask(List.copyOf(others), 0, request, known);
  }

  private CompletableFuture<Void> ask(
      List<String> others, int turn, LeaveRequest request, BooleanSupplier known) {
    // The library fails to answer where it is asked to remove whom it does not know.
    if (!known.getAsBoolean()) {
      return CompletableFuture.completedFuture(null);
    }
    var asked = MemberId.from(others.get(turn % others.size()));
    return protocol
        .leave(asked, request)
        .exceptionally(error -> null)
        .thenCompose(
            response ->
                ok(response)
                    ? CompletableFuture.completedFuture(null)
                    : later(() -> ask(others, turn + 1, request, known)));
  }

  private static boolean ok(LeaveResponse response) {
    return response != null && response.status() == RaftResponse.Status.OK;
  }

  /** The same, asked by a member that takes part. */
  CompletableFuture<Void> remove(String member) {
    var request = LeaveRequest.builder().withMember(passive(member)).build();
    var response = new CompletableFuture<LeaveResponse>();
    raft.getThreadContext()
        .execute(
            () ->
                raft.getRaftRole()
                    .onLeave(request)
                    .whenComplete(
                        (answer, error) -> {
                          if (error == null) {
                            response.complete(answer);
                          } else {
                            response.completeExceptionally(error);
                          }
                        }));
    return response.thenAccept(
        answer -> {
          if (!ok(answer)) {
            throw new CompletionException(
                new IllegalStateException(
                    "the leader does not change the members now: "
                        + (answer.error() == null ? "try again" : answer.error())));
          }
        });
  }

  private static RaftMember passive(String member) {
    return new DefaultRaftMember(MemberId.from(member), RaftMember.Type.PASSIVE, Instant.now());
  }

  /** Gives this member a vote. It asks until it sees that it has one. */
  CompletableFuture<Void> promote(BooleanSupplier hasVote) {
    if (hasVote.getAsBoolean()) {
      return CompletableFuture.completedFuture(null);
    }
    return raft.getCluster()
        .getMember()
        .promote(RaftMember.Type.ACTIVE)
        .exceptionally(error -> null)
        .thenCompose(nothing -> later(() -> promote(hasVote)));
  }

  private CompletableFuture<Void> later(Supplier<CompletableFuture<Void>> step) {
    return CompletableFuture.supplyAsync(
            step, CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS))
        .thenCompose(next -> next);
  }
}
