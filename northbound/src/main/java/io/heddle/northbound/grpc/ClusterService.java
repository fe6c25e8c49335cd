package io.heddle.northbound.grpc;

import com.google.protobuf.ByteString;
import com.google.rpc.Code;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.heddle.model.Cluster;
import io.heddle.model.Edition;
import io.heddle.model.Limits;
import io.heddle.model.Outcome;
import io.heddle.model.Restoration;
import io.heddle.model.Snapshot;
import io.heddle.model.SnapshotFile;
import io.heddle.model.Store;
import io.heddle.v1.Transaction;
import io.heddle.v1.api.BackupPiece;
import io.heddle.v1.api.BackupRequest;
import io.heddle.v1.api.ClusterGrpc;
import io.heddle.v1.api.GetMembersRequest;
import io.heddle.v1.api.GetMembersResponse;
import io.heddle.v1.api.MemberStatus;
import io.heddle.v1.api.RemoveMemberRequest;
import io.heddle.v1.api.RemoveMemberResponse;
import io.heddle.v1.api.RestoreResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The service {@code heddle.v1.Cluster}. */
final class ClusterService extends ClusterGrpc.ClusterImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterService.class);

  private final Store store;
  private final Cluster cluster;
  private final Refusals refusals;
  private final int pieceBytes;

  ClusterService(Store store, Cluster cluster, Refusals refusals, ApiLimits limits) {
    this.refusals = refusals;
    this.store = store;
    this.cluster = cluster;
    this.pieceBytes = limits.pageBytes();
  }

  @Override
  public void getMembers(GetMembersRequest request, StreamObserver<GetMembersResponse> client) {
    var response =
        GetMembersResponse.newBuilder()
            .setCluster(cluster.id().toString())
            .setSelf(cluster.self())
            .setTerm(cluster.term())
            .setVersion(Edition.of(store.snapshot()));
    cluster.members().forEach(member -> response.addMembers(status(member)));
    client.onNext(response.build());
    client.onCompleted();
  }

  private static MemberStatus status(Cluster.Member member) {
    var status =
        MemberStatus.newBuilder()
            .setName(member.name())
            .setAddress(member.address().orElse(""))
            .setVotes(member.votes())
            .setLive(member.live())
            .setLeads(member.leads());
    member
        .told()
        .ifPresent(
            t -> status.setRevision(t.revision()).setEntry(t.entry()).setVersion(t.version()));
    return status.build();
  }

  @Override
  public void removeMember(
      RemoveMemberRequest request, StreamObserver<RemoveMemberResponse> client) {
    var caller = Caller.current();
    // It cannot be taken back: who cancels is only not told.
    ((ServerCallStreamObserver<RemoveMemberResponse>) client).setOnCancelHandler(() -> {});
    cluster
        .remove(request.getName())
        .whenComplete(
            (nothing, failure) -> {
              if (failure == null) {
                caller
                    .identity()
                    .ifPresent(who -> LOG.info("Removed {} for {}", request.getName(), who));
                client.onNext(RemoveMemberResponse.getDefaultInstance());
                client.onCompleted();
              } else {
                var cause = failure instanceof CompletionException ? failure.getCause() : failure;
                client.onError(
                    cause instanceof IllegalArgumentException
                        ? Refusals.plain(Code.INVALID_ARGUMENT, cause.getMessage())
                        : Refusals.unavailable(cause));
              }
            });
  }

  @Override
  public void backup(BackupRequest request, StreamObserver<BackupPiece> client) {
    var call = (ServerCallStreamObserver<BackupPiece>) client;
    var sending = new Sending(call, pieceBytes);
    call.setOnCancelHandler(() -> {});
    call.setOnReadyHandler(sending);
    var snapshot =
        request.getStaleOk() ? CompletableFuture.completedFuture(store.snapshot()) : store.fresh();
    snapshot.whenComplete(
        (state, failure) -> {
          if (failure == null) {
            sending.begin(state);
          } else {
            client.onError(Refusals.unavailable(failure));
          }
        });
  }

  @Override
  public StreamObserver<BackupPiece> restore(StreamObserver<RestoreResponse> client) {
    ((ServerCallStreamObserver<RestoreResponse>) client).setOnCancelHandler(() -> {});
    return new Restoring(client);
  }

  /** Gathers the pieces, and commits what they are together. */
  private final class Restoring implements StreamObserver<BackupPiece> {
    private final StreamObserver<RestoreResponse> client;
    private final ByteArrayOutputStream file = new ByteArrayOutputStream();
    private boolean refused;

    Restoring(StreamObserver<RestoreResponse> client) {
      this.client = client;
    }

    @Override
    public void onNext(BackupPiece piece) {
      if (refused) {
        return;
      }
      if (file.size() + (long) piece.getData().size() > Limits.BACKUP_BYTES) {
        refused = true;
        client.onError(Refusals.exhausted("backup bytes", Limits.BACKUP_BYTES));
        return;
      }
      file.writeBytes(piece.getData().toByteArray());
    }

    @Override
    public void onError(Throwable gone) {
      refused = true;
    }

    @Override
    public void onCompleted() {
      if (!refused) {
        var restoration = Restoration.of(file.toByteArray()).toBuilder();
        store
            .commit(restoration.setOrigin(Caller.current().origin()).build())
            .whenComplete(this::answer);
      }
    }

    private void answer(Outcome outcome, Throwable failure) {
      if (outcome instanceof Outcome.Committed committed) {
        long revision = committed.receipt().getRevision();
        client.onNext(RestoreResponse.newBuilder().setRevision(revision).build());
        client.onCompleted();
      } else if (outcome instanceof Outcome.Refused no) {
        client.onError(refusals.of(no, Transaction.getDefaultInstance()));
      } else {
        client.onError(Refusals.unavailable(failure));
      }
    }
  }

  /** Sends as much as the client takes, whenever it takes more. */
  private static final class Sending implements Runnable {
    private final ServerCallStreamObserver<BackupPiece> client;
    private final int pieceBytes;
    private long revision;
    private ByteString rest = ByteString.EMPTY;

    Sending(ServerCallStreamObserver<BackupPiece> client, int pieceBytes) {
      this.client = client;
      this.pieceBytes = pieceBytes;
    }

    synchronized void begin(Snapshot snapshot) {
      revision = snapshot.revision();
      rest = file(snapshot);
      run();
    }

    @Override
    public synchronized void run() {
      while (client.isReady() && !rest.isEmpty()) {
        int length = Math.min(pieceBytes, rest.size());
        client.onNext(
            BackupPiece.newBuilder()
                .setRevision(revision)
                .setData(rest.substring(0, length))
                .build());
        rest = rest.substring(length);
        if (rest.isEmpty()) {
          client.onCompleted();
        }
      }
    }
  }

  private static ByteString file(Snapshot snapshot) {
    var bytes = new ByteArrayOutputStream();
    try {
      SnapshotFile.write(snapshot, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ByteString.copyFrom(bytes.toByteArray());
  }
}
