package io.heddle.northbound.raft;

import io.atomix.cluster.MemberId;
import io.atomix.cluster.messaging.ClusterCommunicationService;
import io.atomix.protocols.raft.partition.impl.RaftNamespaces;
import io.atomix.protocols.raft.partition.impl.RaftServerCommunicator;
import io.atomix.protocols.raft.protocol.CommandRequest;
import io.atomix.protocols.raft.protocol.CommandResponse;
import io.atomix.protocols.raft.protocol.OpenSessionRequest;
import io.atomix.protocols.raft.protocol.OpenSessionResponse;
import io.atomix.protocols.raft.protocol.QueryRequest;
import io.atomix.protocols.raft.protocol.QueryResponse;
import io.atomix.utils.serializer.Serializer;
import java.net.ConnectException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What the members ask of this one, which may ask itself from within, and what it asks the leader
 * for them.
 */
class ServerMessages extends RaftServerCommunicator {
  private volatile Optional<Function<CommandRequest, CompletableFuture<CommandResponse>>> commands =
      Optional.empty();
  private volatile Optional<Function<QueryRequest, CompletableFuture<QueryResponse>>> queries =
      Optional.empty();
  private final Predicate<String> silent;

  /**
   * @param silent which members do not answer any longer
   */
  ServerMessages(ClusterCommunicationService communication, Predicate<String> silent) {
    super(RaftNode.NAME, Serializer.using(RaftNamespaces.RAFT_PROTOCOL), communication);
    this.silent = silent;
  }

  /**
   * What somebody wants of the leader is not asked of a member that has fallen silent: the library
   * first asks the one that led last, for a session and then for what is to be done, and would wait
   * for seconds each time before it asks the next.
   */
  final <T> CompletableFuture<T> unlessSilent(
      MemberId member, Supplier<CompletableFuture<T>> question) {
    return isSilent(member)
        ? CompletableFuture.failedFuture(new ConnectException(member + " is silent"))
        : question.get();
  }

  final boolean isSilent(MemberId member) {
    return silent.test(member.id());
  }

  @Override
  public CompletableFuture<OpenSessionResponse> openSession(
      MemberId member, OpenSessionRequest request) {
    return unlessSilent(member, () -> super.openSession(member, request));
  }

  @Override
  public CompletableFuture<CommandResponse> command(MemberId member, CommandRequest request) {
    return unlessSilent(member, () -> super.command(member, request));
  }

  @Override
  public CompletableFuture<QueryResponse> query(MemberId member, QueryRequest request) {
    return unlessSilent(member, () -> super.query(member, request));
  }

  /** Another member asks this one. */
  CompletableFuture<CommandResponse> commandOfAnother(
      CommandRequest request,
      Function<CommandRequest, CompletableFuture<CommandResponse>> handler) {
    return handler.apply(request);
  }

  /** Another member asks this one. */
  CompletableFuture<QueryResponse> queryOfAnother(
      QueryRequest request, Function<QueryRequest, CompletableFuture<QueryResponse>> handler) {
    return handler.apply(request);
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
    super.registerCommandHandler(request -> commandOfAnother(request, handler));
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
    super.registerQueryHandler(request -> queryOfAnother(request, handler));
  }

  @Override
  public void unregisterQueryHandler() {
    queries = Optional.empty();
    super.unregisterQueryHandler();
  }
}
