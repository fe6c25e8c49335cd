package io.heddle.northbound;

import java.net.InetSocketAddress;

/**
 * The address of an API cannot be bound: its port is taken, or the host does not have the address.
 */
public final class CannotListenException extends Exception {
  private final transient InetSocketAddress address;

  /**
   * @param what that would be served, such as "gRPC"
   */
  public CannotListenException(String what, InetSocketAddress address, Throwable cause) {
    super(
        "cannot serve "
            + what
            + " at "
            + address.getHostString()
            + ":"
            + address.getPort()
            + ": "
            + reason(cause),
        cause);
    this.address = address;
  }

  public InetSocketAddress address() {
    return address;
  }

  private static String reason(Throwable cause) {
    var root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
