package io.heddle.answer;

import io.heddle.trace.Headers;
import io.heddle.trace.Packet;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** ICMP errors (RFC 792, RFC 1812 section 4.3.2). */
final class Icmp4Error {
  /** Bytes of a whole error: as much of the original as fits is quoted (RFC 1812 4.3.2.3). */
  static final int LONGEST = 576;

  private static final int HEADER = 8;

  /** Internetwork control, as errors should have it (RFC 1812 section 4.3.2.5). */
  private static final int PRECEDENCE = 0xc0;

  private static final Set<Integer> ERRORS = Set.of(3, 4, 5, 11, 12);
  private static final byte[] BROADCAST = {-1, -1, -1, -1};

  private Icmp4Error() {}

  /**
   * @param source where the error comes from; 4 bytes
   * @param mtu of the next hop (RFC 1191 section 4), 0 where the error tells none
   * @return empty where no error may be sent (RFC 1122 section 3.2.2)
   */
  static Optional<Packet> about(Packet packet, byte[] source, int type, int code, int mtu) {
    var original = new Original(packet);
    if (!original.is(Headers.IPV4) || unanswerable(original, source)) {
      return Optional.empty();
    }
    var quote = original.quote(LONGEST - Headers.IPV4_HEADER - HEADER);
    int payload = HEADER + quote.length;
    var out = original.reply(Headers.IPV4, Headers.IPV4_HEADER + payload);
    Ip.version4(out, PRECEDENCE, Headers.ICMP, source, original.source(), payload);
    out.put((byte) type).put((byte) code).putShort((short) 0);
    out.putShort((short) 0).putShort((short) mtu).put(quote);
    return Optional.of(Packet.corrected(out.array()));
  }

  private static boolean unanswerable(Original original, byte[] source) {
    return original.groupFrame()
        || original.laterFragment()
        || group(original.destination())
        || !oneHost(original.source())
        || !oneHost(source)
        || Arrays.equals(source, original.source())
        || error(original);
  }

  /** One whose type cannot be seen could be one. */
  private static boolean error(Original original) {
    var message = original.transport();
    return original.protocol() == Headers.ICMP
        && (!message.hasRemaining() || ERRORS.contains(message.get(0) & 0xff));
  }

  private static boolean group(byte[] address) {
    return (address[0] & 0xf0) == 0xe0 || Arrays.equals(address, BROADCAST);
  }

  /** Not this network, loopback, multicast, reserved or broadcast. */
  static boolean oneHost(byte[] address) {
    int first = address[0] & 0xff;
    return first != 0 && first != 127 && first < 224;
  }
}
