package io.heddle.northbound.client;

import io.grpc.ManagedChannel;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.grpc.netty.shaded.io.netty.handler.ssl.JdkSslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.heddle.tls.Tls;
import io.heddle.v1.Receipt;
import io.heddle.v1.RowRef;
import io.heddle.v1.Transaction;
import io.heddle.v1.api.Filter;
import io.heddle.v1.api.GetRequest;
import io.heddle.v1.api.GetStatusRequest;
import io.heddle.v1.api.ListProblemsRequest;
import io.heddle.v1.api.ListRequest;
import io.heddle.v1.api.NorthboundGrpc;
import io.heddle.v1.api.ProblemMessage;
import io.heddle.v1.api.RowMessage;
import io.heddle.v1.api.Stage;
import io.heddle.v1.api.SystemStatus;
import io.heddle.v1.api.WaitForRequest;
import io.heddle.v1.api.WatchEvent;
import io.heddle.v1.api.WatchRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The API as Java calls. All of them block, and throw {@link StatusRuntimeException}. */
public final class HeddleClient implements AutoCloseable {
  /** Where a server is unless somebody says otherwise. */
  public static final String DEFAULT_SERVER = "127.0.0.1:50051";

  /** How often a commit is sent before its failure is told. */
  public static final int COMMIT_ATTEMPTS = 4;

  private static final Duration CALL_TIME = Duration.ofSeconds(30);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(250);
  private static final int MESSAGE_BYTES = 64 << 20;
  private static final int METADATA_BYTES = 64 << 10;

  private final ManagedChannel channel;

  /**
   * Speaks plain TCP.
   *
   * @param server "HOST:PORT" or any other gRPC target
   * @throws IllegalArgumentException where that is none
   */
  public HeddleClient(String server) {
    this.channel = channel(server).usePlaintext().build();
  }

  /**
   * @param serverName the name that the server's certificate must have, where it is not the host's
   */
  public HeddleClient(String server, Tls tls, Optional<String> serverName) {
    var builder = channel(server).sslContext(context(tls));
    serverName.ifPresent(builder::overrideAuthority);
    this.channel = builder.build();
  }

  private static NettyChannelBuilder channel(String server) {
    return NettyChannelBuilder.forTarget(server)
        .maxInboundMessageSize(MESSAGE_BYTES)
        .maxInboundMetadataSize(METADATA_BYTES);
  }

  private static SslContext context(Tls tls) {
    var http2 =
        new ApplicationProtocolConfig(
            Protocol.ALPN,
            SelectorFailureBehavior.NO_ADVERTISE,
            SelectedListenerFailureBehavior.ACCEPT,
            "h2");
    return new JdkSslContext(
        tls.context(),
        true,
        null,
        IdentityCipherSuiteFilter.INSTANCE,
        http2,
        ClientAuth.NONE,
        Tls.protocols(),
        false);
  }

  private NorthboundGrpc.NorthboundBlockingStub api(Duration within) {
    return NorthboundGrpc.newBlockingStub(channel)
        .withDeadlineAfter(within.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Commits, once however often it has to be sent: a transaction without request id is given one.
   */
  public Receipt commit(Transaction transaction) {
    var once =
        transaction.getRequestId().isEmpty()
            ? transaction.toBuilder().setRequestId(UUID.randomUUID().toString()).build()
            : transaction;
    for (int attempt = 1; ; attempt++) {
      try {
        return api(CALL_TIME).commit(once);
      } catch (StatusRuntimeException e) {
        if (attempt == COMMIT_ATTEMPTS || e.getStatus().getCode() != Code.UNAVAILABLE) {
          throw e;
        }
        LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos() * attempt);
      }
    }
  }

  public RowMessage get(RowRef row) {
    return api(CALL_TIME)
        .get(
            GetRequest.newBuilder()
                .setKind(row.getKind())
                .setUuid(row.getUuid())
                .setName(row.getName())
                .build());
  }

  /** All rows of the kind that match, at one revision and sorted by name. */
  public List<RowMessage> list(String kind, List<Filter> filters) {
    var rows = new ArrayList<RowMessage>();
    var request = ListRequest.newBuilder().setKind(kind).addAllFilters(filters);
    do {
      var page = api(CALL_TIME).list(request.build());
      rows.addAll(page.getRowsList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return rows;
  }

  /** Events until the server or the caller's {@link io.grpc.Context} ends them. */
  public Iterator<WatchEvent> watch(long fromRevision, List<String> kinds) {
    return NorthboundGrpc.newBlockingStub(channel)
        .watch(WatchRequest.newBuilder().setFromRevision(fromRevision).addAllKinds(kinds).build());
  }

  public void waitFor(long revision, Stage stage, Duration within) {
    api(within).waitFor(WaitForRequest.newBuilder().setRevision(revision).setStage(stage).build());
  }

  public List<ProblemMessage> problems() {
    var problems = new ArrayList<ProblemMessage>();
    var request = ListProblemsRequest.newBuilder();
    do {
      var page = api(CALL_TIME).listProblems(request.build());
      problems.addAll(page.getProblemsList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return problems;
  }

  public SystemStatus status() {
    return api(CALL_TIME).getStatus(GetStatusRequest.getDefaultInstance());
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
