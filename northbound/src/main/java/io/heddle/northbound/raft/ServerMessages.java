package io.heddle.northbound.raft;

import io.atomix.cluster.messaging.ClusterCommunicationService;
import io.atomix.protocols.raft.RaftError;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.partition.impl.RaftNamespaces;
import io.atomix.protocols.raft.partition.impl.RaftServerCommunicator;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.protocol.CommandResponse;
import io.atomix.protocols.raft.protocol.JoinRequest;
import io.atomix.protocols.raft.protocol.JoinResponse;
import io.atomix.protocols.raft.protocol.QueryRequest;
import io.atomix.protocols.raft.protocol.QueryResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.utils.serializer.Serializer;
import java.net.ConnectException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What the members ask of this one. But for one thing: the library would take back at once a member
 * that was removed, with its vote and whatever its log holds. Who is unknown joins without a vote.
 */
final class ServerMessages extends RaftServerCommunicator {
  private volatile Predicate<String> known = member -> false;
  private volatile Optional<Function<CommandRequest, CompletableFuture<CommandResponse>>> commands =
      Optional.empty();
  private volatile Optional<Function<QueryRequest, CompletableFuture<QueryResponse>>> queries =
      Optional.empty();

  ServerMessages(ClusterCommunicationService communication) {
    super(RaftNode.NAME, Serializer.using(RaftNamespaces.RAFT_PROTOCOL), communication);
  }

  void known(Predicate<String> members) {
    known = members;
  }

  /** Asks this member, from within. */
  CompletableFuture<CommandResponse> command(CommandRequest request) {
    return commands.map(handler -> handler.apply(request)).orElseGet(ServerMessages::closed);
  }

  /** Asks this member, from within. */
  CompletableFuture<QueryResponse> query(QueryRequest request) {
    return queries.map(handler -> handler.apply(request)).orElseGet(ServerMessages::closed);
  }

  private static <T> CompletableFuture<T> closed() {
    return CompletableFuture.failedFuture(new ConnectException("this member takes no part"));
  }

  @Override
  public void registerCommandHandler(
      Function<CommandRequest, CompletableFuture<CommandResponse>> handler) {
    commands = Optional.of(handler);
    super.registerCommandHandler(handler);
  }

  @Override
  public void unregisterCommandHandler() {
    commands = Optional.empty();
    super.unregisterCommandHandler();
  }

  @Override
  public void registerQueryHandler(
      Function<QueryRequest, CompletableFuture<QueryResponse>> handler) {
    queries = Optional.of(handler);
    super.registerQueryHandler(handler);
  }

  @Override
  public void unregisterQueryHandler() {
    queries = Optional.empty();
    super.unregisterQueryHandler();
  }

  @Override
  public void registerJoinHandler(Function<JoinRequest, CompletableFuture<JoinResponse>> handler) {
    super.registerJoinHandler(
        request -> admits(request.member()) ? handler.apply(request) : refused());
  }

  private boolean admits(RaftMember member) {
    return known.test(member.memberId().id()) || member.getType() == RaftMember.Type.PASSIVE;
  }

  private static CompletableFuture<JoinResponse> refused() {
    return CompletableFuture.completedFuture(
        JoinResponse.builder()
            .withStatus(RaftResponse.Status.ERROR)
            .withError(RaftError.Type.CONFIGURATION_ERROR)
            .build());
  }
}
