package io.heddle.ovsdb;

import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.model.Outcome.Reason;
import io.heddle.model.Outcome.Refused;
import io.heddle.ovsdb.host.Observation;
import io.heddle.v1.Operation;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits one host's observations, one transaction at a time, so that what comes meanwhile goes
 * together into the next. All methods are called on the host's executor.
 */
final class FactWriter {
  private static final Logger LOG = LoggerFactory.getLogger(FactWriter.class);

  /** Commits that one host may cause at once, and then each second. */
  private static final int BURST = 100;

  private static final int PER_SECOND = 20;

  /** Pause before asking again a store that could not answer. */
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Context context;
  private final Executor executor;
  private final Runnable again;
  private final Pace pace = new Pace(BURST, PER_SECOND);
  private final Map<Operation, String> refused = new LinkedHashMap<>();
  private boolean busy;

  /**
   * @param again makes the host be looked at anew
   */
  FactWriter(Context context, Executor executor, Runnable again) {
    this.context = context;
    this.executor = executor;
    this.again = again;
  }

  /** What the store refused may be right now. */
  void retryRefused() {
    refused.clear();
  }

  /** Why the store refuses facts of this host. */
  Collection<String> refusals() {
    return refused.values();
  }

  /**
   * Commits what the store does not have yet.
   *
   * @return whether the store has everything
   */
  boolean write(Observation observation) {
    if (busy) {
      return false;
    }
    var operations =
        observation.operations().stream().filter(o -> !refused.containsKey(o)).toList();
    if (operations.isEmpty()) {
      return true;
    }
    var wait = pace.take();
    busy = true;
    if (wait.isZero()) {
      commit(observation, operations);
    } else {
      resume(wait);
    }
    return false;
  }

  private void commit(Observation observation, List<Operation> operations) {
    var transaction =
        Edit.observation(operations).toBuilder()
            .addAllPreconditions(observation.preconditions())
            .build();
    CompletableFuture<Outcome> outcome;
    try {
      outcome = context.store().commit(transaction);
    } catch (RuntimeException e) {
      outcome = CompletableFuture.failedFuture(e);
    }
    outcome.whenCompleteAsync(
        (result, failure) -> {
          if (failure == null) {
            busy = false;
            settle(result, operations);
            again.run();
          } else {
            LOG.warn("the store takes no facts: {}", failure.getMessage());
            resume(RETRY);
          }
        },
        executor);
  }

  private void resume(Duration wait) {
    context.later(
        wait,
        () ->
            executor.execute(
                () -> {
                  busy = false;
                  again.run();
                }));
  }

  private void settle(Outcome outcome, List<Operation> operations) {
    if (outcome instanceof Refused no && no.reason() != Reason.CONFLICT) {
      for (var violation : no.violations()) {
        int index = violation.operation();
        var guilty = index < 0 ? operations : List.of(operations.get(index));
        guilty.forEach(operation -> refused.put(operation, violation.toString()));
      }
    }
  }
}
