package io.heddle.northbound.client;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
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
import io.grpc.stub.MetadataUtils;
import io.heddle.tls.Tls;
import io.heddle.v1.Receipt;
import io.heddle.v1.RowRef;
import io.heddle.v1.Transaction;
import io.heddle.v1.api.AuditGrpc;
import io.heddle.v1.api.BackupRequest;
import io.heddle.v1.api.ClusterGrpc;
import io.heddle.v1.api.Filter;
import io.heddle.v1.api.GetMembersRequest;
import io.heddle.v1.api.GetMembersResponse;
import io.heddle.v1.api.GetRequest;
import io.heddle.v1.api.GetStatusRequest;
import io.heddle.v1.api.ListCommitsRequest;
import io.heddle.v1.api.ListCommitsResponse;
import io.heddle.v1.api.ListProblemsRequest;
import io.heddle.v1.api.ListRequest;
import io.heddle.v1.api.LostConnections;
import io.heddle.v1.api.NorthboundGrpc;
import io.heddle.v1.api.NorthboundGrpc.NorthboundBlockingStub;
import io.heddle.v1.api.ProblemMessage;
import io.heddle.v1.api.RemoveMemberRequest;
import io.heddle.v1.api.RowMessage;
import io.heddle.v1.api.Stage;
import io.heddle.v1.api.SystemStatus;
import io.heddle.v1.api.WaitForRequest;
import io.heddle.v1.api.WatchEvent;
import io.heddle.v1.api.WatchRequest;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The API as Java calls. All of them block, and throw {@link StatusRuntimeException}. */
public final class HeddleClient implements AutoCloseable {
  /** Where a server is unless somebody says otherwise. */
  public static final String DEFAULT_SERVER = "127.0.0.1:50051";

  /** How often a commit is sent before its failure is told. */
  public static final int COMMIT_ATTEMPTS = 4;

  /** How many servers are tried, one after the other, before the end of a watch is told. */
  private static final int WATCH_ATTEMPTS = 20;

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Duration CALL_TIME = Duration.ofSeconds(30);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(250);
  private static final int MESSAGE_BYTES = 64 << 20;
  private static final int METADATA_BYTES = 64 << 10;

  private final List<ManagedChannel> channels;

  /** The server that answered last. */
  private volatile int current;

  /**
   * Speaks plain TCP.
   *
   * @param servers "HOST:PORT" or any other gRPC target; several, with commas between them, where
   *     there are several members. Where one does not answer the next is asked
   * @throws IllegalArgumentException where that is none
   */
  public HeddleClient(String servers) {
    this(servers, Optional.empty());
  }

  /**
   * Speaks plain TCP.
   *
   * @param token to show to them
   */
  public HeddleClient(String servers, Optional<String> token) {
    this.channels = channels(servers, token, NettyChannelBuilder::usePlaintext);
  }

  public HeddleClient(String servers, Tls tls, Optional<String> serverName) {
    this(servers, tls, serverName, Optional.empty());
  }

  /**
   * @param serverName the name that the server's certificate must have, where it is not the host's
   * @param token to show to them
   */
  public HeddleClient(
      String servers, Tls tls, Optional<String> serverName, Optional<String> token) {
    var context = context(tls);
    this.channels =
        channels(
            servers,
            token,
            builder -> {
              serverName.ifPresent(builder::overrideAuthority);
              return builder.sslContext(context);
            });
  }

  private static List<ManagedChannel> channels(
      String servers, Optional<String> token, UnaryOperator<NettyChannelBuilder> security) {
    var headers = new Metadata();
    token.ifPresent(t -> headers.put(AUTHORIZATION, "Bearer " + t));
    var showing = MetadataUtils.newAttachHeadersInterceptor(headers);
    return Arrays.stream(servers.split(",", -1))
        .map(
            server ->
                NettyChannelBuilder.forTarget(server.strip())
                    .maxInboundMessageSize(MESSAGE_BYTES)
                    .maxInboundMetadataSize(METADATA_BYTES)
                    .intercept(showing, new LostConnections()))
        .map(builder -> security.apply(builder).build())
        .toList();
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

  /** Asks one server after the other until one answers, the one that answered last before all. */
  private <T> T ask(Duration within, Function<NorthboundBlockingStub, T> call) {
    return ask(channel -> call.apply(api(channel, within)));
  }

  private <T> T ask(Function<ManagedChannel, T> call) {
    for (int asked = 1; ; asked++) {
      try {
        return call.apply(channels.get(current));
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Code.UNAVAILABLE) {
          throw e;
        }
        next();
        if (asked == channels.size()) {
          throw e;
        }
      }
    }
  }

  private void next() {
    current = (current + 1) % channels.size();
  }

