package io.heddle.northbound.grpc;

import com.google.rpc.Code;
import io.grpc.stub.ServerCallStreamObserver;
import io.heddle.model.Progress;
import io.heddle.northbound.History;
import io.heddle.v1.api.Stage;
import io.heddle.v1.api.WaitForRequest;
import io.heddle.v1.api.WaitForResponse;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Those who wait for a revision to be committed, compiled or installed. */
final class Waiters implements AutoCloseable {
  /** Sorted by revision; the number tells apart those who wait for the same one. */
  private record Place(long revision, long number) implements Comparable<Place> {
    @Override
    public int compareTo(Place other) {
      int order = Long.compareUnsigned(revision, other.revision);
      return order != 0 ? order : Long.compare(number, other.number);
    }
  }

  /** Stands for what is no longer waited for. */
  private static final CompletableFuture<Void> OVER = CompletableFuture.completedFuture(null);

  private final History history;
  private final Progress progress;
  private final ApiLimits limits;
  private final Refusals refusals;
  private final Semaphore places;
  private final AtomicLong numbers = new AtomicLong();
  private final ConcurrentSkipListMap<Place, CompletableFuture<Void>> committing =
      new ConcurrentSkipListMap<>();
  private final History.Listening listening;

  Waiters(History history, Progress progress, ApiLimits limits, Refusals refusals) {
    this.history = history;
    this.progress = progress;
    this.limits = limits;
    this.refusals = refusals;
    this.places = new Semaphore(limits.waiters());
    this.listening = history.listen(this::committed);
  }

  void waitFor(WaitForRequest request, ServerCallStreamObserver<WaitForResponse> client) {
    if (request.getStage() == Stage.UNRECOGNIZED) {
      client.onError(refusals.invalid("stage", "is none of COMMITTED, COMPILED, INSTALLED"));
      return;
    }
    if (!places.tryAcquire()) {
      client.onError(Refusals.exhausted("waiters", limits.waiters()));
      return;
    }
    var committed = whenCommitted(request.getRevision());
    // What is waited for at the moment, so that whoever gives up leaves nothing behind.
    var pending = new AtomicReference<>(committed);
    var reached =
        committed.thenCompose(
            nothing -> {
              var next = after(request);
              if (!pending.compareAndSet(committed, next)) {
                next.cancel(false);
              }
              return next;
            });
    client.setOnCancelHandler(() -> reached.cancel(false));
    reached
        .orTimeout(limits.longestWait().toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (nothing, failure) -> {
              pending.getAndSet(OVER).cancel(false);
              places.release();
              answer(request, failure, client);
            });
  }

  private CompletableFuture<Void> after(WaitForRequest request) {
    return switch (request.getStage()) {
      case COMPILED -> progress.whenCompiled(request.getRevision());
      case INSTALLED -> progress.whenInstalled(request.getRevision());
      case COMMITTED, UNRECOGNIZED -> CompletableFuture.completedFuture(null);
    };
  }

  private void answer(
      WaitForRequest request, Throwable failure, ServerCallStreamObserver<WaitForResponse> client) {
    if (failure == null) {
      client.onNext(WaitForResponse.getDefaultInstance());
      client.onCompleted();
    } else if (!(failure instanceof CancellationException)) {
      client.onError(
          Refusals.plain(
              Code.DEADLINE_EXCEEDED,
              "revision "
                  + Long.toUnsignedString(request.getRevision())
                  + " is not "
                  + request.getStage()
                  + " after the limit longest_wait of "
                  + limits.longestWait()));
    }
  }

  private CompletableFuture<Void> whenCommitted(long revision) {
    var future = new CompletableFuture<Void>();
    var place = new Place(revision, numbers.getAndIncrement());
    committing.put(place, future);
    future.whenComplete((nothing, failure) -> committing.remove(place));
    // It may have come between the question and the entry.
    committed();
    return future;
  }

  private void committed() {
    var reached = committing.headMap(new Place(history.newest(), Long.MAX_VALUE), true);
    reached.values().forEach(future -> future.complete(null));
  }

  /** How many are waiting. */
  int count() {
    return limits.waiters() - places.availablePermits();
  }

  @Override
  public void close() {
    listening.close();
  }
}
