package io.heddle.northbound.grpc;

import com.google.rpc.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.heddle.model.Snapshot;
import io.heddle.northbound.History;
import io.heddle.northbound.History.Commit;
import io.heddle.northbound.access.Role;
import io.heddle.northbound.access.Visitor;
import io.heddle.v1.api.WatchEvent;
import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One watch. It keeps no queue but its place in the {@link History}, takes the next commit from
 * there when its client has room for it, and ends when it has fallen too far behind.
 */
final class Watcher {
  private final ServerCallStreamObserver<WatchEvent> client;
  private final Visitor visitor;
  private final History history;
  private final Events events;
  private final Executor executor;
  private final Consumer<Watcher> left;
  private final AtomicInteger signals = new AtomicInteger();
  private volatile boolean shutDown;
  private volatile boolean ended;

  /** The revision up to which the client is told everything; -1 before its snapshot is. */
  private long told;

  /** The revision that {@link #outgoing} brings the client to. */
  private long telling;

  private long lastEvent;
  private Iterator<WatchEvent> outgoing = Collections.emptyIterator();

  /**
   * @param visitor who watches, for as long as they may
   * @param left told once when this watch has ended, for whatever reason
   */
  Watcher(
      ServerCallStreamObserver<WatchEvent> client,
      Visitor visitor,
      History history,
      Events events,
      Executor executor,
      Consumer<Watcher> left) {
    this.client = client;
    this.visitor = visitor;
    this.history = history;
    this.events = events;
    this.executor = executor;
    this.left = left;
  }

  /**
   * Gets ready to tell, from the first {@link #signal} on, what came after the revision or, where
   * that is 0 or forgotten, a snapshot.
   */
  void start(long from, Supplier<Snapshot> newest) {
    client.setOnCancelHandler(this::end);
    client.setOnReadyHandler(this::signal);
    if (from > 0 && history.reaches(from)) {
      told = from;
      telling = from;
      outgoing = Collections.singleton(events.nothing(from)).iterator();
    } else {
      var snapshot = newest.get();
      told = -1;
      telling = snapshot.revision();
      outgoing = events.of(snapshot);
    }
    lastEvent = telling;
  }

  /** Something may be possible now: there is a commit, or room for one, or the server goes down. */
  void signal() {
    if (signals.getAndIncrement() == 0) {
      executor.execute(this::drain);
    }
  }

  void shutDown() {
    shutDown = true;
    signal();
  }

  private void drain() {
    int seen = 1;
    while (seen != 0) {
      seen = signals.get();
      advance();
      seen = signals.addAndGet(-seen);
    }
  }

  private void advance() {
    while (!ended) {
      if (shutDown) {
        refuse(Code.UNAVAILABLE, "the server is shutting down", "SHUTTING_DOWN");
      } else if (tooSlow()) {
        refuse(
            Code.RESOURCE_EXHAUSTED,
            "the watcher is more than the limit watcher_lag of "
                + events.limits().watcherLag()
                + " revisions behind",
            "WATCHER_TOO_SLOW");
      } else if (!visitor.may(Role.READ)) {
        client.onError(Caller.refusal(visitor, "Watch", Role.READ));
        end();
      } else if (!client.isReady() || !tell()) {
        return;
      }
    }
  }

  private boolean tooSlow() {
    return history.newest() - telling > events.limits().watcherLag() || !history.reaches(telling);
  }

  /** Sends one event or goes one commit further; false where there is nothing to do. */
  private boolean tell() {
    if (outgoing.hasNext()) {
      var event = outgoing.next();
      client.onNext(event);
      lastEvent = event.getRevision();
      told = event.getComplete() ? event.getRevision() : told;
      return true;
    }
    told = telling;
    Optional<Commit> next = history.after(telling);
    next.ifPresent(this::take);
    return next.isPresent();
  }

  private void take(Commit commit) {
    telling = commit.revision();
    outgoing = events.of(commit);
    if (!outgoing.hasNext() && telling - lastEvent >= events.limits().silentRevisions()) {
      outgoing = Collections.singleton(events.nothing(telling)).iterator();
    }
  }

  private void refuse(Code code, String why, String reason) {
    long from = Math.max(told, 0);
    client.onError(error(code, why, reason, from));
    end();
  }

  private static StatusRuntimeException error(Code code, String why, String reason, long from) {
    var advice = from == 0 ? "start again from_revision 0" : "resume from_revision " + from;
    return Refusals.withInfo(
        code, why + ": " + advice, reason, Map.of("resume_from", Long.toString(from)));
  }

  private void end() {
    ended = true;
    left.accept(this);
  }
}
