package io.heddle.northbound.raft;

import static java.util.stream.Collectors.groupingBy;

import io.heddle.model.Outcome;
import io.heddle.model.Store.UnavailableException;
import io.heddle.model.Violation;
import io.heddle.v1.Transaction;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group commit: one batch is on its way to the log at a time, and all that comes meanwhile goes
 * with the next one. A single batch per session also keeps clear of the library's stalls with
 * several.
 */
final class Submissions {
  private static final Logger LOG = LoggerFactory.getLogger(Submissions.class);

  /**
   * @param message what the bytes say, where they say just that and it is kept
   * @param answering completes the outcome, so that what hangs on it never delays Raft
   */
  private record Waiting(
      byte[] bytes,
      Optional<Transaction> message,
      CompletableFuture<Outcome> outcome,
      Executor answering) {}

  private record UnderWay(Batch batch, List<Waiting> waiting) {}

  private final UUID source;
  private final BiFunction<byte[], Duration, CompletableFuture<byte[]>> log;
  private final Foresight foresight;
  private final Executor foreseeing;
  private final Duration timeout;
  private final Executor late;
  private final Queue<Waiting> queue = new ArrayDeque<>();
  private long queuedBytes;
  private long numbered;
  private final Map<Long, UnderWay> unanswered = new ConcurrentHashMap<>();
  private boolean sending;
  private boolean closed;

  /**
   * @param source that of its batches
   * @param log writes an entry and completes when a majority has it and it is applied, or fails
   *     after the given time
   * @param foresight says what batches do
   * @param foreseeing where it looks at large ones
   * @param timeout of a batch; a transaction that is larger has it for each {@link
   *     RaftLimits#BATCH_BYTES}
   * @param late tells those who have no answer in time
   */
  Submissions(
      UUID source,
      BiFunction<byte[], Duration, CompletableFuture<byte[]>> log,
      Foresight foresight,
      Executor foreseeing,
      Duration timeout,
      Executor late) {
    this.source = source;
    this.log = log;
    this.foresight = foresight;
    this.foreseeing = foreseeing;
    this.timeout = timeout;
    this.late = late;
  }

  /**
   * @param answering completes the future; nothing that is done there may take long
   */
  CompletableFuture<Outcome> submit(Transaction transaction, Executor answering) {
    int size = transaction.getSerializedSize();
    int most =
        transaction.getBackup().isEmpty()
            ? RaftLimits.TRANSACTION_BYTES
            : RaftLimits.RESTORATION_BYTES;
    if (size > most) {
      return CompletableFuture.completedFuture(tooLarge(size, most));
    }
    var bytes = transaction.toByteArray();
    Waiting waiting;
    synchronized (this) {
      if (closed) {
        return unavailable("the store is closed");
      }
      if (queue.size() >= RaftLimits.QUEUED_TRANSACTIONS) {
        return busy(RaftLimits.QUEUED_TRANSACTIONS + " transactions");
      }
      if (!queue.isEmpty() && queuedBytes + size > RaftLimits.QUEUED_BYTES) {
        return busy("transactions of " + RaftLimits.QUEUED_BYTES + " bytes");
      }
      queuedBytes += size;
      var message = Optional.of(transaction).filter(t -> meansItsBytes(t) && isKept());
      waiting = new Waiting(bytes, message, new CompletableFuture<>(), answering);
      queue.add(waiting);
    }
    sendNext();
    return waiting.outcome;
  }

  /**
   * Text with half a surrogate pair is another one in bytes, and observations of hosts may hold
   * such; what OVSDB clients send has none, or it would not have been read.
   */
  private static boolean meansItsBytes(Transaction transaction) {
    return transaction.hasOvsdb();
  }

  /** A message is several times as large as its bytes; of a long queue's they are read again. */
  private boolean isKept() {
    return queuedBytes <= RaftLimits.BATCH_BYTES;
  }

  private static CompletableFuture<Outcome> busy(String waiting) {
    return CompletableFuture.failedFuture(
        UnavailableException.untouched("the store is busy: " + waiting + " wait already"));
  }

  private static CompletableFuture<Outcome> unavailable(String message) {
    return CompletableFuture.failedFuture(new UnavailableException(message, null));
  }

  private static Outcome tooLarge(int size, int most) {
    var message = size + " bytes are more than the limit of " + most;
    return new Outcome.Refused(Outcome.Reason.LIMIT, List.of(new Violation(-1, "", "", message)));
  }

  private void sendNext() {
    UnderWay next;
    synchronized (this) {
      if (sending || queue.isEmpty() || closed) {
        return;
      }
      next = take();
      unanswered.put(next.batch.number(), next);
      sending = true;
    }
    foreseen(next).thenCompose(this::append).whenComplete((nothing, error) -> sent(next, error));
  }

