package io.heddle.model;

import inet.ipaddr.IPAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An IP address and how much of it is its network's: "192.0.2.1/24" (RFC 4632), "2001:db8::1/64".
 *
 * @param address without a prefix length
 * @param length of the network's prefix, in bits
 */
public record Prefix(IPAddress address, int length) {
  private static final Pattern LENGTH = Pattern.compile("0|[1-9][0-9]{0,2}");

  /** Parses a text that is known to be right; an address alone has all bits for a prefix. */
  public static Prefix of(String text) {
    return parse(text).orElseThrow(() -> new IllegalArgumentException(text));
  }

  static Optional<Prefix> parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return AddressText.ip(text).map(address -> new Prefix(address, address.getBitCount()));
    }
    var bits = text.substring(slash + 1);
    return AddressText.ip(text.substring(0, slash))
        .filter(address -> LENGTH.matcher(bits).matches())
        .map(address -> new Prefix(address, Integer.parseInt(bits)))
        .filter(prefix -> prefix.length <= prefix.address.getBitCount());
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