  private static NorthboundBlockingStub api(ManagedChannel channel, Duration within) {
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
        return ask(CALL_TIME, api -> api.commit(once));
      } catch (StatusRuntimeException e) {
        if (attempt == COMMIT_ATTEMPTS || e.getStatus().getCode() != Code.UNAVAILABLE) {
          throw e;
        }
        LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos() * attempt);
      }
    }
  }

  public RowMessage get(RowRef row) {
    return ask(CALL_TIME, api -> api.get(request(row).build()));
  }

  /** The row as this member last heard of it. */
  public RowMessage getStale(RowRef row) {
    return ask(CALL_TIME, api -> api.get(request(row).setStaleOk(true).build()));
  }

  private static GetRequest.Builder request(RowRef row) {
    return GetRequest.newBuilder()
        .setKind(row.getKind())
        .setUuid(row.getUuid())
        .setName(row.getName());
  }

  /** All rows of the kind that match, at one revision and sorted by name. */
  public List<RowMessage> list(String kind, List<Filter> filters) {
    var rows = new ArrayList<RowMessage>();
    var request = ListRequest.newBuilder().setKind(kind).addAllFilters(filters);
    do {
      var page = ask(CALL_TIME, api -> api.list(request.build()));
      rows.addAll(page.getRowsList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return rows;
  }

  /**
   * Events until the caller's {@link io.grpc.Context} ends them, or no server answers any longer.
   * Where one is lost the next goes on; what was told of a revision in part is then told again.
   */
  public Iterator<WatchEvent> watch(long fromRevision, List<String> kinds) {
    return new Watch(fromRevision, kinds);
  }

  private final class Watch implements Iterator<WatchEvent> {
    private final WatchRequest.Builder request;
    private Iterator<WatchEvent> events;
    private int lost;

    Watch(long fromRevision, List<String> kinds) {
      request = WatchRequest.newBuilder().setFromRevision(fromRevision).addAllKinds(kinds);
      events = begin();
    }

    private Iterator<WatchEvent> begin() {
      return NorthboundGrpc.newBlockingStub(channels.get(current)).watch(request.build());
    }

    @Override
    public boolean hasNext() {
      while (true) {
        try {
          return events.hasNext();
        } catch (StatusRuntimeException e) {
          boolean alone = channels.size() == 1;
          if (e.getStatus().getCode() != Code.UNAVAILABLE || alone || lost == WATCH_ATTEMPTS) {
            throw e;
          }
          LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos() * lost++);
          HeddleClient.this.next();
          events = begin();
        }
      }
    }

    @Override
    public WatchEvent next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      var event = events.next();
      lost = 0;
      if (event.getComplete()) {
        request.setFromRevision(event.getRevision());
      }
      return event;
    }
  }

  public void waitFor(long revision, Stage stage, Duration within) {
    var request = WaitForRequest.newBuilder().setRevision(revision).setStage(stage).build();
    ask(within, api -> api.waitFor(request));
  }

  public List<ProblemMessage> problems() {
    var problems = new ArrayList<ProblemMessage>();
    var request = ListProblemsRequest.newBuilder();
    do {
      var page = ask(CALL_TIME, api -> api.listProblems(request.build()));
      problems.addAll(page.getProblemsList());
      request.setPageToken(page.getNextPageToken());
    } while (!request.getPageToken().isEmpty());
    return problems;
  }

  public SystemStatus status() {
    return ask(CALL_TIME, api -> api.getStatus(GetStatusRequest.getDefaultInstance()));
  }

  /** Who changed the network. */
  public ListCommitsResponse commits(ListCommitsRequest request) {
    return ask(
        channel ->
            AuditGrpc.newBlockingStub(channel)
                .withDeadlineAfter(CALL_TIME.toMillis(), TimeUnit.MILLISECONDS)
                .listCommits(request));
  }

  /** The members of the cluster as the one that answers sees them. */
  public GetMembersResponse members() {
    return ask(channel -> cluster(channel).getMembers(GetMembersRequest.getDefaultInstance()));
  }

  /** Removes a member that is gone for good. */
  public void removeMember(String name) {
    var request = RemoveMemberRequest.newBuilder().setName(name).build();
    ask(channel -> cluster(channel).removeMember(request));
  }

  /** All rows as one file. */
  public byte[] backup() {
    return ask(
        channel -> {
          var file = new ByteArrayOutputStream();
          cluster(channel)
              .backup(BackupRequest.getDefaultInstance())
              .forEachRemaining(piece -> file.writeBytes(piece.getData().toByteArray()));
          return file.toByteArray();
        });
  }

  private static ClusterGrpc.ClusterBlockingStub cluster(ManagedChannel channel) {
    return ClusterGrpc.newBlockingStub(channel)
        .withDeadlineAfter(CALL_TIME.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }
}
