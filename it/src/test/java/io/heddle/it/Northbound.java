package io.heddle.it;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.heddle.model.Edit;
import io.heddle.northbound.rowfile.RowFile;
import io.heddle.tls.TlsFiles;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import io.heddle.v1.Receipt;
import io.heddle.v1.api.ClusterGrpc;
import io.heddle.v1.api.GetMembersRequest;
import io.heddle.v1.api.GetMembersResponse;
import io.heddle.v1.api.GetRequest;
import io.heddle.v1.api.GetStatusRequest;
import io.heddle.v1.api.ListProblemsRequest;
import io.heddle.v1.api.ListRequest;
import io.heddle.v1.api.LostConnections;
import io.heddle.v1.api.NorthboundGrpc;
import io.heddle.v1.api.ProblemMessage;
import io.heddle.v1.api.RowChange;
import io.heddle.v1.api.RowMessage;
import io.heddle.v1.api.Stage;
import io.heddle.v1.api.SystemStatus;
import io.heddle.v1.api.WaitForRequest;
import io.heddle.v1.api.WatchEvent;
import io.heddle.v1.api.WatchRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;

/** A client of the API as tests need it. */
public final class Northbound implements AutoCloseable {
  private final ManagedChannel channel;

  public Northbound(int port) {
    channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .intercept(new LostConnections())
            .build();
  }

  /**
   * The same with TLS.
   *
   * @param serverName that its certificate has
   */
  Northbound(int port, TlsFiles files, String serverName) {
    this("127.0.0.1", port, files, serverName);
  }

  Northbound(String host, int port, TlsFiles files, String serverName) {
    try {
      var context =
          GrpcSslContexts.forClient()
              .keyManager(files.certificate().file().toFile(), files.key().file().toFile())
              .trustManager(files.authorities().file().toFile())
              .build();
      channel =
          NettyChannelBuilder.forAddress(host, port)
              .intercept(new LostConnections())
              .sslContext(context)
              .overrideAuthority(serverName)
              .build();
    } catch (SSLException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private NorthboundGrpc.NorthboundBlockingStub stub() {
    return stub(60);
  }

  private NorthboundGrpc.NorthboundBlockingStub stub(long seconds) {
    return NorthboundGrpc.newBlockingStub(channel)
        .withWaitForReady()
        .withDeadlineAfter(seconds, TimeUnit.SECONDS);
  }

  public Receipt commit(Operation... operations) {
    return stub().commit(Edit.transaction(operations));
  }

  /** Commits rows written in YAML. */
  public Receipt commit(String yaml) {
    try {
      return stub().commit(RowFile.parse("rows", yaml).transaction());
    } catch (RowFile.MalformedException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** Commits and waits until every connected chassis runs it. */
  public void install(Operation... operations) {
    awaitInstalled(commit(operations));
  }

  /** Waits until every chassis that counts runs what was committed. */
  void awaitInstalled(Receipt receipt) {
    awaitInstalled(receipt.getRevision());
  }

  /** Waits until every chassis that counts runs the newest revision. */
  void awaitInstalled() {
    awaitInstalled(status().getRevision());
  }

  private void awaitInstalled(long revision) {
    stub(120)
        .waitFor(
            WaitForRequest.newBuilder().setRevision(revision).setStage(Stage.INSTALLED).build());
  }

  /** Waits until the newest revision's flows are known. */
  public void awaitCompiled() {
    var status = stub().getStatus(GetStatusRequest.getDefaultInstance());
    stub()
        .waitFor(
            WaitForRequest.newBuilder()
                .setRevision(status.getRevision())
                .setStage(Stage.COMPILED)
                .build());
  }

  public boolean up(String port) {
    try {
      var row =
          stub()
              .get(GetRequest.newBuilder().setKind("LogicalSwitchPort").setName(port).build())
              .getRow();
      return row.unpack(LogicalSwitchPort.class).getUp();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  public void awaitUp(String... ports) {
    for (var port : ports) {
      await("port " + port + " to come up", Duration.ofSeconds(30), () -> up(port));
    }
  }

  /** All rows of a kind, which must be few enough for one page. */
  public <T extends Message> List<T> rows(Class<T> type) {
    var request = ListRequest.newBuilder().setKind(type.getSimpleName()).build();
    return stub().list(request).getRowsList().stream().map(row -> unpack(row, type)).toList();
  }

  private static <T extends Message> T unpack(RowMessage row, Class<T> type) {
    try {
      return row.getRow().unpack(type);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * What rows of a kind became after a revision, up to the newest one: each as it was written, one
   * after the other.
   */
  public <T extends Message> List<T> since(long revision, Class<T> type) {
    long newest = status().getRevision();
    var became = new ArrayList<T>();
    var request =
        WatchRequest.newBuilder().setFromRevision(revision).addKinds(type.getSimpleName());
    try (var watching = Context.current().withCancellation()) {
      watching.run(
          () -> {
            WatchEvent event;
            var events = stub().watch(request.build());
            do {
              event = events.next();
              event.getChangesList().stream()
                  .filter(RowChange::hasAfter)
                  .forEach(change -> became.add(unpack(change.getAfter(), type)));
            } while (!event.getComplete() || event.getRevision() < newest);
          });
    }
    return became;
  }

  /** How many chassis are connected and confirmed something. */
  public long connected() {
    return stub().getStatus(GetStatusRequest.getDefaultInstance()).getChassisList().stream()
        .filter(c -> c.getConnected() && c.getInstalled() > 0)
        .count();
  }

  public List<ProblemMessage> problems() {
    return stub().listProblems(ListProblemsRequest.getDefaultInstance()).getProblemsList();
  }

  /** The members as the one that is asked sees them, whether or not there is a majority. */
  public GetMembersResponse members() {
    return ClusterGrpc.newBlockingStub(channel)
        .withWaitForReady()
        .withDeadlineAfter(60, TimeUnit.SECONDS)
        .getMembers(GetMembersRequest.getDefaultInstance());
  }

  /** All that is told of how far things are. */
  public SystemStatus status() {
    return stub().getStatus(GetStatusRequest.getDefaultInstance());
  }

  /** Waits for a condition, however long it takes up to the deadline. */
  public static void await(String what, Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited " + limit.toSeconds() + " s in vain for " + what);
      }
      try {
        TimeUnit.MILLISECONDS.sleep(50);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
