package io.heddle.answer;

import io.heddle.trace.Headers;
import io.heddle.trace.Packet;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The answer of a host where nobody listens (RFC 9293 section 3.10.7.1). */
final class TcpReset {
  private static final int FIN = 1;
  private static final int SYN = 2;
  private static final int RST = 4;
  private static final int ACK = 16;

  private TcpReset() {}

  /** Empty where nothing may be said: to a reset, a fragment, or what was meant for several. */
  static Optional<Packet> of(Packet packet) {
    var original = new Original(packet);
    boolean v4 = original.is(Headers.IPV4);
    if (!v4 && !original.is(Headers.IPV6) || original.groupFrame() || original.fragment()) {
      return Optional.empty();
    }
    var segment = original.transport();
    return original.protocol() == Headers.TCP && whole(segment) && hosts(original, v4)
        ? answer(segment).map(reset -> frame(original, v4, reset))
        : Optional.empty();
  }

  private static boolean whole(ByteBuffer segment) {
    return segment.remaining() >= Headers.TCP_HEADER
        && header(segment) >= Headers.TCP_HEADER
        && header(segment) <= segment.remaining();
  }

  private static int header(ByteBuffer segment) {
    return (segment.get(12) & 0xf0) >> 2;
  }

  private static boolean hosts(Original original, boolean v4) {
    return v4
        ? Icmp4Error.oneHost(original.source()) && Icmp4Error.oneHost(original.destination())
        : Icmp6Error.oneHost(original.source()) && Icmp6Error.oneHost(original.destination());
  }

  private static Optional<ByteBuffer> answer(ByteBuffer segment) {
    int flags = segment.get(13);
    if ((flags & RST) != 0) {
      return Optional.empty();
    }
    boolean acknowledges = (flags & ACK) != 0;
    int data = segment.remaining() - header(segment);
    int length = data + ((flags & SYN) != 0 ? 1 : 0) + ((flags & FIN) != 0 ? 1 : 0);
    var reset = ByteBuffer.allocate(Headers.TCP_HEADER);
    reset.putShort(segment.getShort(2)).putShort(segment.getShort(0));
    reset.putInt(acknowledges ? segment.getInt(8) : 0);
    reset.putInt(acknowledges ? 0 : segment.getInt(4) + length);
    reset.put((byte) (Headers.TCP_HEADER << 2)).put((byte) (acknowledges ? RST : RST | ACK));
    return Optional.of(reset.rewind());
  }

  private static Packet frame(Original original, boolean v4, ByteBuffer reset) {
    int length = (v4 ? Headers.IPV4_HEADER : Headers.IPV6_HEADER) + Headers.TCP_HEADER;
    var out = original.reply(v4 ? Headers.IPV4 : Headers.IPV6, length);
    var from = original.destination();
    var to = original.source();
    if (v4) {
      Ip.version4(out, 0, Headers.TCP, from, to, Headers.TCP_HEADER);
    } else {
      Ip.version6(out, Headers.TCP, from, to, Headers.TCP_HEADER);
    }
    return Packet.corrected(out.put(reset).array());
  }
}
