package io.heddle.model;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import java.util.Optional;

/**
 * An IP address and how much of it is its network's: "192.0.2.1/24" (RFC 4632), "2001:db8::1/64".
 *
 * @param address without a prefix length
 * @param length of the network's prefix, in bits
 */
public record Prefix(IPAddress address, int length) {
  private static final IPAddressStringParameters WITH_PREFIX =
      PortAddresses.STRICT.toBuilder().allowPrefix(true).allowPrefixOnly(false).toParams();

  /** Parses a text that is known to be right; an address alone has all bits for a prefix. */
  public static Prefix of(String text) {
    return parse(text).orElseThrow(() -> new IllegalArgumentException(text));
  }

  static Optional<Prefix> parse(String text) {
    int slash = text.indexOf('/');
    var address =
        new IPAddressString(slash < 0 ? text : text.substring(0, slash), PortAddresses.STRICT)
            .getAddress();
    if (address == null || new IPAddressString(text, WITH_PREFIX).getAddress() == null) {
      return Optional.empty();
    }
    int length = slash < 0 ? address.getBitCount() : Integer.parseInt(text.substring(slash + 1));
    return Optional.of(new Prefix(address, length));
  }

  /** Whether both are of the same version of IP and the address lies in the network. */
  public boolean contains(IPAddress other) {
    return other.getIPVersion().equals(address.getIPVersion())
        && other.toPrefixBlock(length).equals(address.toPrefixBlock(length));
  }

  /** The network's first address. */
  public IPAddress network() {
    return address.toZeroHost(length).withoutPrefixLength();
  }
}
