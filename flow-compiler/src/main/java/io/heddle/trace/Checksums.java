package io.heddle.trace;

import java.util.zip.CRC32C;

/** Internet checksums (RFC 1071) of IPv4, ICMP, TCP, UDP and ICMPv6; CRC32c of SCTP (RFC 9260). */
final class Checksums {
  private Checksums() {}

  /** Writes the checksums of a frame with these headers anew. A UDP checksum of 0 means none. */
  static void correct(byte[] frame, Headers headers) {
    if (!headers.l3Whole()) {
      return;
    }
    if (headers.etherType() == Headers.IPV4) {
      int header = 4 * (frame[headers.l3()] & 0xf);
      put(frame, headers.l3() + 10, 0);
      put(frame, headers.l3() + 10, fold(sum(frame, headers.l3(), header)));
    }
    if (headers.ipProto() == Headers.SCTP) {
      correctSctp(frame, headers);
      return;
    }
    int offset = transportOffset(headers);
    if (offset < 0 || headers.l4() + offset + 2 > headers.length()) {
      return;
    }
    int at = headers.l4() + offset;
    boolean udp = headers.ipProto() == Headers.UDP;
    if (udp && headers.etherType() == Headers.IPV4 && Headers.word(frame, at) == 0) {
      return;
    }
    put(frame, at, 0);
    int size = headers.length() - headers.l4();
    int folded = fold(pseudo(frame, headers, size) + sum(frame, headers.l4(), size));
    put(frame, at, udp && folded == 0 ? 0xffff : folded);
  }

  private static void correctSctp(byte[] frame, Headers headers) {
    int at = headers.l4() + 8;
    if (headers.l4() + Headers.SCTP_HEADER > headers.length()) {
      return;
    }
    put(frame, at, 0);
    put(frame, at + 2, 0);
    var crc = new CRC32C();
    crc.update(frame, headers.l4(), headers.length() - headers.l4());
    int swapped = Integer.reverseBytes((int) crc.getValue());
    put(frame, at, swapped >>> 16);
    put(frame, at + 2, swapped);
  }

  private static int transportOffset(Headers headers) {
    boolean v6 = headers.etherType() == Headers.IPV6;
    if (!v6 && headers.etherType() != Headers.IPV4) {
      return -1;
    }
    return switch (headers.ipProto()) {
      case Headers.ICMP -> v6 ? -1 : 2;
      case Headers.ICMPV6 -> v6 ? 2 : -1;
      case Headers.TCP -> 16;
      case Headers.UDP -> 6;
      default -> -1;
    };
  }

  private static long pseudo(byte[] frame, Headers headers, int size) {
    if (headers.etherType() == Headers.IPV6) {
      return sum(frame, headers.l3() + 8, 32) + headers.ipProto() + size;
    }
    return headers.ipProto() == Headers.ICMP
        ? 0
        : sum(frame, headers.l3() + 12, 8) + headers.ipProto() + size;
  }

  private static long sum(byte[] bytes, int from, int size) {
    long sum = 0;
    for (int i = 0; i < size; i++) {
      sum += (long) (bytes[from + i] & 0xff) << (i % 2 == 0 ? 8 : 0);
    }
    return sum;
  }

  private static int fold(long sum) {
    long folded = sum;
    while (folded >> 16 != 0) {
      folded = (folded & 0xffff) + (folded >> 16);
    }
    return (int) ~folded & 0xffff;
  }

  private static void put(byte[] bytes, int at, int word) {
    bytes[at] = (byte) (word >> 8);
    bytes[at + 1] = (byte) word;
  }
}
