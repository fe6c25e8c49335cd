package io.heddle.northbound.raft;

import io.atomix.cluster.messaging.ClusterCommunicationService;
import io.atomix.protocols.raft.RaftError;
import io.atomix.protocols.raft.cluster.RaftMember;
import io.atomix.protocols.raft.partition.impl.RaftNamespaces;
import io.atomix.protocols.raft.partition.impl.RaftServerCommunicator;
import io.atomix.protocols.raft.protocol.JoinRequest;
import io.atomix.protocols.raft.protocol.JoinResponse;
import io.atomix.protocols.raft.protocol.RaftResponse;
import io.atomix.utils.serializer.Serializer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Raft's messages between members, but for one: the library would take back at once a member that
 * was removed, with its vote and whatever its log holds. Who is unknown joins without a vote.
 */
final class JoinGate extends RaftServerCommunicator {
  private volatile Predicate<String> known = member -> false;

  JoinGate(ClusterCommunicationService communication) {
    super(RaftNode.NAME, Serializer.using(RaftNamespaces.RAFT_PROTOCOL), communication);
  }

  void known(Predicate<String> members) {
    known = members;
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
