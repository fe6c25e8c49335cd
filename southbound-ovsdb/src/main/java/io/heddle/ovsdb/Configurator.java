package io.heddle.ovsdb;

import io.heddle.ovsdb.host.HostEdit;
import io.heddle.ovsdb.wire.Ending;
import io.heddle.ovsdb.wire.OvsdbConnection;
import io.heddle.ovsdb.wire.RowEdit;
import io.heddle.ovsdb.wire.TransactionRefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out one host's edits, one transaction at a time. All methods are called on the host's
 * executor.
 */
final class Configurator {
  private static final Logger LOG = LoggerFactory.getLogger(Configurator.class);

  /** Edits in one transaction; what is left comes in the next. */
  private static final int EDITS_PER_TRANSACTION = 250;

  /** Transactions at once, and then each second: somebody on the host may undo each of them. */
  private static final int BURST = 50;

  private static final int PER_SECOND = 2;

  /** Such transactions as only follow ports; ports come no faster than {@link FactWriter} lets. */
  private static final int FOLLOWING_BURST = 200;

  private static final int FOLLOWING_PER_SECOND = 50;

  /** Pauses before trying again what the host's database refused. */
  private static final Duration RETRY_MIN = Duration.ofSeconds(1);

  private static final Duration RETRY_MAX = Duration.ofSeconds(30);

  /**
   * How long to wait for a transaction's effect, which the host tells right after its answer. What
   * is compared before that would be done twice.
   */
  private static final Duration EFFECT = Duration.ofSeconds(1);

  private final Context context;
  private final OvsdbConnection connection;
  private final Executor executor;
  private final Runnable again;
  private final Pace pace = new Pace(BURST, PER_SECOND);
  private final Pace following = new Pace(FOLLOWING_BURST, FOLLOWING_PER_SECOND);
  private Optional<String> failure = Optional.empty();
  private Duration retry = RETRY_MIN;
  private Optional<Object> awaited = Optional.empty();
  private boolean busy;
  private boolean undone;

  Configurator(Context context, OvsdbConnection connection, Executor executor, Runnable again) {
    this.context = context;
    this.connection = connection;
    this.executor = executor;
    this.again = again;
  }

  /** Why the host is not as it should be. */
  Optional<String> failure() {
    return undone
        ? Optional.of(
            "its configuration is changed over and over; is another controller, ovn-controller for"
                + " instance, still running there?")
        : failure;
  }

  /** The host's database has changed. */
  void changed() {
    awaited = Optional.empty();
  }

  void carryOut(List<HostEdit> edits) {
    if (busy || awaited.isPresent()) {
      return;
    }
    if (edits.isEmpty()) {
      // What was refused before is done, by whomever.
      failure = Optional.empty();
      return;
    }
    var wait = (edits.stream().allMatch(HostEdit::followsPorts) ? following : pace).take();
    undone = !wait.isZero();
    if (undone) {
      resume(wait);
    } else {
      transact(edits.stream().limit(EDITS_PER_TRANSACTION).toList());
    }
  }

  private void transact(List<HostEdit> edits) {
    busy = true;
    var operations = new ArrayList<RowEdit>();
    operations.add(new RowEdit.Remark("heddle: " + edits.size() + " changes"));
    for (int i = 0; i < edits.size(); i++) {
      operations.addAll(edits.get(i).operations(i));
    }
    LOG.debug("{}: {}", connection, edits);
    connection
        .transact(operations)
        .whenComplete(
            (nothing, failure) -> {
              busy = false;
              if (failure == null) {
                succeeded();
              } else {
                failed(failure instanceof CompletionException e ? e.getCause() : failure);
              }
            });
  }

  private void succeeded() {
    failure = Optional.empty();
    retry = RETRY_MIN;
    var effect = Optional.of(new Object());
    awaited = effect;
    context.later(EFFECT, () -> executor.execute(() -> giveUpOn(effect)));
  }

  private void giveUpOn(Optional<Object> effect) {
    if (awaited == effect) {
      awaited = Optional.empty();
      again.run();
    }
  }

  private void failed(Throwable cause) {
    if (!(cause instanceof TransactionRefusedException)) {
      connection.close(Ending.fault("a transaction got no answer"));
      return;
    }
    failure = Optional.of("its database refuses the configuration: " + cause.getMessage());
    resume(retry);
    retry = retry.multipliedBy(2).compareTo(RETRY_MAX) < 0 ? retry.multipliedBy(2) : RETRY_MAX;
    again.run();
  }

  private void resume(Duration wait) {
    busy = true;
    context.later(
        wait,
        () ->
            executor.execute(
                () -> {
                  busy = false;
                  again.run();
                }));
  }
}
