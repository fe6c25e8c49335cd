package io.heddle.northbound.grpc;

import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.heddle.model.AuditLog;
import io.heddle.model.AuditQuery;
import io.heddle.model.Store;
import io.heddle.v1.api.AuditGrpc;
import io.heddle.v1.api.ListCommitsRequest;
import io.heddle.v1.api.ListCommitsResponse;
import java.time.Instant;
import java.util.Optional;

/** The service {@code heddle.v1.Audit}. */
final class AuditService extends AuditGrpc.AuditImplBase {
  private final Store store;
  private final ApiLimits limits;
  private final Refusals refusals;

  AuditService(Store store, ApiLimits limits, Refusals refusals) {
    this.store = store;
    this.limits = limits;
    this.refusals = refusals;
  }

  @Override
  public void listCommits(ListCommitsRequest request, StreamObserver<ListCommitsResponse> client) {
    ((ServerCallStreamObserver<ListCommitsResponse>) client).setOnCancelHandler(() -> {});
    AuditQuery query;
    try {
      query = query(request);
    } catch (StatusRuntimeException refused) {
      client.onError(refused);
      return;
    }
    if (request.getStaleOk()) {
      answer(store.audit(), query, client);
      return;
    }
    store
        .fresh()
        .whenComplete(
            (snapshot, failure) -> {
              if (failure == null) {
                answer(store.audit(), query, client);
              } else {
                client.onError(Refusals.unavailable(failure));
              }
            });
  }

  private static void answer(
      AuditLog log, AuditQuery query, StreamObserver<ListCommitsResponse> client) {
    client.onNext(
        ListCommitsResponse.newBuilder()
            .addAllCommits(query.of(log))
            .setForgotten(log.forgotten())
            .build());
    client.onCompleted();
  }

  private AuditQuery query(ListCommitsRequest request) {
    int limit = request.getLimit() == 0 ? limits.defaultPageSize() : request.getLimit();
    if (limit < 0 || limit > limits.pageSize()) {
      throw refusals.invalid(
          "limit", "it is more than the limit page_size of " + limits.pageSize());
    }
    return new AuditQuery(
        request.getAfter(),
        request.getBefore() == 0 ? Long.MAX_VALUE : request.getBefore(),
        request.hasSince() ? Optional.of(instant("since", request.getSince())) : Optional.empty(),
        request.hasUntil() ? Optional.of(instant("until", request.getUntil())) : Optional.empty(),
        Optional.of(request.getWho()).filter(who -> !who.isEmpty()),
        limit);
  }

  private Instant instant(String field, Timestamp time) {
    if (!Timestamps.isValid(time)) {
      throw refusals.invalid(field, "it is no moment between the years 1 and 9999");
    }
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }
}
