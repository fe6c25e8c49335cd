package io.heddle.northbound.grpc;

import com.google.rpc.Code;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.StatusRuntimeException;
import io.heddle.northbound.access.Credentials;
import io.heddle.northbound.access.Door;
import io.heddle.northbound.access.Role;
import io.heddle.northbound.access.Visitor;
import io.heddle.tls.Peer;
import java.util.Map;
import java.util.Optional;

/** Who makes a call, and whether they may. */
final class Caller {
  private static final Context.Key<Visitor> KEY = Context.key("caller");
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** RFC 6750, section 2.1; the scheme's letters may be large or small. */
  private static final String SCHEME = "bearer ";

  private Caller() {}

  /** Whoever makes the call that is being answered. */
  static Visitor current() {
    return KEY.get();
  }

  private static Credentials credentials(ServerCall<?, ?> call, Metadata headers) {
    var attributes = call.getAttributes();
    var session = Optional.ofNullable(attributes.get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    return new Credentials(
        session.map(s -> Peer.of(s).orElse(Peer.NOBODY)),
        Optional.ofNullable(headers.get(AUTHORIZATION)).map(Caller::token),
        Optional.ofNullable(attributes.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)));
  }

  /** Of another scheme it is no token of ours, and refused as such. */
  private static String token(String header) {
    return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? header.substring(SCHEME.length()).strip()
        : "";
  }

  /** What they are told who may not. */
  static StatusRuntimeException refusal(Visitor visitor, String what, Role needed) {
    var why = visitor.refuse(what, needed);
    return Refusals.withInfo(
        visitor.unproved() ? Code.UNAUTHENTICATED : Code.PERMISSION_DENIED,
        why,
        "ROLE_LACKING",
        Map.of("role", needed.toString()));
  }

  /** Lets in who may, and lets those who answer know who it is. */
  static final class Admission implements ServerInterceptor {
    private final Door door;

    Admission(Door door) {
      this.door = door;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      var visitor = door.visitor(credentials(call, headers));
      var method = call.getMethodDescriptor();
      var needed = Rights.needed(method.getFullMethodName());
      if (needed.isPresent() && !visitor.may(needed.get())) {
        var refusal = refusal(visitor, method.getBareMethodName(), needed.get());
        call.close(refusal.getStatus(), refusal.getTrailers());
        return new ServerCall.Listener<>() {};
      }
      return Contexts.interceptCall(Context.current().withValue(KEY, visitor), call, headers, next);
    }
  }
}
