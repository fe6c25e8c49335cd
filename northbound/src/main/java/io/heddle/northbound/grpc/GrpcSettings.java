package io.heddle.northbound.grpc;

import java.net.InetSocketAddress;

/**
 * Where and how the API is served.
 *
 * @param host the address to bind, "127.0.0.1" unless the operator wants more
 * @param port the TCP port, or 0 for any free one
 */
public record GrpcSettings(String host, int port, ApiLimits limits) {
  public static final int DEFAULT_PORT = 50051;

  public static final GrpcSettings DEFAULT =
      new GrpcSettings("127.0.0.1", DEFAULT_PORT, ApiLimits.DEFAULT);

  public GrpcSettings withPort(int otherPort) {
    return new GrpcSettings(host, otherPort, limits);
  }

  public GrpcSettings withLimits(ApiLimits otherLimits) {
    return new GrpcSettings(host, port, otherLimits);
  }

  InetSocketAddress address() {
    return new InetSocketAddress(host, port);
  }
}
