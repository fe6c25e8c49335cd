package io.heddle.bfd;

import inet.ipaddr.IPAddress;
import io.heddle.answer.Injection;
import io.heddle.answer.PuntedPacket;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Ip;
import io.heddle.flow.Table;
import io.heddle.neighbour.Links.Link;
import io.heddle.trace.Headers;
import io.heddle.trace.Packet;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Control packets in UDP, to and from a neighbour (RFC 5881). */
final class Frames {
  private static final int PORT = 3784;

  /** Source ports are from here on, up to the last there is. */
  private static final int FIRST_SOURCE = 49_152;

  private static final int SOURCES = 65_536 - FIRST_SOURCE;

  /** What was sent on by a router has less. */
  private static final int HOPS = 255;

  /** Network control (RFC 4594 section 3.1), as all routing protocols are. */
  private static final int CLASS = 48 << 2;

  private static final int DO_NOT_FRAGMENT = 0x4000;
  private static final int UDP_LENGTH = Headers.UDP_HEADER + ControlPacket.LENGTH;

  private Frames() {}

  /**
   * What a neighbour said, from where.
   *
   * @param datapath the router's, with the port of it that heard it
   */
  record Heard(long datapath, long port, Ip from, byte[] datagram) {
    private static final int FIXED = Integer.BYTES + Integer.BYTES + 1;

    /** As members tell each other: both keys in 4 bytes each, the address after its length. */
    byte[] word() {
      var ip = from.bits().bytes(from.family().width() / Byte.SIZE);
      return ByteBuffer.allocate(FIXED + ip.length + datagram.length)
          .putInt((int) datapath)
          .putInt((int) port)
          .put((byte) ip.length)
          .put(ip)
          .put(datagram)
          .array();
    }

    /** Nothing, where the word is not one of these. */
    static Optional<Heard> read(byte[] word) {
      if (word.length < FIXED) {
        return Optional.empty();
      }
      var in = ByteBuffer.wrap(word);
      long datapath = in.getInt();
      long port = in.getInt();
      int length = in.get();
      if (length != 4 && length != 16 || in.remaining() < length) {
        return Optional.empty();
      }
      var ip = new byte[length];
      in.get(ip);
      var datagram = new byte[in.remaining()];
      in.get(datagram);
      return Optional.of(new Heard(datapath, port, Ip.of(ip), datagram));
    }
  }

  /** Nothing, where it cannot be a neighbour's. */
  static Optional<Heard> heard(PuntedPacket punted) {
    var packet = punted.packet();
    var headers = packet.headers();
    boolean near = packet.get(Field.IP_TTL).filter(Bits.of(HOPS)::equals).isPresent();
    boolean here = packet.get(Field.UDP_DST).filter(Bits.of(PORT)::equals).isPresent();
    int from = headers.l4() + Headers.UDP_HEADER;
    if (!near || !here || headers.fragment() != 0 || headers.length() < from) {
      return Optional.empty();
    }
    var frame = packet.bytes();
    int length = (frame[headers.l4() + 4] & 0xff) << 8 | frame[headers.l4() + 5] & 0xff;
    if (length < Headers.UDP_HEADER || headers.l4() + length > headers.length()) {
      return Optional.empty();
    }
    var family = headers.etherType() == Headers.IPV4 ? Ip.Family.IPV4 : Ip.Family.IPV6;
    return packet
        .get(family.source())
        .map(
            source ->
                new Heard(
                    punted.register(Field.DATAPATH).low(),
                    punted.register(Field.INPORT).low(),
                    new Ip(family, source),
                    Arrays.copyOfRange(frame, from, headers.l4() + length)));
  }

  /**
   * A packet that leaves a router by a port, as it is.
   *
   * @param source of the port's addresses
   * @param session tells sessions' source ports apart
   */
  static Injection out(Link link, IPAddress source, Ip target, int session, ControlPacket said) {
    var registers =
        Map.of(
            Field.DATAPATH,
            Bits.of(link.routerDatapath()),
            Field.OUTPORT,
            Bits.of(link.routerPort()),
            target.family().nexthop(),
            target.bits());
    return new Injection(
        frame(link.mac(), source, target, session, said), registers, Table.ROUTER_OUT);
  }

  private static Packet frame(
      long mac, IPAddress source, Ip target, int session, ControlPacket said) {
    boolean v4 = target.family() == Ip.Family.IPV4;
    int header = v4 ? Headers.IPV4_HEADER : Headers.IPV6_HEADER;
    var out = ByteBuffer.allocate(Headers.ETHERNET + header + UDP_LENGTH);
    // The next hop's address is found on the way.
    out.put(new byte[6]).put(Bits.of(mac).bytes(6));
    var to = target.bits().bytes(target.family().width() / Byte.SIZE);
    if (v4) {
      out.putShort((short) Headers.IPV4).put((byte) 0x45).put((byte) CLASS);
      out.putShort((short) (header + UDP_LENGTH)).putShort((short) 0);
      out.putShort((short) DO_NOT_FRAGMENT).put((byte) HOPS).put((byte) Headers.UDP);
      out.putShort((short) 0);
    } else {
      out.putShort((short) Headers.IPV6).putInt(6 << 28 | CLASS << 20);
      out.putShort((short) UDP_LENGTH).put((byte) Headers.UDP).put((byte) HOPS);
    }
    out.put(source.getBytes()).put(to);
    out.putShort((short) (FIRST_SOURCE + Math.floorMod(session, SOURCES))).putShort((short) PORT);
    // Not without a checksum: one of 0 would be none.
    out.putShort((short) UDP_LENGTH).putShort((short) 1).put(said.bytes());
    return Packet.corrected(out.array());
  }
}