  /** What is small takes no longer than to hand it on. */
  private CompletableFuture<Batch> foreseen(UnderWay next) {
    var messages = next.waiting.stream().map(Waiting::message).toList();
    if (next.batch.bytes() <= RaftLimits.FORESEEN_AT_ONCE_BYTES) {
      return CompletableFuture.completedFuture(foresight.on(next.batch, messages));
    }
    try {
      return CompletableFuture.supplyAsync(() -> foresight.on(next.batch, messages), foreseeing);
    } catch (RejectedExecutionException closed) {
      return CompletableFuture.completedFuture(next.batch);
    }
  }

  private CompletableFuture<byte[]> append(Batch batch) {
    try {
      var entries = batch.entries();
      var within = within(batch);
      var appended = log.apply(entries.get(0), within);
      for (var entry : entries.subList(1, entries.size())) {
        appended = appended.thenCompose(before -> log.apply(entry, within));
      }
      return appended;
    } catch (RuntimeException e) {
      // Thrown rather than told; the next batch must still get its turn.
      return CompletableFuture.failedFuture(e);
    }
  }

  private Duration within(Batch batch) {
    return timeout.multipliedBy(1 + batch.bytes() / RaftLimits.BATCH_BYTES);
  }

  private UnderWay take() {
    var taken = new ArrayList<Waiting>();
    int bytes = 0;
    while (!queue.isEmpty()
        && taken.size() < RaftLimits.BATCH_TRANSACTIONS
        && (taken.isEmpty() || bytes + queue.peek().bytes.length <= RaftLimits.BATCH_BYTES)) {
      var waiting = queue.remove();
      bytes += waiting.bytes.length;
      taken.add(waiting);
    }
    queuedBytes -= bytes;
    var batch = new Batch(source, ++numbered, taken.stream().map(Waiting::bytes).toList());
    return new UnderWay(batch, taken);
  }

  /**
   * The log has the batch, or nobody knows. Its outcomes came through {@link #applied} already;
   * only a member that follows may get them later.
   */
  private void sent(UnderWay batch, Throwable error) {
    if (error == null) {
      if (unanswered.containsKey(batch.batch.number())) {
        long within = within(batch.batch).toMillis();
        CompletableFuture.delayedExecutor(within, TimeUnit.MILLISECONDS, late)
            .execute(() -> fail(batch, "this member is behind the others"));
      }
    } else {
      LOG.warn("A batch of {} transactions has no answer: {}", batch.waiting.size(), text(error));
      fail(batch, text(error));
    }
    synchronized (this) {
      sending = false;
    }
    sendNext();
  }

  private String text(Throwable error) {
    return error instanceof TimeoutException
        ? "no majority of the members answered within " + timeout.toSeconds() + " s"
        : String.valueOf(error.getMessage() == null ? error : error.getMessage());
  }

  private void fail(UnderWay batch, String why) {
    if (unanswered.remove(batch.batch.number()) != null) {
      var exception =
          new UnavailableException(
              "the store cannot say whether the transaction was committed: " + why, null);
      answer(batch.waiting, i -> batch.waiting.get(i).outcome.completeExceptionally(exception));
    }
  }

  /** Answers those who wait, if the batch is one of this store's. */
  void applied(Batch batch, List<Outcome> outcomes) {
    if (!batch.source().equals(source)) {
      return;
    }
    var mine = unanswered.remove(batch.number());
    if (mine != null) {
      answer(mine.waiting, i -> mine.waiting.get(i).outcome.complete(outcomes.get(i)));
    }
  }

  /**
   * One task for each of those who go on elsewhere.
   *
   * @param telling completes the outcome of the one at that place
   */
  private static void answer(List<Waiting> waiting, IntConsumer telling) {
    IntStream.range(0, waiting.size())
        .boxed()
        .collect(groupingBy(i -> waiting.get(i).answering))
        .forEach((answering, places) -> tell(answering, () -> places.forEach(telling::accept)));
  }

  private static void tell(Executor answering, Runnable task) {
    try {
      answering.execute(task);
    } catch (RejectedExecutionException closed) {
      LOG.debug("nobody is there any more for an answer", closed);
    }
  }

  /** Whether somebody waits for an answer. */
  boolean awaitsAny() {
    return !unanswered.isEmpty();
  }

  /** Fails all who wait and takes nothing more. */
  void close() {
    List<Waiting> never;
    synchronized (this) {
      closed = true;
      never = List.copyOf(queue);
      queue.clear();
    }
    var exception = new UnavailableException("the store was closed; nothing was committed", null);
    answer(never, i -> never.get(i).outcome.completeExceptionally(exception));
    List.copyOf(unanswered.values()).forEach(batch -> fail(batch, "it was closed meanwhile"));
  }
}
