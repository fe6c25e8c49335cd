package io.heddle.northbound.raft;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a {@link Checkpoint} whenever the log that a start would have to apply has become long
 * against the state itself, and one at the end. So a start takes a time that follows from the size
 * of the network, whatever its history; and what all of them write together is a small multiple of
 * the log.
 */
final class Checkpoints implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
  private static final long CLOSING_SECONDS = 10;

  private final Path folder;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          work -> {
            var made = new Thread(work, "heddle-store-checkpoints");
            made.setDaemon(true);
            return made;
          });

  /** The newest there could be. */
  private Checkpoint newest;

  /** The index of the newest that is written, or is about to be. */
  private long taken;

  private long logBytes;
  private long dueLogBytes = RaftLimits.CHECKPOINT_LOG_BYTES;
  private boolean writing;
  private boolean closed;

  /**
   * @param start the state that log entries are applied to from now on
   */
  Checkpoints(Path folder, Checkpoint start) {
    this.folder = folder;
    this.newest = start;
    this.taken = start.index();
  }

  /**
   * @param state after an entry that this member's own log holds
   * @param bytes that a start would have to carry out; what the entry says of what they do only
   *     makes that quicker
   */
  synchronized void applied(Checkpoint state, int bytes) {
    newest = state;
    logBytes += bytes;
    if (logBytes >= dueLogBytes && !writing && !closed) {
      take();
    }
  }

  private void take() {
    var state = newest;
    taken = state.index();
    logBytes = 0;
    writing = true;
    thread.execute(() -> write(state));
  }

  private void write(Checkpoint state) {
    long size = 0;
    try {
      size = state.write(folder);
    } catch (IOException | RuntimeException e) {
      LOG.warn("No checkpoint could be written; a start would apply more of the log", e);
    }
    synchronized (this) {
      dueLogBytes = Math.max(size / 2, RaftLimits.CHECKPOINT_LOG_BYTES);
      writing = false;
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      if (newest.index() > taken) {
        take();
      }
    }
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("The last checkpoint takes too long; a start will apply more of the log");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
