package io.heddle.it.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.heddle.v1.Division;
import io.heddle.v1.Receipt;
import io.heddle.v1.Transaction;
import io.heddle.v1.api.ClusterGrpc;
import io.heddle.v1.api.GetMembersRequest;
import io.heddle.v1.api.GetStatusRequest;
import io.heddle.v1.api.ListRequest;
import io.heddle.v1.api.LostConnections;
import io.heddle.v1.api.MemberStatus;
import io.heddle.v1.api.NorthboundGrpc;
import io.heddle.v1.api.Stage;
import io.heddle.v1.api.WaitForRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * A client that knows all members and asks the next where one does not answer, until one does. It
 * pauses only after all of them.
 */
final class MembersClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final List<ManagedChannel> channels;
  private int current;

  MembersClient(List<Integer> ports) {
    channels =
        ports.stream()
            .<ManagedChannel>map(
                port ->
                    ManagedChannelBuilder.forAddress("127.0.0.1", port)
                        .usePlaintext()
                        .intercept(new LostConnections())
                        .build())
            .toList();
  }

  private <T> T ask(Function<ManagedChannel, T> question) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    for (int asked = 1; ; asked++) {
      try {
        return question.apply(channels.get(current));
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Code.UNAVAILABLE || System.nanoTime() > end) {
          throw e;
        }
        current = (current + 1) % channels.size();
        if (asked % channels.size() == 0) {
          LockSupport.parkNanos(PAUSE.toNanos());
        }
      }
    }
  }

  private static NorthboundGrpc.NorthboundBlockingStub api(ManagedChannel channel) {
    return NorthboundGrpc.newBlockingStub(channel)
        .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Commits once, however often it has to be sent. */
  Receipt commit(Transaction transaction) {
    var once = transaction.toBuilder().setRequestId(UUID.randomUUID().toString()).build();
    return ask(channel -> api(channel).commit(once));
  }

  /** Waits until every connected chassis has confirmed the revision. */
  void awaitInstalled(long revision) {
    var request =
        WaitForRequest.newBuilder().setRevision(revision).setStage(Stage.INSTALLED).build();
    ask(channel -> api(channel).waitFor(request));
  }

  /** Waits until the newest revision is compiled where this asks. */
  void awaitCompiled() {
    ask(
        channel -> {
          var status = api(channel).getStatus(GetStatusRequest.getDefaultInstance());
          return api(channel)
              .waitFor(
                  WaitForRequest.newBuilder()
                      .setRevision(status.getRevision())
                      .setStage(Stage.COMPILED)
                      .build());
        });
  }

  /** How many chassis are connected with the member that owns them; none where one is away. */
  long connected() {
    try {
      return channels.stream()
          .map(channel -> api(channel).getStatus(GetStatusRequest.getDefaultInstance()))
          .flatMap(status -> status.getChassisList().stream())
          .filter(chassis -> chassis.getConnected())
          .count();
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Code.UNAVAILABLE) {
        throw e;
      }
      return 0;
    }
  }

  List<MemberStatus> members() {
    return ask(channel ->
            ClusterGrpc.newBlockingStub(channel)
                .withDeadlineAfter(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .getMembers(GetMembersRequest.getDefaultInstance()))
        .getMembersList();
  }

  /** Each member's share in the chassis, by name. */
  Map<String, Integer> shares() {
    var request = ListRequest.newBuilder().setKind("Division").build();
    var rows = ask(channel -> api(channel).list(request)).getRowsList();
    try {
      return rows.isEmpty() ? Map.of() : rows.get(0).getRow().unpack(Division.class).getSharesMap();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
