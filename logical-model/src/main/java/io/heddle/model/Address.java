package io.heddle.model;

import inet.ipaddr.IPAddress;
import inet.ipaddr.ipv4.IPv4Address;
import inet.ipaddr.ipv6.IPv6Address;
import inet.ipaddr.mac.MACAddress;
import io.heddle.model.PortAddresses.Known;
import java.nio.ByteBuffer;
import java.util.stream.Stream;

/** A MAC (48 bits), IPv4 (32) or IPv6 address (128) as a number: its lower 64 bits and the rest. */
public record Address(int bits, long high, long low) {
  private static final int MAC = 48;
  private static final int IPV4 = 32;
  private static final int IPV6 = 128;

  static Address mac(long number) {
    return new Address(MAC, 0, number);
  }

  static Address ipv4(long number) {
    return new Address(IPV4, 0, number);
  }

  public static Address of(IPAddress ip) {
    if (ip.isIPv4()) {
      return ipv4(ip.toIPv4().longValue());
    }
    var bytes = ByteBuffer.wrap(ip.getBytes());
    return new Address(IPV6, bytes.getLong(), bytes.getLong());
  }

  static Stream<Address> of(Known known) {
    return Stream.concat(Stream.of(mac(known.mac())), known.ips().stream());
  }

  /** The IPv6 address that a MAC makes of a prefix of 64 bits (RFC 4291 appendix A). */
  static Address eui64(long prefix, Address mac) {
    long universal = mac.low ^ 0x0200_0000_0000L;
    return new Address(
        IPV6, prefix, universal >>> 24 << 40 | 0xfffe00_0000L | universal & 0xff_ffff);
  }

  boolean isMac() {
    return bits == MAC;
  }

  public boolean isIpv4() {
    return bits == IPV4;
  }

  boolean isIpv6() {
    return bits == IPV6;
  }

  @Override
  public String toString() {
    return switch (bits) {
      case MAC -> new MACAddress(low).toColonDelimitedString();
      case IPV4 -> new IPv4Address((int) low).toCanonicalString();
      default -> new IPv6Address(high, low).toCanonicalString();
    };
  }
}
