package io.heddle.northbound.raft;

import io.atomix.cluster.ClusterMembershipService;
import io.atomix.cluster.MemberId;
import io.atomix.primitive.PrimitiveTypeRegistry;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.RaftServerProtocol;
import io.atomix.protocols.raft.storage.RaftStorage;
import io.atomix.utils.concurrent.ThreadContextFactory;

/** A Raft server whose every role reads and writes a {@link DurableLog}. */
final class DurableRaftContext extends RaftContext {
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
      log = new DurableLog(super.getLog(), getStorage().directory().toPath());
    }
    return log;
  }

  @Override
  public DurableLogWriter getLogWriter() {
    return getLog().writer();
  }

  boolean hasFailed() {
    return getLogWriter().hasFailed();
  }
}
