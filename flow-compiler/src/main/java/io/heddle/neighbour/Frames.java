package io.heddle.neighbour;

import inet.ipaddr.IPAddress;
import io.heddle.answer.PuntedPacket;
import io.heddle.compiler.Neighbourhood.Neighbour;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Ip;
import io.heddle.flow.Ip.Family;
import io.heddle.flow.Punt;
import io.heddle.model.PortAddresses;
import io.heddle.trace.Headers;
import io.heddle.trace.Packet;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** What neighbours are asked, and what they say. */
final class Frames {
  private static final int REQUEST = 1;
  private static final int HARDWARE_ETHERNET = 1;
  private static final int ARP_LENGTH = 28;
  private static final long BROADCAST = 0xffff_ffff_ffffL;
  private static final long GROUP_BIT = 0x0100_0000_0000L;

  private static final int SOLICITATION = 135;
  private static final int SOURCE_LINK_ADDRESS = 1;
  private static final int SOLICITATION_LENGTH = 32;

  /** Who is not in the same network cannot have sent it (RFC 4861 section 7.1). */
  private static final int NEIGHBOURS_HOPS = 255;

  private static final byte[] SOLICITED_NODE = {
    (byte) 0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, (byte) 0xff, 0, 0, 0
  };

  private Frames() {}

  /** Who says what. */
  record Said(Ip ip, long mac) {}

  /**
   * Whose is that address?
   *
   * @param own the asking port's MAC address
   * @param source an address of its own, of the same version of IP
   * @param mac whom to ask, or all
   */
  static Packet question(Ip target, long own, IPAddress source, Optional<Long> mac) {
    return target.family() == Family.IPV4
        ? arp(target, own, source, mac)
        : solicitation(target, own, source, mac);
  }

  private static Packet arp(Ip target, long own, IPAddress source, Optional<Long> mac) {
    var out = frame(mac.orElse(BROADCAST), own, Headers.ARP, ARP_LENGTH);
    out.putShort((short) HARDWARE_ETHERNET).putShort((short) Headers.IPV4);
    out.put((byte) 6).put((byte) 4).putShort((short) REQUEST);
    out.put(mac(own)).put(source.getBytes());
    out.put(mac(0)).put(target.bits().bytes(4));
    return Packet.of(out.array());
  }

  private static Packet solicitation(Ip target, long own, IPAddress source, Optional<Long> mac) {
    var address = target.bits().bytes(16);
    var group = SOLICITED_NODE.clone();
    System.arraycopy(address, 13, group, 13, 3);
    var to = mac.isPresent() ? address : group;
    long toAll = 0x3333_0000_0000L | Bits.of(Arrays.copyOfRange(group, 12, 16)).low();
    int length = Headers.IPV6_HEADER + SOLICITATION_LENGTH;
    var out = frame(mac.orElse(toAll), own, Headers.IPV6, length);
    out.putInt(6 << 28).putShort((short) SOLICITATION_LENGTH);
    out.put((byte) Headers.ICMPV6).put((byte) NEIGHBOURS_HOPS);
    out.put(source.getBytes()).put(to);
    out.put((byte) SOLICITATION).put((byte) 0).putShort((short) 0).putInt(0).put(address);
    out.put((byte) SOURCE_LINK_ADDRESS).put((byte) 1).put(mac(own));
    return Packet.corrected(out.array());
  }

  private static ByteBuffer frame(long to, long from, int type, int payload) {
    var out = ByteBuffer.allocate(Headers.ETHERNET + payload);
    return out.put(mac(to)).put(mac(from)).putShort((short) type);
  }

  private static byte[] mac(long address) {
    return Bits.of(address).bytes(6);
  }

  /** Empty where it is nothing to believe. */
  static Optional<Said> said(PuntedPacket heard) {
    var packet = heard.packet();
    boolean arp = heard.why().reason() == Punt.NEIGHBOUR_HEARD_ARP;
    if (!arp && packet.get(Field.IP_TTL).filter(Bits.of(NEIGHBOURS_HOPS)::equals).isEmpty()) {
      return Optional.empty();
    }
    var family = arp ? Family.IPV4 : Family.IPV6;
    var mac = packet.get(arp ? Field.ARP_SHA : Field.ND_TLL).filter(m -> !m.isZero());
    // An advertisement that was asked for by unicast need not have the option.
    return mac.or(() -> arp ? Optional.empty() : packet.get(Field.ETH_SRC))
        .filter(m -> !m.isZero() && (m.low() & GROUP_BIT) == 0)
        .filter(m -> !PortAddresses.standsForNextHop(m.low()))
        .flatMap(
            m ->
                packet
                    .get(arp ? Field.ARP_SPA : Field.ND_TARGET)
                    .map(ip -> new Said(new Ip(family, ip), m.low())));
  }

  /** The next hop of a packet for which none is known. */
  static Neighbour nexthop(String routerPort, PuntedPacket wanted) {
    var family = wanted.why().reason() == Punt.RESOLVE_IPV4 ? Family.IPV4 : Family.IPV6;
    return new Neighbour(routerPort, new Ip(family, wanted.register(family.nexthop())));
  }
}
