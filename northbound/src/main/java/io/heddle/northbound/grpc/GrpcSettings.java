package io.heddle.northbound.grpc;

import io.heddle.northbound.access.Access;
import io.heddle.tls.Tls;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where and how the API is served.
 *
 * @param host the address to bind, "127.0.0.1" unless the operator wants more
 * @param port the TCP port, or 0 for any free one
 * @param tls how clients speak with it; empty for plain TCP
 * @param access who may do what
 */
public record GrpcSettings(
    String host, int port, Optional<Tls> tls, Access access, ApiLimits limits) {
  public static final int DEFAULT_PORT = 50051;

  public static final GrpcSettings DEFAULT =
      new GrpcSettings(
          "127.0.0.1", DEFAULT_PORT, Optional.empty(), Access.unsaid(), ApiLimits.DEFAULT);

  public GrpcSettings withHost(String otherHost) {
    return new GrpcSettings(otherHost, port, tls, access, limits);
  }

  public GrpcSettings withPort(int otherPort) {
    return new GrpcSettings(host, otherPort, tls, access, limits);
  }

  public GrpcSettings withLimits(ApiLimits otherLimits) {
    return new GrpcSettings(host, port, tls, access, otherLimits);
  }

  public GrpcSettings withTls(Optional<Tls> otherTls) {
    return new GrpcSettings(host, port, otherTls, access, limits);
  }

  public GrpcSettings withAccess(Access otherAccess) {
    return new GrpcSettings(host, port, tls, otherAccess, limits);
  }

  InetSocketAddress address() {
    return new InetSocketAddress(host, port);
  }
}
