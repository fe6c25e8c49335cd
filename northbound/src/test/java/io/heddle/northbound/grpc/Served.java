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
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.northbound.History;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import io.heddle.v1.Receipt;
import io.heddle.v1.Transaction;
import io.heddle.v1.api.NorthboundGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** A server on a free port of the loopback interface, and a client connected to it. */
public final class Served implements AutoCloseable {
  public final MemoryStore store = new MemoryStore();
  public final Progress progress = new Progress();
  public final Problems problems = new Problems();
  public final AtomicBoolean ready = new AtomicBoolean(true);
  final History history;
  public final GrpcServer server;
  final List<ManagedChannel> channels = new ArrayList<>();
  final ManagedChannel channel;

  public Served() throws CannotListenException {
    this(ApiLimits.DEFAULT, History.DEFAULT_CAPACITY);
  }

  Served(ApiLimits limits, int remembered) throws CannotListenException {
    history = new History(store, remembered);
    server =
        new GrpcServer(
            store,
            progress,
            problems,
            history,
            ready::get,
            GrpcSettings.DEFAULT.withPort(0).withLimits(limits));
    channel = connect();
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
  }
}
