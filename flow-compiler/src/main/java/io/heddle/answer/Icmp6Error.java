package io.heddle.answer;

import io.heddle.trace.Headers;
import io.heddle.trace.Packet;
import java.util.Arrays;
import java.util.Optional;

/** ICMPv6 errors (RFC 4443 section 3). */
final class Icmp6Error {
  /** Bytes of a whole error, the least MTU of IPv6: as much of the original as fits is quoted. */
  static final int LONGEST = 1280;

  private static final int HEADER = 8;
  private static final int PACKET_TOO_BIG = 2;

  /** Types below are errors. */
  private static final int FIRST_INFORMATION = 128;

  private static final int REDIRECT = 137;

  private Icmp6Error() {}

  /**
   * @param source where the error comes from; 16 bytes
   * @param detail what the second word tells: an MTU, a place in the original, or 0
   * @return empty where no error may be sent (RFC 4443 section 2.4(e))
   */
  static Optional<Packet> about(Packet packet, byte[] source, int type, int code, int detail) {
    var original = new Original(packet);
    if (!original.is(Headers.IPV6) || unanswerable(original, source, type)) {
      return Optional.empty();
    }
    var quote = original.quote(LONGEST - Headers.IPV6_HEADER - HEADER);
    int payload = HEADER + quote.length;
    var out = original.reply(Headers.IPV6, Headers.IPV6_HEADER + payload);
    Ip.version6(out, Headers.ICMPV6, source, original.source(), payload);
    out.put((byte) type).put((byte) code).putShort((short) 0).putInt(detail).put(quote);
    return Optional.of(Packet.corrected(out.array()));
  }

  /** Where in the packet the protocol stands that nobody speaks (RFC 4443 section 3.4). */
  static int protocolAt(Packet packet) {
    var original = new Original(packet);
    return original.is(Headers.IPV6) ? original.protocolAt() : 0;
  }

  private static boolean unanswerable(Original original, byte[] source, int type) {
    boolean several = original.groupFrame() || multicast(original.destination());
    return several && type != PACKET_TOO_BIG
        || original.laterFragment()
        || !oneHost(original.source())
        || !oneHost(source)
        || Arrays.equals(source, original.source())
        || error(original);
  }

  /** One whose type cannot be seen could be one. */
  private static boolean error(Original original) {
    var message = original.transport();
    if (original.protocol() != Headers.ICMPV6) {
      return false;
    }
    int type = message.hasRemaining() ? message.get(0) & 0xff : 0;
    return type < FIRST_INFORMATION || type == REDIRECT;
  }

  private static boolean multicast(byte[] address) {
    return address[0] == (byte) 0xff;
  }

  /** Not unspecified, loopback or multicast. */
  static boolean oneHost(byte[] address) {
    boolean nearlyZero = true;
    for (int i = 0; i < address.length - 1; i++) {
      nearlyZero &= address[i] == 0;
    }
    return !multicast(address) && !(nearlyZero && (address[address.length - 1] & 0xfe) == 0);
  }
}
