package io.heddle.northbound.raft;

import io.atomix.cluster.MemberId;
import io.atomix.cluster.messaging.MessagingService;
import io.atomix.protocols.raft.RaftServer.Role;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.RaftResponse.Status;
import io.atomix.protocols.raft.protocol.TransferRequest;
import io.atomix.utils.net.Address;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who leads and is about to stop has another stand for election at once, so that nobody waits until
 * the leader is found to be lost (Ongaro, Consensus: Bridging Theory and Practice, section 3.10).
 * The library's own way does not work over its transport, which does not know that request.
 */
final class Succession implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Succession.class);
  private static final String SUBJECT = "heddle-succeed";
  private static final byte[] NOTHING = new byte[0];

  private final RaftContext raft;
  private final MessagingService messaging;
  private final Duration patience;

  /**
   * @param patience until another must lead
   */
  Succession(RaftContext raft, MessagingService messaging, Duration patience) {
    this.raft = raft;
    this.messaging = messaging;
    this.patience = patience;
    BiFunction<Address, byte[], byte[]> stand = (from, nothing) -> stand();
    messaging.registerHandler(SUBJECT, stand, raft.getThreadContext());
  }

  private byte[] stand() {
    if (raft.getRole() == Role.FOLLOWER) {
      raft.transition(Role.CANDIDATE);
    }
    return NOTHING;
  }

  /**
   * Returns when another leads, or did not in time; at once where this member does not lead.
   *
   * @param others those of whom one may lead, and where they are reached; at least one
   */
  void handOver(Map<String, Address> others) throws InterruptedException {
    if (raft.getRole() != Role.LEADER) {
      return;
    }
    var elected = new CompletableFuture<RaftMember>();
    Consumer<RaftMember> listener = elected::complete;
    raft.addLeaderElectionListener(listener);
    try {
      stepDown(others.keySet())
          .thenCompose(
              successor ->
                  messaging.sendAndReceive(others.get(successor), SUBJECT, NOTHING, true, patience))
          .thenCompose(told -> elected)
          .thenAccept(leader -> LOG.info("{} leads from now on", leader.memberId()))
          .get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      LOG.info("None of {} takes over: {}", others.keySet(), e.toString());
    } finally {
      raft.removeLeaderElectionListener(listener);
    }
  }

  /**
   * Done when a majority has all that this member has, which takes nothing more. Tells who has most
   * of it, for who lacks some of it is not elected.
   */
  private CompletableFuture<String> stepDown(Set<String> others) {
    var anyone = TransferRequest.builder().withMember(id(others.iterator().next())).build();
    return CompletableFuture.supplyAsync(
            () -> raft.getRaftRole().onTransfer(anyone), raft.getThreadContext())
        .thenCompose(answer -> answer)
        .thenApplyAsync(
            answer -> {
              if (answer.status() != Status.OK) {
                throw new IllegalStateException("it stays the leader: " + answer.error());
              }
              return Collections.max(others, Comparator.comparingLong(this::has));
            },
            raft.getThreadContext());
  }

  private static MemberId id(String member) {
    return MemberId.from(member);
  }

  /** The last entry that the member is known to have. */
  private long has(String member) {
    var state = raft.getCluster().getMemberState(id(member));
    return state == null ? 0 : state.getMatchIndex();
  }

  @Override
  public void close() {
    messaging.unregisterHandler(SUBJECT);
  }
}
