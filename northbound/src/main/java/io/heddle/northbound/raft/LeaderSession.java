package io.heddle.northbound.raft;

import io.atomix.primitive.Recovery;
import io.atomix.primitive.operation.PrimitiveOperation;
import io.atomix.primitive.service.ServiceConfig;
import io.atomix.primitive.session.SessionClient;
import io.atomix.protocols.raft.RaftClient;
import io.atomix.protocols.raft.ReadConsistency;
import io.atomix.protocols.raft.session.CommunicationStrategy;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * A session with whoever leads. After an error the next operation goes through another one, for the
 * library may still be trying to bring this one home.
 */
final class LeaderSession {
  private final Supplier<CompletableFuture<SessionClient>> sessions;

  /** By when each is to be answered, as by {@link System#nanoTime}. */
  private final Map<CompletableFuture<byte[]>, Long> underWay = new ConcurrentHashMap<>();

  private final ScheduledFuture<?> lateness;
  private Optional<CompletableFuture<SessionClient>> session = Optional.empty();
  private boolean closed;

  /**
   * @param timer looks for what has no answer in time, all at once: a timer for each operation
   *     would wake a thread for each
   */
  LeaderSession(
      RaftClient client,
      RowsPrimitive primitive,
      StoreSettings settings,
      ScheduledExecutorService timer) {
    long tick = settings.heartbeat().toNanos();
    this.lateness = timer.scheduleWithFixedDelay(this::failLate, tick, tick, TimeUnit.NANOSECONDS);
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
    var answer = opened.thenCompose(s -> s.execute(operation));
    underWay.put(answer, System.nanoTime() + within.toNanos());
    return answer.whenComplete(
        (nothing, error) -> {
          underWay.remove(answer);
          if (error != null) {
            discard(opened);
          }
        });
  }

  private void failLate() {
    long now = System.nanoTime();
    underWay.forEach(
        (answer, deadline) -> {
          if (now - deadline > 0) {
            answer.completeExceptionally(new TimeoutException());
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

  /**
   * Waits for no answer any longer. The next leader would first have to learn where this session
   * stood, and the library asks whoever led last for that; so another is opened.
   */
  void abandon(String why) {
    underWay
        .keySet()
        .forEach(answer -> answer.completeExceptionally(new IllegalStateException(why)));
    last().ifPresent(this::discard);
  }

  private synchronized Optional<CompletableFuture<SessionClient>> last() {
    return session;
  }

  CompletableFuture<Void> close() {
    Optional<CompletableFuture<SessionClient>> last;
    synchronized (this) {
      closed = true;
      lateness.cancel(false);
      last = session;
      session = Optional.empty();
    }
    return last.map(s -> s.thenCompose(SessionClient::close))
        .orElseGet(() -> CompletableFuture.completedFuture(null));
  }
}
