package io.heddle.model;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import inet.ipaddr.MACAddressString;
import inet.ipaddr.MACAddressStringParameters;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Single addresses as texts: nothing before, behind or in them that the addresses themselves do not
 * need, no patterns, ranges or older ways to write them.
 */
public final class AddressText {
  private static final IPAddressStringParameters IP =
      new IPAddressStringParameters.Builder()
          .allowEmpty(false)
          .allowAll(false)
          .allowSingleSegment(false)
          .allowPrefix(false)
          .allowMask(false)
          .allowWildcardedSeparator(false)
          .getIPv4AddressParametersBuilder()
          .allow_inet_aton(false)
          .allowLeadingZeros(false)
          .getParentBuilder()
          .getIPv6AddressParametersBuilder()
          .allowZone(false)
          .allowBase85(false)
          .getParentBuilder()
          .toParams();

  private static final MACAddressStringParameters MAC =
      new MACAddressStringParameters.Builder()
          .allowEmpty(false)
          .allowAll(false)
          .allowDashed(false)
          .allowDotted(false)
          .allowSpaceDelimited(false)
          .toParams();

  private static final int MAC_BYTES = 6;

  /** Two digits for each byte and a colon between them, as nearly all MAC addresses are written. */
  private static final int USUAL_MAC_LENGTH = 3 * MAC_BYTES - 1;

  private AddressText() {}

  /** An IPv4 or IPv6 address (RFC 4291 section 2.2), without a prefix length or zone. */
  public static Optional<IPAddress> ip(String text) {
    return padded(text)
        ? Optional.empty()
        : Optional.ofNullable(new IPAddressString(text, IP).getAddress())
            .filter(ip -> !ip.isMultiple() && !ip.isPrefixed());
  }

  /** The same as a number. */
  static Optional<Address> address(String text) {
    long usual = usualIpv4(text);
    return usual < 0 ? ip(text).map(Address::of) : Optional.of(Address.ipv4(usual));
  }

  /** As nearly all IPv4 addresses are written, which is read many times faster; -1 for others. */
  private static long usualIpv4(String text) {
    long bits = 0;
    int parts = 0;
    int part = -1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9' && part != 0 && part <= 25) {
        part = 10 * Math.max(0, part) + c - '0';
      } else if (c == '.' && part >= 0 && part <= 255 && parts < 3) {
        bits = bits << 8 | part;
        parts++;
        part = -1;
      } else {
        return -1;
      }
    }
    return parts == 3 && part >= 0 && part <= 255 ? bits << 8 | part : -1;
  }

  /** A MAC address of 48 bits, its bytes parted by colons. */
  static Optional<Address> mac(String text) {
    long usual = usualMac(text);
    return usual < 0 ? unusualMac(text) : Optional.of(Address.mac(usual));
  }

  /** One that is written as usual, which is read many times faster; -1 for others. */
  private static long usualMac(String text) {
    if (text.length() != USUAL_MAC_LENGTH) {
      return -1;
    }
    long bits = 0;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (at % 3 == 2 ? c != ':' : !HexFormat.isHexDigit(c)) {
        // One byte may have a digit less, and another one more.
        return -1;
      }
      bits = c == ':' ? bits : bits << 4 | HexFormat.fromHexDigit(c);
    }
    return bits;
  }

  private static Optional<Address> unusualMac(String text) {
    // The library also takes twelve digits without a separator.
    return text.indexOf(':') < 0 || padded(text)
        ? Optional.empty()
        : Optional.ofNullable(new MACAddressString(text, MAC).getAddress())
            .filter(mac -> !mac.isMultiple() && mac.getSegmentCount() == MAC_BYTES)
            .map(mac -> Address.mac(mac.longValue()));
  }

  /** The library passes over white space and control characters. */
  static boolean padded(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || Character.isWhitespace(c)) {
        return true;
      }
    }
    return false;
  }
}
