package io.heddle.openflow.wire;

import java.nio.ByteBuffer;

/**
 * One OpenFlow message as it came, header included (OpenFlow 1.3 section 7.1). Its header is known
 * to be sound; the rest is not.
 */
public record Message(byte[] bytes) {
  static final int HEADER = 8;

  public int version() {
    return bytes[0] & 0xff;
  }

  public int type() {
    return bytes[1] & 0xff;
  }

  public int xid() {
    return ByteBuffer.wrap(bytes).getInt(4);
  }

  /** What follows the header, in network order. */
  public ByteBuffer body() {
    return ByteBuffer.wrap(bytes, HEADER, bytes.length - HEADER).slice();
  }
}
