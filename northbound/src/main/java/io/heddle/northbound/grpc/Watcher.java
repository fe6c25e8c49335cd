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
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

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
  private final long from;
  private final CompletableFuture<Snapshot> here;
  private final AtomicInteger signals = new AtomicInteger();
  private volatile boolean shutDown;
  private volatile boolean ended;
  private boolean begun;

  /** The revision up to which the client is told everything; -1 before its snapshot is. */
  private long told;

  /** The revision that {@link #outgoing} brings the client to. */
  private long telling;

  private long lastEvent;
  private Iterator<WatchEvent> outgoing = Collections.emptyIterator();

  /**
   * Tells what came after the revision or, where that is 0 or forgotten, a snapshot. Must be made
   * while the call begins: gRPC lets nobody listen to it later.
   *
   * @param visitor who watches, for as long as they may
   * @param left told when this watch has ended, for whatever reason
   * @param from the revision up to which the client knows all
   * @param here what this member has, once that is no older than what the client may know
   */
  Watcher(
      ServerCallStreamObserver<WatchEvent> client,
      Visitor visitor,
      History history,
      Events events,
      Executor executor,
      Consumer<Watcher> left,
      long from,
      CompletableFuture<Snapshot> here) {
    this.client = client;
    this.visitor = visitor;
    this.history = history;
    this.events = events;
    this.executor = executor;
    this.left = left;
    this.from = from;
    this.here = here;
    this.told = from;
    client.setOnCancelHandler(this::end);
    client.setOnReadyHandler(this::signal);
  }

  void start() {
    here.whenComplete((snapshot, failure) -> signal());
  }

  private void begin() {
    Snapshot newest;
    try {
      newest = here.join();
    } catch (CompletionException | CancellationException e) {
      fail(Refusals.unavailable(e));
      return;
    }
    if (Long.compareUnsigned(from, newest.revision()) > 0) {
      fail(unknown(newest.revision()));
      return;
    }
    if (from > 0 && history.reaches(from)) {
      telling = from;
      outgoing = Collections.singleton(events.nothing(from)).iterator();
    } else {
      told = -1;
      telling = newest.revision();
      outgoing = events.of(newest);
    }
    lastEvent = telling;
    begun = true;
  }

  private StatusRuntimeException unknown(long newest) {
    return Refusals.withInfo(
        Code.OUT_OF_RANGE,
        "from_revision %s is newer than revision %s, the newest there is"
            .formatted(Long.toUnsignedString(from), newest),
        "REVISION_UNKNOWN",
        Map.of("newest", Long.toString(newest)));
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
    try {
      int seen = 1;
      while (seen != 0) {
        seen = signals.get();
        advance();
        seen = signals.addAndGet(-seen);
      }
    } catch (RuntimeException e) {
      fail(Refusals.failed(e));
    }
  }

  private void advance() {
    while (!ended) {
      if (shutDown) {
        refuse(Code.UNAVAILABLE, "the server is shutting down", "SHUTTING_DOWN");
      } else if (!visitor.may(Role.READ)) {
        fail(Caller.refusal(visitor, "Watch", Role.READ));
      } else if (!begun) {
        if (!here.isDone()) {
          return;
        }
        begin();
      } else if (tooSlow()) {
        refuse(
            Code.RESOURCE_EXHAUSTED,
            "the watcher is more than the limit watcher_lag of "
                + events.limits().watcherLag()
                + " revisions behind",
            "WATCHER_TOO_SLOW");
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
    fail(error(code, why, reason, Math.max(told, 0)));
  }

  private void fail(StatusRuntimeException why) {
    if (!ended) {
      end();
      client.onError(why);
    }
  }

  private static StatusRuntimeException error(Code code, String why, String reason, long resume) {
    var advice = resume == 0 ? "start again from_revision 0" : "resume from_revision " + resume;
    return Refusals.withInfo(
        code, why + ": " + advice, reason, Map.of("resume_from", Long.toString(resume)));
  }

  private void end() {
    ended = true;
    left.accept(this);
  }
}
