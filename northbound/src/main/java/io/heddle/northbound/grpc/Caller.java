package io.heddle.northbound.grpc;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.heddle.tls.Peer;
import java.net.SocketAddress;
import java.util.Optional;

/**
 * Who makes a call.
 *
 * @param peer as whom the client proved itself; empty without TLS
 * @param from where the call comes from
 */
record Caller(Optional<Peer> peer, Optional<SocketAddress> from) {
  private static final Context.Key<Caller> KEY = Context.key("caller");

  /** Whoever made the call that is being answered. */
  static Caller current() {
    return Optional.ofNullable(KEY.get()).orElse(new Caller(Optional.empty(), Optional.empty()));
  }

  private static Caller of(ServerCall<?, ?> call) {
    var attributes = call.getAttributes();
    var session = Optional.ofNullable(attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    return new Caller(
        session.map(s -> Peer.of(s).orElse(Peer.NOBODY)),
        Optional.ofNullable(attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)));
  }

  /** Lets those who answer a call know who makes it. */
  static final class Announcement implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      var context = Context.current().withValue(KEY, of(call));
      return Contexts.interceptCall(context, call, headers, next);
    }
  }
}
