package io.heddle.northbound.raft;

import io.atomix.primitive.Recovery;
import io.atomix.primitive.operation.PrimitiveOperation;
import io.atomix.primitive.service.ServiceConfig;
import io.atomix.primitive.session.SessionClient;
import io.atomix.protocols.raft.RaftClient;
import io.atomix.protocols.raft.ReadConsistency;
import io.atomix.protocols.raft.session.CommunicationStrategy;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A session with whoever leads. After an error the next operation goes through another one, for the
 * library may still be trying to bring this one home.
 */
final class LeaderSession {
  private final Supplier<CompletableFuture<SessionClient>> sessions;
  private final Set<CompletableFuture<byte[]>> underWay = ConcurrentHashMap.newKeySet();
  private Optional<CompletableFuture<SessionClient>> session = Optional.empty();
  private boolean closed;

  LeaderSession(RaftClient client, RowsPrimitive primitive, StoreSettings settings) {
    this.sessions =
        () ->
            client
                .sessionBuilder(RaftNode.NAME, primitive, new ServiceConfig())
                .withMinTimeout(settings.electionTimeout())
                .withMaxTimeout(settings.sessionTimeout())
                .withReadConsistency(ReadConsistency.LINEARIZABLE)
                .withCommunicationStrategy(CommunicationStrategy.LEADER)
                .withRecoveryStrategy(Recovery.CLOSE)
                .build()
                .connect();
  }

  /** Completes with the leader's answer, or fails after that time. */
  CompletableFuture<byte[]> execute(PrimitiveOperation operation, Duration within) {
    var opened = session();
    var answer =
        opened
            .thenCompose(s -> s.execute(operation))
            .orTimeout(within.toMillis(), TimeUnit.MILLISECONDS);
    underWay.add(answer);
    return answer.whenComplete(
        (nothing, error) -> {
          underWay.remove(answer);
          if (error != null) {
            discard(opened);
          }
        });
  }

  private synchronized CompletableFuture<SessionClient> session() {
    if (closed) {
      return CompletableFuture.failedFuture(new IllegalStateException("the store is closed"));
    }
    if (session.isEmpty()) {
      session = Optional.of(sessions.get());
    }
    return session.get();
  }

  /** Ends the session, so that the next operation opens another. */
  private synchronized void discard(CompletableFuture<SessionClient> opened) {
    if (session.filter(s -> s == opened).isPresent()) {
      session = Optional.empty();
      opened.thenCompose(SessionClient::close);
    }
  }

  /** Waits for no answer any longer. */
  void abandon(String why) {
    underWay.forEach(answer -> answer.completeExceptionally(new IllegalStateException(why)));
  }

  CompletableFuture<Void> close() {
    Optional<CompletableFuture<SessionClient>> last;
    synchronized (this) {
      closed = true;
      last = session;
      session = Optional.empty();
    }
    return last.map(s -> s.thenCompose(SessionClient::close))
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }
}
