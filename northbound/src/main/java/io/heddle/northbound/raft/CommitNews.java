package io.heddle.northbound.raft;

import io.atomix.cluster.MemberId;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.AppendRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/**
 * Has those who follow learn soon what counts as committed. The library tells them with the next
 * entry, or with the next sign of life, and so long would their hosts wait for the last change. All
 * is in Raft's thread.
 */
final class CommitNews {
  /** Where one commit follows the other, the next entry is on its way by then and tells it. */
  private static final Duration SOON = Duration.ofMillis(10);

  private final RaftContext raft;

  /** What each was sent that tells of this commit index. */
  private final Map<MemberId, Long> told = new HashMap<>();

  private boolean later;

  CommitNews(RaftContext raft) {
    this.raft = raft;
  }

  /** Whoever takes the request knows that this much of it is committed. */
  void told(MemberId member, AppendRequest request) {
    long last = request.prevLogIndex() + request.entries().size();
    told.put(member, Math.min(last, request.commitIndex()));
  }

  /** The commit index of this member, which leads, was set. */
  void committed() {
    if (!later) {
      later = true;
      raft.getThreadContext()
          .schedule(
              SOON,
              () -> {
                later = false;
                tell();
              });
    }
  }

  /** Tells those who have what is committed, and soon those who are about to have it. */
  void tell() {
    if (!raft.isLeader()) {
      return;
    }
    long committed = raft.getCommitIndex();
    for (var member : raft.getCluster().getRemoteMemberStates()) {
      var id = member.getMember().memberId();
      if (told.getOrDefault(id, 0L) >= committed) {
        continue;
      }
      if (member.getMatchIndex() >= committed) {
        var news = news(committed);
        told(id, news);
        raft.getProtocol().append(id, news);
      } else if (member.getFailureCount() == 0) {
        committed();
      }
    }
  }

  /** Who leads commits no entry but of its own term, and what was before with that. */
  private AppendRequest news(long committed) {
    return AppendRequest.builder()
        .withTerm(raft.getTerm())
        .withLeader(raft.getCluster().getMember().memberId())
        .withPrevLogIndex(committed)
        .withPrevLogTerm(raft.getTerm())
        // Of the empty lists the library's serializer knows this one.
        .withEntries(Collections.emptyList())
        .withCommitIndex(committed)
        .build();
  }
}
