package io.heddle.northbound.raft;

import io.atomix.cluster.ClusterMembershipService;
import io.atomix.cluster.MemberId;
import io.atomix.primitive.PrimitiveTypeRegistry;
import io.atomix.protocols.raft.impl.RaftContext;
import io.atomix.protocols.raft.protocol.RaftServerProtocol;
import io.atomix.protocols.raft.storage.RaftStorage;
import io.atomix.protocols.raft.storage.log.RaftLogWriter;
import io.atomix.utils.concurrent.ThreadContextFactory;

/** A Raft server whose every role writes through a {@link DurableLogWriter}. */
final class DurableRaftContext extends RaftContext {
  private final DurableLogWriter writer;

  DurableRaftContext(
      String name,
      MemberId member,
      ClusterMembershipService membership,
      RaftServerProtocol protocol,
      RaftStorage storage,
      PrimitiveTypeRegistry types,
      ThreadContextFactory threads) {
    super(name, member, membership, protocol, storage, types, threads, true);
    this.writer = new DurableLogWriter(getLog(), storage.directory().toPath());
  }

  @Override
  public RaftLogWriter getLogWriter() {
    return writer;
  }

  boolean hasFailed() {
    return writer.hasFailed();
  }
}
