package io.heddle.northbound.grpc;

import static io.heddle.northbound.grpc.Served.aPort;
import static io.heddle.northbound.grpc.Served.aSwitch;
import static io.heddle.northbound.grpc.Served.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.heddle.v1.Receipt;
import io.heddle.v1.Transaction;
import io.heddle.v1.api.GetStatusRequest;
import io.heddle.v1.api.NorthboundGrpc;
import io.heddle.v1.api.WatchRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Clients that ask for too much, or say nothing, cost the others nothing. */
class HostileClientTest {
  private static void serves(Served served) {
    served.api().getStatus(GetStatusRequest.getDefaultInstance());
  }

  private static int readUntilClosed(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    int read = 0;
    try {
      while (in.read() >= 0) {
        read++;
      }
    } catch (SocketException reset) {
      // A reset is as good an end as any.
    }
    return read;
  }

  private static Socket connect(Served served) throws IOException {
    var socket = new Socket("127.0.0.1", served.server.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** Starts a Commit whose request never comes. */
  private static CompletableFuture<Status> halfACommit(Served served) {
    var ended = new CompletableFuture<Status>();
    // As a stream, for headers of a single request would wait here for the request.
    var method =
        NorthboundGrpc.getCommitMethod().toBuilder().setType(MethodType.BIDI_STREAMING).build();
    ClientCall<Transaction, Receipt> call = served.channel.newCall(method, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            ended.complete(status);
          }
        },
        new Metadata());
    call.request(1);
    return ended;
  }

  @Test
  void aMessageOverTheLimitIsRefusedAndTheConnectionLives() throws Exception {
    try (var served = new Served(Limited.by("messageBytes", 10_000), 10)) {
      var addresses = new String[500];
      Arrays.fill(addresses, "0a:00:00:00:00:01 10.0.0.1");
      var refused =
          assertThrows(
              StatusRuntimeException.class,
              () -> served.commit(aSwitch("s1"), aPort("p1", "s1", addresses)));
      assertEquals(Code.RESOURCE_EXHAUSTED, refused.getStatus().getCode(), refused.toString());
      serves(served);
    }
  }

  @Test
  void connectionsAreBoundedAndLeaveTheirPlace() throws Exception {
    try (var served = new Served(Limited.by("connections", 3), 10)) {
      serves(served);
      var open = new ArrayList<Socket>();
      for (int i = 0; i < 2; i++) {
        open.add(connect(served));
        // Its greeting says that the connection was accepted.
        assertTrue(open.get(i).getInputStream().read() >= 0);
      }
      try (var tooMany = connect(served)) {
        assertEquals(0, readUntilClosed(tooMany));
      }
      serves(served);
      open.get(0).close();
      eventually("a place is free", () -> accepted(served));
      open.get(1).close();
    }
  }

  private static boolean accepted(Served served) {
    try (var socket = connect(served)) {
      return socket.getInputStream().read() >= 0;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aConnectionThatNeverSpeaksIsClosed() throws Exception {
    try (var served = new Served(Limited.by("handshakeTime", Duration.ofMillis(200)), 10);
        var silent = connect(served)) {
      readUntilClosed(silent);
      serves(served);
    }
  }

  @Test
  void nonsenseIsClosed() throws Exception {
    try (var served = new Served();
        var rude = connect(served)) {
      rude.getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      readUntilClosed(rude);
      serves(served);
    }
  }

  @Test
  void halfRequestsAreBoundedAndTimeOut() throws Exception {
    var limits = Limited.by(Limited.by("requests", 2), "requestTime", Duration.ofMillis(1_500));
    try (var served = new Served(limits, 10)) {
      var calls = List.of(halfACommit(served), halfACommit(served), halfACommit(served));
      var codes = new ArrayList<Code>();
      for (var call : calls) {
        codes.add(call.get(20, TimeUnit.SECONDS).getCode());
      }
      codes.sort(null);
      assertEquals(
          List.of(Code.DEADLINE_EXCEEDED, Code.DEADLINE_EXCEEDED, Code.RESOURCE_EXHAUSTED), codes);
      serves(served);
    }
  }

  @Test
  void callsAreBoundedAndLeaveTheirPlace() throws Exception {
    try (var served = new Served(Limited.by("calls", 2), 10)) {
      for (int round = 0; round < 3; round++) {
        var context = io.grpc.Context.current().withCancellation();
        context.run(
            () -> {
              for (int i = 0; i < 2; i++) {
                served.api().watch(WatchRequest.getDefaultInstance()).next();
              }
            });
        var refused = assertThrows(StatusRuntimeException.class, () -> serves(served));
        assertEquals(Code.RESOURCE_EXHAUSTED, refused.getStatus().getCode());
        context.cancel(null);
        eventually("both places are free", () -> served.server.watching() == 0);
        eventually("calls are answered", () -> answers(served));
      }
    }
  }

  private static boolean answers(Served served) {
    try {
      serves(served);
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }
}
