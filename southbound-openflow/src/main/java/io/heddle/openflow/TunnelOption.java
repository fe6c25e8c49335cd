package io.heddle.openflow;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Which Geneve option (RFC 8926 section 3.5) a switch keeps in which of its tun_metadata fields.
 *
 * @param length of the option's data, in bytes
 * @param index of the field
 */
record TunnelOption(int optionClass, int type, int length, int index) {
  /** What {@link io.heddle.flow.Field#TUNNEL_PORTS} stands on. */
  static final TunnelOption PORTS = new TunnelOption(0x102, 0x80, 4, 0);

  /** Bytes of a reply before its mappings. */
  private static final int REPLY = 16;

  private static final int MAPPING = 8;

  /**
   * Reads the body of an NXT_TLV_TABLE_REPLY, what comes before it (experimenter and its type) cut
   * off.
   */
  static List<TunnelOption> read(ByteBuffer reply) {
    var options = new ArrayList<TunnelOption>();
    reply.position(reply.position() + REPLY);
    while (reply.remaining() >= MAPPING) {
      int optionClass = reply.getShort() & 0xffff;
      int type = reply.get() & 0xff;
      int length = reply.get() & 0xff;
      int index = reply.getShort() & 0xffff;
      reply.getShort();
      options.add(new TunnelOption(optionClass, type, length, index));
    }
    return options;
  }

  /** Not both can be mapped. */
  boolean conflictsWith(TunnelOption other) {
    boolean same = optionClass == other.optionClass && type == other.type;
    return !equals(other) && (same || index == other.index);
  }

  @Override
  public String toString() {
    return "class 0x%x type 0x%x length %d in tun_metadata%d"
        .formatted(optionClass, type, length, index);
  }
}
