package io.heddle.northbound.raft;

import io.atomix.cluster.MemberId;
import io.atomix.cluster.messaging.ClusterCommunicationService;
import io.atomix.protocols.raft.partition.impl.RaftClientCommunicator;
import io.atomix.protocols.raft.partition.impl.RaftNamespaces;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.protocol.CommandResponse;
import io.atomix.protocols.raft.protocol.QueryRequest;
import io.atomix.protocols.raft.protocol.QueryResponse;
import io.atomix.utils.serializer.Serializer;
import java.util.concurrent.CompletableFuture;

/**
 * What the client asks of the members. Where this member leads, it is asked directly: encoding what
 * never leaves the process, and two more threads each way, cost more than all of Raft's own work.
 */
final class ClientMessages extends RaftClientCommunicator {
  private final MemberId self;
  private final ServerMessages own;

  ClientMessages(MemberId self, ServerMessages own, ClusterCommunicationService communication) {
    super(RaftNode.NAME, Serializer.using(RaftNamespaces.RAFT_PROTOCOL), communication);
    this.self = self;
    this.own = own;
  }

  @Override
  public CompletableFuture<CommandResponse> command(MemberId member, CommandRequest request) {
    return member.equals(self) ? own.command(request) : super.command(member, request);
  }

  @Override
  public CompletableFuture<QueryResponse> query(MemberId member, QueryRequest request) {
    return member.equals(self) ? own.query(request) : super.query(member, request);
  }
}
