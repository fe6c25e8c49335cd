package io.heddle.northbound.raft;

import io.atomix.cluster.ClusterMembershipService;
import io.atomix.cluster.MemberId;
import io.atomix.primitive.PrimitiveTypeRegistry;
import io.atomix.protocols.raft.RaftServer;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.RaftServerProtocol;
import io.atomix.protocols.raft.storage.RaftStorage;
import io.atomix.utils.concurrent.ThreadContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Raft server whose every role reads and writes a {@link DurableLog}. */
final class DurableRaftContext extends RaftContext {
  private static final Logger LOG = LoggerFactory.getLogger(DurableRaftContext.class);

  /** Made when the parent's constructor first asks for it, so there must be no initial value. */
  private DurableLog log;

  DurableRaftContext(
      String name,
      MemberId member,
      ClusterMembershipService membership,
      RaftServerProtocol protocol,
      RaftStorage storage,
      PrimitiveTypeRegistry types,
      ThreadContextFactory threads) {
    super(name, member, membership, protocol, storage, types, threads, true);
  }

  @Override
  public DurableLog getLog() {
    if (log == null) {
      log =
          new DurableLog(
              super.getLog(), getStorage().directory().toPath(), this::flushAfterSending);
    }
    return log;
  }

  /**
   * A leader of others sends what it wrote before it flushes that, so that all flush at once. The
   * library sends in a task of its own once the entry is written; so the task that flushes is added
   * behind it.
   */
  private boolean flushAfterSending() {
    boolean leads = getRole() == RaftServer.Role.LEADER;
    if (!leads || getCluster().getActiveMemberStates().isEmpty()) {
      return false;
    }
    var thread = getThreadContext();
    thread.execute(() -> thread.execute(this::flush));
    return true;
  }

  private void flush() {
    try {
      getLogWriter().flushWritten();
    } catch (RuntimeException e) {
      LOG.error("The log cannot be flushed", e);
    }
  }

  /** Nothing counts as committed before it is on this member's disk. */
  @Override
  public long setCommitIndex(long index) {
    getLogWriter().flushWritten();
    return super.setCommitIndex(index);
  }

  /** As a follower it acknowledges what it has. */
  @Override
  public void transition(RaftServer.Role role) {
    flush();
    super.transition(role);
  }

  @Override
  public DurableLogWriter getLogWriter() {
    return getLog().writer();
  }

  boolean hasFailed() {
    return getLogWriter().hasFailed();
  }
}
