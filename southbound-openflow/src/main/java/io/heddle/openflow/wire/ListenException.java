package io.heddle.openflow.wire;

import java.io.IOException;
import java.net.InetSocketAddress;

/** The address cannot be listened on, most often because its port is taken. */
public final class ListenException extends IOException {
  public ListenException(InetSocketAddress address, Throwable cause) {
    super("cannot listen for OpenFlow on " + address + ": " + cause.getMessage(), cause);
  }
}
