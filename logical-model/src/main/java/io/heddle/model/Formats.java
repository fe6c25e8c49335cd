package io.heddle.model;

import inet.ipaddr.HostName;
import io.heddle.v1.Format;
import java.util.Optional;

/** The formats that text fields may demand. */
final class Formats {
  private Formats() {}

  /** What is wrong with the text, or nothing; empty text is always right. */
  static Optional<String> fault(Format format, String text) {
    if (text.isEmpty()) {
      return format == Format.PORT_ADDRESSES
          ? Optional.of("an address may not be empty")
          : Optional.empty();
    }
    return switch (format) {
      case TEXT, MATCH, UNRECOGNIZED -> Optional.empty();
      case PORT_ADDRESSES -> PortAddresses.fault(text);
      case IP_ADDRESS -> isIpAddress(text) ? Optional.empty() : wrong(text, "an IP address");
      case MAC_ADDRESS -> PortAddresses.macFault(text);
      case IP_INTERFACE ->
          Prefix.parse(text).filter(p -> text.indexOf('/') > 0).isPresent()
              ? Optional.empty()
              : wrong(text, "an IP address with a prefix length");
      case IP_PREFIX ->
          Prefix.parse(text).isPresent() ? Optional.empty() : wrong(text, "an IP network");
      case NEXT_HOP ->
          text.equals("discard") || isIpAddress(text)
              ? Optional.empty()
              : wrong(text, "an IP address or \"discard\"");
      case OVSDB_TARGET -> isTarget(text) ? Optional.empty() : wrong(text, "tcp:ADDRESS:PORT");
    };
  }

  static boolean isIpAddress(String text) {
    return AddressText.address(text).isPresent();
  }

  private static boolean isTarget(String text) {
    if (!text.startsWith("tcp:") || AddressText.padded(text)) {
      return false;
    }
    var host = new HostName(text.substring(4));
    return host.isAddress()
        && host.getPort() != null
        && host.getPort() > 0
        && host.getPort() < 65536;
  }

  private static Optional<String> wrong(String text, String expected) {
    return Optional.of("\"" + text + "\" is not " + expected);
  }
}
