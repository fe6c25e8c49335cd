package io.heddle.flow;

import com.google.common.collect.Sets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Why a switch hands a packet to the controller: what it cannot do by itself. The reason travels by
 * its name, so controllers of two versions mean the same by it.
 *
 * <p>{@link Field#DATAPATH} is the router's and {@link Field#INPORT} the port of it that the packet
 * came by, {@link Field#ROUTE_TABLE} the table its packets are routed by. For ICMP errors the next
 * hop register of the packet's family holds the address that the answer is sent from, and {@link
 * Field#MTU} what would have fitted. Where a tunnel is too narrow, the datapath is the switch that
 * the packet is in, and the answer is the destination's own, since no router need be near. For what
 * is to be resolved it holds the unknown next hop; the datapath is then the switch in which that is
 * sought, the port the switch's that leads to the router, 0 if that was not told, and the source
 * MAC is the router port's. Who asks for routers is told by the switch's datapath and the port of
 * it that the question came by.
 */
public enum Punt {
  /** Its last hop was this router (RFC 792, type 11 code 0). */
  ICMPV4_TIME_EXCEEDED(Meter.ICMPV4_ERRORS, Field.NEXTHOP_IPV4),
  /** There is no route (type 3 code 0). */
  ICMPV4_UNREACHABLE_NET(Meter.ICMPV4_ERRORS, Field.NEXTHOP_IPV4),
  /** The next hop does not answer (type 3 code 1). */
  ICMPV4_UNREACHABLE_HOST(Meter.ICMPV4_ERRORS, Field.NEXTHOP_IPV4),
  /** Nobody here speaks that protocol (type 3 code 2). */
  ICMPV4_UNREACHABLE_PROTOCOL(Meter.ICMPV4_ERRORS, Field.NEXTHOP_IPV4),
  /** Nobody here listens (type 3 code 3). */
  ICMPV4_UNREACHABLE_PORT(Meter.ICMPV4_ERRORS, Field.NEXTHOP_IPV4),
  /** It is longer than the MTU ahead and must not be fragmented (type 3 code 4, RFC 1191). */
  ICMPV4_FRAGMENTATION_NEEDED(Meter.ICMPV4_ERRORS, Field.NEXTHOP_IPV4, Field.MTU),

  /** Its last hop was this router (RFC 4443, type 3 code 0). */
  ICMPV6_TIME_EXCEEDED(Meter.ICMPV6_ERRORS, Field.NEXTHOP_IPV6),
  /** There is no route (type 1 code 0). */
  ICMPV6_UNREACHABLE_NET(Meter.ICMPV6_ERRORS, Field.NEXTHOP_IPV6),
  /** The next hop does not answer (type 1 code 3). */
  ICMPV6_UNREACHABLE_HOST(Meter.ICMPV6_ERRORS, Field.NEXTHOP_IPV6),
  /** Nobody here speaks that protocol (type 4 code 1). */
  ICMPV6_UNREACHABLE_PROTOCOL(Meter.ICMPV6_ERRORS, Field.NEXTHOP_IPV6),
  /** Nobody here listens (type 1 code 4). */
  ICMPV6_UNREACHABLE_PORT(Meter.ICMPV6_ERRORS, Field.NEXTHOP_IPV6),
  /** It is longer than the MTU ahead (type 2 code 0). */
  ICMPV6_PACKET_TOO_BIG(Meter.ICMPV6_ERRORS, Field.NEXTHOP_IPV6, Field.MTU),

  /** It is longer than the tunnel to its destination's chassis carries. */
  ICMPV4_TUNNEL_TOO_NARROW(Meter.ICMPV4_ERRORS, Field.MTU),
  ICMPV6_TUNNEL_TOO_NARROW(Meter.ICMPV6_ERRORS, Field.MTU),

  /** Nobody here listens for its TCP segment (RFC 9293 section 3.10.7.1). */
  TCP_RESET(Meter.TCP_RESETS),

  /** Nobody knows the MAC of its next hop. */
  RESOLVE_IPV4(Meter.RESOLVE_IPV4, Field.NEXTHOP_IPV4),
  RESOLVE_IPV6(Meter.RESOLVE_IPV6, Field.NEXTHOP_IPV6),

  /** A router heard whose address is whose, by an ARP packet. */
  NEIGHBOUR_HEARD_ARP(Meter.HEARD_ARP),
  /** A router heard whose address is whose, by neighbour discovery. */
  NEIGHBOUR_HEARD_ND(Meter.HEARD_ND),
  /** A host asks for routers (RFC 4861 section 4.1). */
  ROUTER_SOLICITATION(Meter.ROUTER_SOLICITATIONS, Set.of(Field.DATAPATH, Field.INPORT)),
  /** A next hop that a router's port watches says that it works (RFC 5881). */
  BFD(Meter.BFD, Set.of(Field.DATAPATH, Field.INPORT));

  private final Meter meter;
  private final Set<Field> registers;

  Punt(Meter meter, Field... more) {
    this(meter, with(Set.of(Field.DATAPATH, Field.INPORT, Field.ROUTE_TABLE), more));
  }

  Punt(Meter meter, Set<Field> registers) {
    this.meter = meter;
    this.registers = registers;
  }

  private static Set<Field> with(Set<Field> registers, Field... more) {
    var all = EnumSet.copyOf(registers);
    all.addAll(List.of(more));
    return Sets.immutableEnumSet(all);
  }

  /** By which {@link Field#PUNT} knows it; 0 is no reason. */
  public int number() {
    return ordinal() + 1;
  }

  public Meter meter() {
    return meter;
  }

  /** It is answered for its sender, with an ICMP error or a TCP reset. */
  public boolean error() {
    return switch (meter) {
      case ICMPV4_ERRORS, ICMPV6_ERRORS, TCP_RESETS -> true;
      default -> false;
    };
  }

  /** What whoever answers reads beside the packet. */
  public Set<Field> registers() {
    return registers;
  }

  public static Optional<Punt> named(String name) {
    return Arrays.stream(values()).filter(p -> p.name().equals(name)).findFirst();
  }
}
