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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * What the client asks of the members: whoever leads, as far as this one knows, where the library's
 * client still thinks of who led before, or of any, who would hand it on. Where this member leads,
 * it is asked directly: encoding what never leaves the process, and two more threads each way, cost
 * more than all of Raft's own work.
 */
final class ClientMessages extends RaftClientCommunicator {
  private final MemberId self;
  private final ServerMessages own;
  private final Supplier<Optional<MemberId>> leader;

  /**
   * @param leader who leads, as far as this member knows
   */
  ClientMessages(
      MemberId self,
      ServerMessages own,
      ClusterCommunicationService communication,
      Supplier<Optional<MemberId>> leader) {
    super(RaftNode.NAME, Serializer.using(RaftNamespaces.RAFT_PROTOCOL), communication);
    this.self = self;
    this.own = own;
    this.leader = leader;
  }

  @Override
  public CompletableFuture<CommandResponse> command(MemberId member, CommandRequest request) {
    var asked = leaderOr(member);
    return asked.equals(self)
        ? own.command(request)
        : elsewhere(asked, () -> super.command(asked, request));
  }

  @Override
  public CompletableFuture<QueryResponse> query(MemberId member, QueryRequest request) {
    var asked = leaderOr(member);
    return asked.equals(self)
        ? own.query(request)
        : elsewhere(asked, () -> super.query(asked, request));
  }

  @Override
  public CompletableFuture<OpenSessionResponse> openSession(
      MemberId member, OpenSessionRequest request) {
    var asked = leaderOr(member);
    return elsewhere(asked, () -> super.openSession(asked, request));
  }

  @Override
  public CompletableFuture<CloseSessionResponse> closeSession(
      MemberId member, CloseSessionRequest request) {
    var asked = leaderOr(member);
    return elsewhere(asked, () -> super.closeSession(asked, request));
  }

  @Override
  public CompletableFuture<KeepAliveResponse> keepAlive(MemberId member, KeepAliveRequest request) {
    var asked = leaderOr(member);
    return elsewhere(asked, () -> super.keepAlive(asked, request));
  }

  /** Another may still reach a leader that does not answer this member. */
  private MemberId leaderOr(MemberId member) {
    return leader.get().filter(known -> !own.isSilent(known)).orElse(member);
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
