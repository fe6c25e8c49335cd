package io.heddle.ovsdb.wire;

import inet.ipaddr.IPAddressString;
import java.net.InetSocketAddress;

/** Socket addresses as OVSDB writes them. */
public final class Sockets {
  private Sockets() {}

  /**
   * The IP address in its canonical form, without brackets, and without the zone, which means
   * something on this machine only.
   */
  public static String address(InetSocketAddress socket) {
    var text = socket.getAddress().getHostAddress();
    int zone = text.indexOf('%');
    return new IPAddressString(zone < 0 ? text : text.substring(0, zone))
        .getAddress()
        .toCanonicalString();
  }

  /** "192.0.2.1:6640", "[2001:db8::1]:6640". */
  public static String text(InetSocketAddress socket) {
    return inBrackets(address(socket)) + ":" + socket.getPort();
  }

  /** An IPv6 address in brackets, an IPv4 address as it is. */
  public static String inBrackets(String address) {
    return address.indexOf(':') < 0 ? address : "[" + address + "]";
  }
}
