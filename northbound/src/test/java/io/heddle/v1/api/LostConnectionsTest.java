package io.heddle.v1.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

class LostConnectionsTest {
  /** Each call ends at once, as in the library where its connection is just being closed. */
  private record Ending(Status status) {
    Channel channel() {
      return new Channel() {
        @Override
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> m, CallOptions options) {
          return new ClientCall<>() {
            @Override
            public void start(Listener<A> listener, Metadata headers) {
              options.getExecutor().execute(() -> listener.onClose(status, new Metadata()));
            }

            @Override
            public void request(int messages) {}

            @Override
            public void cancel(String message, Throwable cause) {}

            @Override
            public void halfClose() {}

            @Override
            public void sendMessage(Q message) {}
          };
        }

        @Override
        public String authority() {
          return "nobody";
        }
      };
    }
  }

  private static Status told(Status status) {
    var channel = ClientInterceptors.intercept(new Ending(status).channel(), new LostConnections());
    var api = NorthboundGrpc.newBlockingStub(channel);
    return assertThrows(
            StatusRuntimeException.class,
            () -> api.getStatus(GetStatusRequest.getDefaultInstance()))
        .getStatus();
  }

  @Test
  void aConnectionThatClosesMeanwhileIsUnavailable() {
    var cause = new ClosedChannelException();
    var told = told(Status.UNKNOWN.withDescription("channel closed").withCause(cause));
    assertEquals(Status.Code.UNAVAILABLE, told.getCode());
    assertEquals("channel closed", told.getDescription());
    assertEquals(cause, told.getCause());
  }

  @Test
  void whatAServerDoesNotKnowStaysSo() {
    assertEquals(Status.Code.UNKNOWN, told(Status.UNKNOWN.withDescription("a fault")).getCode());
  }
}
