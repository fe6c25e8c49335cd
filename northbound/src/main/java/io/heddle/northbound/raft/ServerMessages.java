package io.heddle.northbound.raft;

import io.atomix.cluster.messaging.ClusterCommunicationService;
import io.atomix.protocols.raft.partition.impl.RaftNamespaces;
import io.atomix.protocols.raft.partition.impl.RaftServerCommunicator;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.protocol.CommandResponse;
import io.atomix.protocols.raft.protocol.QueryRequest;
import io.atomix.protocols.raft.protocol.QueryResponse;
import io.atomix.utils.serializer.Serializer;
import java.net.ConnectException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** What the members ask of this one, which may ask itself from within. */
class ServerMessages extends RaftServerCommunicator {
  private volatile Optional<Function<CommandRequest, CompletableFuture<CommandResponse>>> commands =
      Optional.empty();
  private volatile Optional<Function<QueryRequest, CompletableFuture<QueryResponse>>> queries =
      Optional.empty();

  ServerMessages(ClusterCommunicationService communication) {
    super(RaftNode.NAME, Serializer.using(RaftNamespaces.RAFT_PROTOCOL), communication);
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
}
