package io.heddle.readiness;

import io.heddle.model.Outcome;
import io.heddle.model.Store;
import io.heddle.v1.Transaction;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Whether the store takes commits. Now and then it is asked to commit nothing at all, which goes
 * through its log and its disk like any commit but leaves the revision as it is. One question is
 * under way at a time. Used by one thread.
 */
public final class StoreCheck {
  /** From an answer to the next question. */
  public static final Duration EVERY = Duration.ofSeconds(2);

  /** Longer than a busy disk stalls, shorter than a commit may take. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Duration every;
  private final Duration patience;
  private Optional<Store> asked = Optional.empty();
  private CompletableFuture<Outcome> answer = new CompletableFuture<>();
  private boolean answered;
  private long since;
  private List<String> verdict = List.of();

  public StoreCheck(Duration every, Duration patience) {
    this.every = every;
    this.patience = patience;
  }

  /**
   * Asks, where it is time to, and does not wait for the answer.
   *
   * @return what was found last; empty where the store works
   */
  public List<String> look(Optional<Store> store) {
    if (store.isEmpty()) {
      asked = store;
      return List.of("there is no store");
    }
    if (!asked.equals(store)) {
      asked = store;
      verdict = List.of("the store has not answered yet");
      ask(store.get());
    } else if (answered && waited().compareTo(every) >= 0) {
      ask(store.get());
    }
    if (!answered) {
      judge();
    }
    return verdict;
  }

  private Duration waited() {
    return Duration.ofNanos(System.nanoTime() - since);
  }

  private void ask(Store store) {
    answered = false;
    since = System.nanoTime();
    try {
      answer = store.commit(Transaction.getDefaultInstance());
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
  }

  private void judge() {
    if (answer.isDone()) {
      answered = true;
      since = System.nanoTime();
      verdict = answer.handle(StoreCheck::verdict).join();
    } else if (waited().compareTo(patience) > 0) {
      verdict = List.of("the store has not answered for " + waited().toSeconds() + " s");
    }
  }

  private static List<String> verdict(Outcome outcome, Throwable failure) {
    if (failure != null) {
      var cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
      return List.of("the store takes no commits: " + cause.getMessage());
    }
    return outcome instanceof Outcome.Refused refused
        ? List.of("the store refuses all commits: " + refused.violations())
        : List.of();
  }
}
