package io.heddle.northbound.access;

import io.heddle.tls.Peer;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;

/**
 * What somebody shows.
 *
 * @param peer as whom TLS knows them; empty without TLS
 * @param token as it was sent; empty without one
 * @param from the other end of the connection
 */
public record Credentials(
    Optional<Peer> peer, Optional<String> token, Optional<SocketAddress> from) {
  /** Whether they come from this machine. */
  boolean local() {
    return from.filter(
            a -> a instanceof InetSocketAddress ip && ip.getAddress().isLoopbackAddress())
        .isPresent();
  }

  /** "192.0.2.1:4711"; empty where there is no connection. */
  String address() {
    return from.filter(InetSocketAddress.class::isInstance)
        .map(InetSocketAddress.class::cast)
        .map(
            a ->
                (a.getAddress().getHostAddress().contains(":")
                        ? "[" + a.getAddress().getHostAddress() + "]"
                        : a.getAddress().getHostAddress())
                    + ":"
                    + a.getPort())
        .orElse("");
  }
}
