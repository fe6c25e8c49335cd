package io.heddle.northbound.grpc;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.heddle.model.Edit;
import io.heddle.model.MatchLanguage;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.model.Store;
import io.heddle.northbound.CannotListenException;
import io.heddle.northbound.History;
import io.heddle.northbound.access.Access;
import io.heddle.northbound.raft.RaftStore;
import io.heddle.northbound.raft.StoreSettings;
import io.heddle.tls.Tls;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import io.heddle.v1.Receipt;
import io.heddle.v1.Transaction;
import io.heddle.v1.api.NorthboundGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * A server on a free port of the loopback interface with a store on disk, and a client connected to
 * it.
 */
public final class Served implements AutoCloseable {
  public final Store store;
  public final Progress progress = new Progress();
  public final Problems problems = new Problems();
  final MatchLanguage language = new MatchLanguage();
  public final AtomicBoolean ready = new AtomicBoolean(true);
  final History history;
  public final GrpcServer server;
  final List<ManagedChannel> channels = new ArrayList<>();
  final ManagedChannel channel;
  private final Optional<Path> folder;

  public Served() throws CannotListenException {
    this(ApiLimits.DEFAULT, History.DEFAULT_CAPACITY);
  }

  Served(ApiLimits limits, int remembered) throws CannotListenException {
    this(Optional.of(temporary()), GrpcSettings.DEFAULT.withLimits(limits), remembered);
  }

  /** The clients that it has speak no TLS. */
  public Served(Optional<Tls> tls, Access access) throws CannotListenException {
    this(
        Optional.of(temporary()),
        GrpcSettings.DEFAULT.withTls(tls).withAccess(access),
        History.DEFAULT_CAPACITY);
  }

  private Served(Optional<Path> folder, GrpcSettings settings, int remembered)
      throws CannotListenException {
    this(folder, RaftStore.open(StoreSettings.alone(folder.orElseThrow())), settings, remembered);
  }

  /** With a store that is somebody else's to close. */
  Served(Store store) throws CannotListenException {
    this(Optional.empty(), store, GrpcSettings.DEFAULT, History.DEFAULT_CAPACITY);
  }

  private Served(Optional<Path> folder, Store store, GrpcSettings settings, int remembered)
      throws CannotListenException {
    this.folder = folder;
    this.store = store;
    progress.divided(1, Set.of(), Set.of(), Set.of());
    history = new History(store, remembered);
    server =
        new GrpcServer(
            store,
            store instanceof RaftStore raft ? Optional.of(raft.cluster()) : Optional.empty(),
            progress,
            problems,
            language,
            history,
            () -> ready.get() ? List.of() : List.of("a part is missing"),
            settings.withPort(0));
    channel = connect();
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("heddle-grpc-test");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One more connection. */
  ManagedChannel connect() {
    var connection =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port())
            .usePlaintext()
            .maxInboundMessageSize(64 << 20)
            .build();
    channels.add(connection);
    return connection;
  }

  NorthboundGrpc.NorthboundBlockingStub api() {
    return NorthboundGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
  }

  NorthboundGrpc.NorthboundStub async() {
    return NorthboundGrpc.newStub(channel);
  }

  public Receipt commit(Operation... operations) {
    return api().commit(Edit.transaction(operations));
  }

  public Receipt commit(Transaction transaction) {
    return api().commit(transaction);
  }

  public static Operation aSwitch(String name) {
    return Edit.put(LogicalSwitch.newBuilder().setName(name).build());
  }

  public static Operation aPort(String name, String onSwitch, String... addresses) {
    return Edit.put(
        LogicalSwitchPort.newBuilder()
            .setName(name)
            .setLogicalSwitch(onSwitch)
            .addAllAddresses(List.of(addresses))
            .build());
  }

  /** Field and description of each violation. */
  static Map<String, String> violations(StatusRuntimeException refused) {
    return detail(refused, BadRequest.class).getFieldViolationsList().stream()
        .collect(
            Collectors.toMap(
                BadRequest.FieldViolation::getField, BadRequest.FieldViolation::getDescription));
  }

  static ErrorInfo info(StatusRuntimeException refused) {
    return detail(refused, ErrorInfo.class);
  }

  private static <T extends Message> T detail(StatusRuntimeException refused, Class<T> type) {
    var status = StatusProto.fromThrowable(refused);
    for (var any : status.getDetailsList()) {
      if (any.is(type)) {
        try {
          return any.unpack(type);
        } catch (InvalidProtocolBufferException e) {
          throw new AssertionError(e);
        }
      }
    }
    throw new AssertionError("no " + type.getSimpleName() + " in " + status);
  }

  public static void eventually(String what, BooleanSupplier holds) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!holds.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, what);
      Thread.sleep(5);
    }
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    server.close();
    history.close();
    folder.ifPresent(
        f -> {
          store.close();
          delete(f);
        });
  }

  private static void delete(Path folder) {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
