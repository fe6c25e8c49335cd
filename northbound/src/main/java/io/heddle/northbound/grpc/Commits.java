package io.heddle.northbound.grpc;

import com.google.rpc.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.heddle.model.Limits;
import io.heddle.model.MatchLanguage;
import io.heddle.model.Outcome;
import io.heddle.model.Store;
import io.heddle.northbound.access.Visitor;
import io.heddle.v1.Receipt;
import io.heddle.v1.Transaction;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;

/** The door to the store: what is plainly too much never reaches the log. */
final class Commits {
  private final Store store;
  private final MatchLanguage language;
  private final ApiLimits limits;
  private final Refusals refusals;
  private final Semaphore places;

  Commits(Store store, MatchLanguage language, ApiLimits limits, Refusals refusals) {
    this.store = store;
    this.language = language;
    this.limits = limits;
    this.refusals = refusals;
    this.places = new Semaphore(limits.commits());
  }

  /** The receipt is on its way as soon as it is known: it is only handed on to the connection. */
  void commit(Transaction transaction, Visitor caller, StreamObserver<Receipt> client) {
    var refused = refusal(transaction);
    if (refused.isPresent()) {
      client.onError(refused.get());
      return;
    }
    if (!places.tryAcquire()) {
      client.onError(Refusals.exhausted("commits", limits.commits()));
      return;
    }
    store
        .commit(transaction.toBuilder().setOrigin(caller.origin()).build(), Runnable::run)
        .whenComplete(
            (outcome, failure) -> {
              places.release();
              answer(transaction, outcome, failure, client);
            });
  }

  private Optional<StatusRuntimeException> refusal(Transaction transaction) {
    if (transaction.getObservation()) {
      return Optional.of(
          refusals.invalid("observation", "only Heddle itself observes; clients cannot set this"));
    }
    if (transaction.hasOvsdb()) {
      return Optional.of(refusals.invalid("ovsdb", "only the OVSDB door sends such transactions"));
    }
    if (!transaction.getBackup().isEmpty()) {
      return Optional.of(refusals.invalid("backup", "only Restore sends such transactions"));
    }
    if (transaction.hasOrigin()) {
      return Optional.of(refusals.invalid("origin", "only Heddle itself says who asks"));
    }
    var tooMuch = Limits.exceeded(transaction);
    if (!tooMuch.isEmpty()) {
      return Optional.of(
          refusals.of(new Outcome.Refused(Outcome.Reason.LIMIT, tooMuch), transaction));
    }
    var unread = language.faults(transaction, store.snapshot());
    return unread.isEmpty()
        ? Optional.empty()
        : Optional.of(
            refusals.of(new Outcome.Refused(Outcome.Reason.INVALID, unread), transaction));
  }

  private void answer(
      Transaction transaction, Outcome outcome, Throwable failure, StreamObserver<Receipt> client) {
    if (failure != null) {
      client.onError(failed(failure));
    } else if (outcome instanceof Outcome.Refused refused) {
      client.onError(refusals.of(refused, transaction));
    } else if (outcome instanceof Outcome.Committed committed) {
      client.onNext(committed.receipt());
      client.onCompleted();
    }
  }

  private static StatusRuntimeException failed(Throwable failure) {
    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof Store.UnavailableException unavailable && !unavailable.untouched()) {
      return Refusals.plain(
          Code.UNAVAILABLE,
          "the store did not answer ("
              + cause.getMessage()
              + "); the transaction may or may not have been committed: retry it with the same"
              + " request_id");
    }
    return Refusals.unavailable(cause);
  }
}
