package io.heddle.northbound.raft;

import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.impl.RaftContext;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * When a leader may answer a read: it has committed an entry of its own term, so that it knows what
 * is committed, and has applied all that was committed when the read came.
 *
 * @see <a href="https://github.com/ongardie/dissertation">Ongaro: Consensus, section 6.4</a>
 */
final class ReadIndex {
  private final RaftContext raft;
  private final List<CompletableFuture<Void>> asked = new ArrayList<>();
  private final TreeMap<Long, List<CompletableFuture<Void>>> waiting = new TreeMap<>();
  private volatile boolean read;
  private long committedIn;

  ReadIndex(RaftContext raft) {
    this.raft = raft;
  }

  /** Done when the read may be answered; at once where this member does not lead. */
  CompletableFuture<Void> await() {
    var current = new CompletableFuture<Void>();
    read = true;
    raft.getThreadContext()
        .execute(
            () -> {
              asked.add(current);
              look();
            });
    return current;
  }

  /** In Raft's thread: the commit index was set. */
  void committed() {
    if (raft.getRole() == RaftServer.Role.LEADER && committedIn != raft.getTerm()) {
      committedIn = raft.getTerm();
      look();
    }
  }

  /** In any thread: entries were applied. */
  void applied() {
    if (read) {
      raft.getThreadContext().execute(this::look);
    }
  }

  /** In Raft's thread; also after the role has changed. */
  void look() {
    boolean leads = raft.getRole() == RaftServer.Role.LEADER;
    if (!leads || committedIn == raft.getTerm()) {
      waiting.computeIfAbsent(raft.getCommitIndex(), i -> new ArrayList<>()).addAll(asked);
      asked.clear();
    }
    var answered = leads ? waiting.headMap(raft.getLastApplied(), true) : waiting;
    var done = answered.values().stream().flatMap(List::stream).toList();
    answered.clear();
    read = !asked.isEmpty() || !waiting.isEmpty();
    done.forEach(current -> current.complete(null));
  }
}
