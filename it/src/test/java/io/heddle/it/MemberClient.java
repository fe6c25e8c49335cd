package io.heddle.it;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.heddle.model.Edit;
import io.heddle.model.Snapshot;
import io.heddle.model.SnapshotFile;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.Transaction;
import io.heddle.v1.api.BackupPiece;
import io.heddle.v1.api.BackupRequest;
import io.heddle.v1.api.ClusterGrpc;
import io.heddle.v1.api.GetMembersRequest;
import io.heddle.v1.api.GetMembersResponse;
import io.heddle.v1.api.GetRequest;
import io.heddle.v1.api.LostConnections;
import io.heddle.v1.api.NorthboundGrpc;
import io.heddle.v1.api.RemoveMemberRequest;
import io.heddle.v1.api.RestoreResponse;
import io.heddle.v1.api.WatchEvent;
import io.heddle.v1.api.WatchRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A client of one member that knows of switches only. */
final class MemberClient implements AutoCloseable {
  private static final int SECONDS = 60;

  private final ManagedChannel channel;

  MemberClient(int port) {
    channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .intercept(new LostConnections())
            .build();
  }

  private NorthboundGrpc.NorthboundBlockingStub api() {
    return NorthboundGrpc.newBlockingStub(channel).withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
  }

  private ClusterGrpc.ClusterBlockingStub cluster() {
    return ClusterGrpc.newBlockingStub(channel).withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
  }

  static Transaction aSwitch(String name) {
    return Edit.transaction(Edit.put(LogicalSwitch.newBuilder().setName(name).build())).toBuilder()
        .setRequestId(UUID.randomUUID().toString())
        .build();
  }

  /** Tries once. */
  long tryCommit(Transaction transaction) {
    return api().commit(transaction).getRevision();
  }

  /** Tries until it is known to be committed. */
  long commit(String name) {
    var transaction = aSwitch(name);
    long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
    while (true) {
      try {
        return tryCommit(transaction);
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Code.UNAVAILABLE || System.nanoTime() > end) {
          throw e;
        }
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      }
    }
  }

  /** The switch of that name, which must be there. */
  LogicalSwitch get(String name, boolean staleOk) {
    var request = GetRequest.newBuilder().setKind("LogicalSwitch").setName(name);
    try {
      return api().get(request.setStaleOk(staleOk).build()).getRow().unpack(LogicalSwitch.class);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  Iterator<WatchEvent> watch(long from) {
    return api()
        .watch(WatchRequest.newBuilder().setFromRevision(from).addKinds("LogicalSwitch").build());
  }

  GetMembersResponse members() {
    return cluster().getMembers(GetMembersRequest.getDefaultInstance());
  }

  void remove(String member) {
    cluster().removeMember(RemoveMemberRequest.newBuilder().setName(member).build());
  }

  byte[] backup() {
    var file = new ByteArrayOutputStream();
    cluster()
        .backup(BackupRequest.getDefaultInstance())
        .forEachRemaining(piece -> file.writeBytes(piece.getData().toByteArray()));
    return file.toByteArray();
  }

  Snapshot snapshot() {
    try {
      return SnapshotFile.read(new ByteArrayInputStream(backup()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends the backup in pieces of some bytes. */
  CompletableFuture<Long> restore(byte[] backup) {
    var restored = new CompletableFuture<Long>();
    var pieces =
        ClusterGrpc.newStub(channel)
            .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
            .restore(
                new StreamObserver<RestoreResponse>() {
                  @Override
                  public void onNext(RestoreResponse response) {
                    restored.complete(response.getRevision());
                  }

                  @Override
                  public void onError(Throwable why) {
                    restored.completeExceptionally(why);
                  }

                  @Override
                  public void onCompleted() {}
                });
    int piece = 100;
    for (int from = 0; from < backup.length; from += piece) {
      int length = Math.min(piece, backup.length - from);
      pieces.onNext(
          BackupPiece.newBuilder().setData(ByteString.copyFrom(backup, from, length)).build());
    }
    pieces.onCompleted();
    return restored;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
