package io.heddle.answer;

import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Table;
import io.heddle.trace.Headers;
import io.heddle.trace.Packet;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Answers packets for whose answer one need know no more than the packet: with ICMP errors and TCP
 * resets, which the router that handed the packet over then routes back.
 */
public final class Answers extends PuntedLink {
  /** Where a router begins to look for a route. */
  public static final Table ROUTING = Table.ROUTER_IN_ROUTING;

  /** Where a switch begins to look for a frame's destination. */
  private static final Table SWITCHING = Table.SWITCH_IN_LOOKUP;

  private final Table routing;

  /**
   * @param routing where an answer begins its way
   * @param others takes what is not answered here
   */
  public Answers(Table routing, Punted others) {
    super(others);
    this.routing = routing;
  }

  @Override
  public void punted(UUID chassis, PuntedPacket packet, Injector back) {
    if (packet.why().reason().error()) {
      answer(packet).ifPresent(back::inject);
    } else {
      passOn(chassis, packet, back);
    }
  }

  /** Empty where nothing may be said. */
  public Optional<Injection> answer(PuntedPacket packet) {
    boolean inSwitch =
        switch (packet.why().reason()) {
          case ICMPV4_TUNNEL_TOO_NARROW, ICMPV6_TUNNEL_TOO_NARROW -> true;
          default -> false;
        };
    // In a switch the answer goes back by the port that the packet came by, be it a link.
    var registers =
        Map.of(
            Field.DATAPATH, packet.register(Field.DATAPATH),
            Field.INPORT, inSwitch ? Bits.ZERO : packet.register(Field.INPORT),
            Field.ROUTE_TABLE, packet.register(Field.ROUTE_TABLE));
    var table = inSwitch ? SWITCHING : routing;
    return to(packet).map(answer -> new Injection(answer, registers, table));
  }

  private static Optional<Packet> to(PuntedPacket punted) {
    var packet = punted.packet();
    int mtu = (int) punted.register(Field.MTU).low();
    return switch (punted.why().reason()) {
      case ICMPV4_TIME_EXCEEDED -> icmp4(punted, 11, 0);
      case ICMPV4_UNREACHABLE_NET -> icmp4(punted, 3, 0);
      case ICMPV4_UNREACHABLE_HOST -> icmp4(punted, 3, 1);
      case ICMPV4_UNREACHABLE_PROTOCOL -> icmp4(punted, 3, 2);
      case ICMPV4_UNREACHABLE_PORT -> icmp4(punted, 3, 3);
      case ICMPV4_FRAGMENTATION_NEEDED ->
          Icmp4Error.about(packet, source(punted, Field.NEXTHOP_IPV4), 3, 4, mtu);
      case ICMPV6_TIME_EXCEEDED -> icmp6(punted, 3, 0, 0);
      case ICMPV6_UNREACHABLE_NET -> icmp6(punted, 1, 0, 0);
      case ICMPV6_UNREACHABLE_HOST -> icmp6(punted, 1, 3, 0);
      case ICMPV6_UNREACHABLE_PORT -> icmp6(punted, 1, 4, 0);
      case ICMPV6_UNREACHABLE_PROTOCOL -> icmp6(punted, 4, 1, Icmp6Error.protocolAt(packet));
      case ICMPV6_PACKET_TOO_BIG -> icmp6(punted, 2, 0, mtu);
      case ICMPV4_TUNNEL_TOO_NARROW ->
          destination(packet, Headers.IPV4).flatMap(d -> Icmp4Error.about(packet, d, 3, 4, mtu));
      case ICMPV6_TUNNEL_TOO_NARROW ->
          destination(packet, Headers.IPV6).flatMap(d -> Icmp6Error.about(packet, d, 2, 0, mtu));
      case TCP_RESET -> TcpReset.of(packet);
      default -> Optional.empty();
    };
  }

  private static Optional<Packet> icmp4(PuntedPacket punted, int type, int code) {
    return Icmp4Error.about(punted.packet(), source(punted, Field.NEXTHOP_IPV4), type, code, 0);
  }

  private static Optional<Packet> icmp6(PuntedPacket punted, int type, int code, int detail) {
    var source = source(punted, Field.NEXTHOP_IPV6);
    return Icmp6Error.about(punted.packet(), source, type, code, detail);
  }

  private static Optional<byte[]> destination(Packet packet, int etherType) {
    var original = new Original(packet);
    return original.is(etherType) ? Optional.of(original.destination()) : Optional.empty();
  }

  private static byte[] source(PuntedPacket punted, Field register) {
    Bits address = punted.register(register);
    return address.bytes(register.length());
  }
}
