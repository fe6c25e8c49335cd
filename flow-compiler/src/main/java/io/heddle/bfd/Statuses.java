package io.heddle.bfd;

import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.model.Store;
import io.heddle.v1.Bfd;
import io.heddle.v1.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down what sessions say, where the rows say something else, one commit at a time; what
 * could not be written is written again.
 */
final class Statuses {
  private static final Logger LOG = LoggerFactory.getLogger(Statuses.class);

  /** Between looking at what may be told later. */
  static final Duration AGAIN = Duration.ofMillis(100);

  private static final int EDITS_PER_COMMIT = 256;

  /**
   * What is to be said of a session.
   *
   * @param due whether it is time to
   */
  record Verdict(State state, boolean due) {}

  private final Store store;

  // Guarded by this.
  private final Set<UUID> doubtful = new HashSet<>();
  private final Map<UUID, State> idle = new HashMap<>();
  private boolean writing;

  Statuses(Store store) {
    this.store = store;
  }

  /** The row is to be looked at; it has no session, and this is to be said of it. */
  synchronized void idle(UUID uuid, State state) {
    idle.put(uuid, state);
    doubtful.add(uuid);
  }

  /** The row is to be looked at; what it has to say its session knows. */
  synchronized void doubt(UUID uuid) {
    idle.remove(uuid);
    doubtful.add(uuid);
  }

  /** The row is gone, or another member's. */
  synchronized void leave(UUID uuid) {
    idle.remove(uuid);
    doubtful.remove(uuid);
  }

  /** Whether there may be something to write. */
  synchronized boolean doubtful() {
    return !doubtful.isEmpty();
  }

  /**
   * Writes what is due.
   *
   * @param sessions what to say of a session whose row says that; empty where it is none of these
   * @param replaced is told of each row what it said until now
   */
  void write(
      BiFunction<UUID, String, Optional<Verdict>> sessions, BiConsumer<UUID, String> replaced) {
    var edits = new ArrayList<Operation>();
    var snapshot = store.snapshot();
    for (var uuid : take()) {
      var status = snapshot.get(Bfd.class, uuid).map(Bfd::getStatus);
      var verdict = status.flatMap(told -> idle(uuid).or(() -> sessions.apply(uuid, told)));
      if (verdict.filter(v -> !v.state().status().equals(status.get())).isEmpty()) {
        settled(uuid);
      } else if (verdict.get().due() && edits.size() < EDITS_PER_COMMIT) {
        var row = Bfd.newBuilder().setStatus(verdict.get().state().status()).build();
        edits.add(Edit.update(uuid, row, "status"));
        replaced.accept(uuid, status.get());
      }
    }
    if (!edits.isEmpty()) {
      commit(edits);
    }
  }

  /** None, while others are being written. */
  private synchronized List<UUID> take() {
    return writing ? List.of() : List.copyOf(doubtful);
  }

  private synchronized Optional<Verdict> idle(UUID uuid) {
    return Optional.ofNullable(idle.get(uuid)).map(state -> new Verdict(state, true));
  }

  private synchronized void settled(UUID uuid) {
    doubtful.remove(uuid);
  }

  private void commit(List<Operation> edits) {
    synchronized (this) {
      writing = true;
    }
    store.commit(Edit.observation(edits)).whenComplete((outcome, fault) -> written(outcome));
  }

  /** What was written is found to be so when it is looked at again. */
  private synchronized void written(Outcome outcome) {
    writing = false;
    if (outcome instanceof Outcome.Refused refused) {
      // Rows that went meanwhile; a look at those that are there follows.
      LOG.warn("statuses were not written: {}", refused);
    }
  }
}
