package io.heddle.it.bench;

import io.heddle.model.Edit;
import io.heddle.v1.LogicalSwitch;
import java.util.concurrent.CompletableFuture;

/** Commits one row after the other, each as soon as the one before is acknowledged. */
final class CommitLoad {
  private final MembersClient client;
  private final CompletableFuture<Void> ended;
  private boolean ending;
  private long begun;
  private long acknowledged;

  CommitLoad(MembersClient client) {
    this.client = client;
    this.ended = CompletableFuture.runAsync(this::run);
  }

  private void run() {
    for (int number = 0; ; number++) {
      long start = System.nanoTime();
      commit(number);
      synchronized (this) {
        begun = start;
        acknowledged = System.nanoTime();
        notifyAll();
        if (ending) {
          return;
        }
      }
    }
  }

  private void commit(int number) {
    var row = LogicalSwitch.newBuilder().setName("load").putExternalIds("number", "" + number);
    client.commit(Edit.transaction(Edit.put(row.build())));
  }

  /** Waits until something is acknowledged that is begun from now on. */
  void awaitNext() {
    firstBegunAfter(System.nanoTime());
  }

  /**
   * When the first commit was acknowledged that was begun after that moment, both as {@link
   * System#nanoTime}.
   */
  synchronized long firstBegunAfter(long moment) {
    while (acknowledged == 0 || begun - moment < 0) {
      if (ended.isCompletedExceptionally()) {
        ended.join();
      }
      try {
        wait(1_000);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return acknowledged;
  }

  void end() {
    synchronized (this) {
      ending = true;
    }
    ended.join();
  }
}
