package io.heddle.answer;

import io.heddle.trace.Headers;
import io.heddle.trace.Packet;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A packet that is to be answered, seen as those see it who answer. */
final class Original {
  private static final int ADDRESS = 6;

  private final byte[] frame;
  private final Headers headers;
  private final int address;
  private final int addressAt;

  Original(Packet packet) {
    this.frame = packet.bytes();
    this.headers = packet.headers();
    boolean v6 = headers.etherType() == Headers.IPV6;
    this.address = v6 ? 16 : 4;
    this.addressAt = headers.l3() + (v6 ? 8 : 12);
  }

  /** It is a whole IP packet of that Ethernet type. */
  boolean is(int etherType) {
    return headers.etherType() == etherType && headers.l3Whole();
  }

  int protocol() {
    return headers.ipProto();
  }

  boolean laterFragment() {
    return (headers.fragment() & Headers.LATER) != 0;
  }

  boolean fragment() {
    return headers.fragment() != 0;
  }

  byte[] source() {
    return Arrays.copyOfRange(frame, addressAt, addressAt + address);
  }

  byte[] destination() {
    return Arrays.copyOfRange(frame, addressAt + address, addressAt + 2 * address);
  }

  /** Several hosts got the frame, or its sender says that it is several hosts. */
  boolean groupFrame() {
    return ((frame[0] | frame[ADDRESS]) & 1) != 0;
  }

  /** Its sender says that it is several hosts. */
  boolean groupSender() {
    return (frame[ADDRESS] & 1) != 0;
  }

  /** What follows the IP headers; empty in later fragments. */
  ByteBuffer transport() {
    int from = Math.min(headers.l4(), headers.length());
    return ByteBuffer.wrap(frame, from, headers.length() - from).slice();
  }

  /** Where the number of the transport protocol stands, from the begin of the IP header. */
  int protocolAt() {
    return headers.ipProtoAt() - headers.l3();
  }

  /** The IP packet's first bytes, at most so many; what only fills the frame is no part of it. */
  byte[] quote(int most) {
    int length = Math.min(most, headers.length() - headers.l3());
    return Arrays.copyOfRange(frame, headers.l3(), headers.l3() + length);
  }

  /** Begins a frame back to where this one came from; an answer carries no VLAN tag. */
  ByteBuffer reply(int etherType, int length) {
    var reply = ByteBuffer.allocate(Headers.ETHERNET + length);
    return reply.put(frame, ADDRESS, ADDRESS).put(frame, 0, ADDRESS).putShort((short) etherType);
  }
}
