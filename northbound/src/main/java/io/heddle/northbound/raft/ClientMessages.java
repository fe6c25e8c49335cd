package io.heddle.northbound.raft;

import io.atomix.cluster.MemberId;
import io.atomix.cluster.messaging.ClusterCommunicationService;
import io.atomix.cluster.messaging.MessagingException.NoRemoteHandler;
import io.atomix.protocols.raft.partition.impl.RaftClientCommunicator;
import io.atomix.protocols.raft.partition.impl.RaftNamespaces;
import io.atomix.protocols.raft.protocol.CloseSessionRequest;
import io.atomix.protocols.raft.protocol.CloseSessionResponse;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.protocol.CommandResponse;
import io.atomix.protocols.raft.protocol.KeepAliveRequest;
import io.atomix.protocols.raft.protocol.KeepAliveResponse;
import io.atomix.protocols.raft.protocol.OpenSessionRequest;
import io.atomix.protocols.raft.protocol.OpenSessionResponse;
import io.atomix.protocols.raft.protocol.QueryRequest;
import io.atomix.protocols.raft.protocol.QueryResponse;
import io.atomix.utils.serializer.Serializer;
import java.net.ConnectException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

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
    return member.equals(self)
        ? own.command(request)
        : elsewhere(member, () -> super.command(member, request));
  }

  @Override
  public CompletableFuture<QueryResponse> query(MemberId member, QueryRequest request) {
    return member.equals(self)
        ? own.query(request)
        : elsewhere(member, () -> super.query(member, request));
  }

  @Override
  public CompletableFuture<OpenSessionResponse> openSession(
      MemberId member, OpenSessionRequest request) {
    return elsewhere(member, () -> super.openSession(member, request));
  }

  @Override
  public CompletableFuture<CloseSessionResponse> closeSession(
      MemberId member, CloseSessionRequest request) {
    return elsewhere(member, () -> super.closeSession(member, request));
  }

  @Override
  public CompletableFuture<KeepAliveResponse> keepAlive(MemberId member, KeepAliveRequest request) {
    return elsewhere(member, () -> super.keepAlive(member, request));
  }

  /**
   * A member that stops still answers, for a moment, that it takes no part in Raft. The library
   * gives up then; here the next is asked, as where none answers.
   */
  private <T> CompletableFuture<T> elsewhere(
      MemberId member, Supplier<CompletableFuture<T>> question) {
    return own.unlessSilent(member, question)
        .exceptionallyCompose(
            failure -> {
              var cause = failure instanceof CompletionException ? failure.getCause() : failure;
              return CompletableFuture.failedFuture(
                  cause instanceof NoRemoteHandler ? new ConnectException("it stops") : failure);
            });
  }
}
