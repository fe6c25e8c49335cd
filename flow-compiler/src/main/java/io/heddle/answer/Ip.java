package io.heddle.answer;

import io.heddle.trace.Headers;
import java.nio.ByteBuffer;

/** IP headers of what a router itself sends; checksums are put right with the frame's. */
final class Ip {
  private static final int HOPS = 64;
  private static final int DO_NOT_FRAGMENT = 0x4000;

  private Ip() {}

  /**
   * Without an identification, which an atomic datagram needs none (RFC 6864 section 4.1).
   *
   * @param payload in bytes
   */
  static void version4(
      ByteBuffer out, int service, int protocol, byte[] source, byte[] target, int payload) {
    out.put((byte) 0x45).put((byte) service);
    out.putShort((short) (Headers.IPV4_HEADER + payload));
    out.putShort((short) 0).putShort((short) DO_NOT_FRAGMENT);
    out.put((byte) HOPS).put((byte) protocol).putShort((short) 0);
    out.put(source).put(target);
  }

  static void version6(ByteBuffer out, int protocol, byte[] source, byte[] target, int payload) {
    out.putInt(6 << 28).putShort((short) payload);
    out.put((byte) protocol).put((byte) HOPS);
    out.put(source).put(target);
  }
}
