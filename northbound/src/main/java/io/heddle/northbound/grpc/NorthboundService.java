package io.heddle.northbound.grpc;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.v1.Receipt;
import io.heddle.v1.Transaction;
import io.heddle.v1.api.GetRequest;
import io.heddle.v1.api.GetStatusRequest;
import io.heddle.v1.api.ListProblemsRequest;
import io.heddle.v1.api.ListProblemsResponse;
import io.heddle.v1.api.ListRequest;
import io.heddle.v1.api.ListResponse;
import io.heddle.v1.api.NorthboundGrpc;
import io.heddle.v1.api.RowMessage;
import io.heddle.v1.api.SystemStatus;
import io.heddle.v1.api.WaitForRequest;
import io.heddle.v1.api.WaitForResponse;
import io.heddle.v1.api.WatchEvent;
import io.heddle.v1.api.WatchRequest;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** The service {@code heddle.v1.Northbound}: sends each call where it belongs. */
final class NorthboundService extends NorthboundGrpc.NorthboundImplBase {
  private final Store store;
  private final CallThreads threads;
  private final Commits commits;
  private final Reads reads;
  private final Lists lists;
  private final Watchers watchers;
  private final Waiters waiters;

  NorthboundService(
      Store store,
      CallThreads threads,
      Commits commits,
      Reads reads,
      Lists lists,
      Watchers watchers,
      Waiters waiters) {
    this.store = store;
    this.threads = threads;
    this.commits = commits;
    this.reads = reads;
    this.lists = lists;
    this.watchers = watchers;
    this.waiters = waiters;
  }

  @Override
  public void commit(Transaction request, StreamObserver<Receipt> client) {
    // Commits cannot be taken back: who cancels is only not told.
    cancellable(client).setOnCancelHandler(() -> {});
    var caller = Caller.current();
    threads.commit(
        request.getSerializedSize(),
        () -> guarded(client, () -> commits.commit(request, caller, client)));
  }

  @Override
  public void get(GetRequest request, StreamObserver<RowMessage> client) {
    read(client, request.getStaleOk(), snapshot -> reads.get(snapshot, request));
  }

  @Override
  public void list(ListRequest request, StreamObserver<ListResponse> client) {
    if (request.getPageToken().isEmpty()) {
      read(client, request.getStaleOk(), snapshot -> lists.first(snapshot, request));
    } else {
      answer(client, () -> lists.page(request));
    }
  }

  @Override
  public void watch(WatchRequest request, StreamObserver<WatchEvent> client) {
    guarded(client, () -> watchers.watch(request, Caller.current(), cancellable(client)));
  }

  @Override
  public void waitFor(WaitForRequest request, StreamObserver<WaitForResponse> client) {
    guarded(client, () -> waiters.waitFor(request, cancellable(client)));
  }

  @Override
  public void listProblems(
      ListProblemsRequest request, StreamObserver<ListProblemsResponse> client) {
    answer(client, () -> reads.problems(request));
  }

  @Override
  public void getStatus(GetStatusRequest request, StreamObserver<SystemStatus> client) {
    cancellable(client).setOnCancelHandler(() -> {});
    reads
        .status()
        .whenComplete(
            (status, failure) ->
                answer(
                    client,
                    () -> {
                      if (failure != null) {
                        throw new IllegalStateException(failure);
                      }
                      return status;
                    }));
  }

  private <T> void read(StreamObserver<T> client, boolean staleOk, Function<Snapshot, T> reading) {
    if (staleOk) {
      answer(client, () -> reading.apply(store.snapshot()));
      return;
    }
    cancellable(client).setOnCancelHandler(() -> {});
    fresh(client, snapshot -> answer(client, () -> reading.apply(snapshot)));
  }

  private void fresh(StreamObserver<?> client, Consumer<Snapshot> then) {
    store
        .fresh()
        .whenComplete(
            (snapshot, failure) -> {
              if (failure == null) {
                guarded(client, () -> then.accept(snapshot));
              } else {
                client.onError(Refusals.unavailable(failure));
              }
            });
  }

  private static <T> ServerCallStreamObserver<T> cancellable(StreamObserver<T> client) {
    return (ServerCallStreamObserver<T>) client;
  }

  private static <T> void answer(StreamObserver<T> client, Supplier<T> answer) {
    guarded(
        client,
        () -> {
          client.onNext(answer.get());
          client.onCompleted();
        });
  }

  private static void guarded(StreamObserver<?> client, Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException refused) {
      client.onError(refused);
    } catch (RuntimeException e) {
      client.onError(Refusals.failed(e));
    }
  }
}
