package io.heddle.feature;

import static io.heddle.flow.Action.load;
import static io.heddle.flow.Action.move;

import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Layer;
import io.heddle.engine.Domain;
import io.heddle.flow.Action;
import io.heddle.flow.Action.Move;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Flag;
import io.heddle.flow.Flow;
import io.heddle.flow.Group;
import io.heddle.flow.Ip.Family;
import io.heddle.flow.Match;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
import java.util.ArrayList;
import java.util.List;

/**
 * What holds in every router, whatever its ports: a router that is asked for an echo gives it (RFC
 * 1122 section 3.2.2.6, RFC 4443 section 4.1). A packet on its way into a switch whose next hop
 * this chassis does not know goes on to one that may, with the next hop in its destination MAC.
 */
public final class RouterPipeline implements Feature {
  /**
   * The first 16 bits of the destination MAC that stands for "whoever has the address in the other
   * 32" between chassis; a locally administered one (IEEE 802, section 8.2.2).
   */
  private static final int NEXTHOP_MAC = 0x0afe;

  /** The same for IPv6, whose packets then go to their destination. */
  private static final long DESTINATION_MAC = 0x0aff_0000_0000L;

  private static final int ECHO_REQUEST = 8;
  private static final int ECHO_REPLY = 0;
  private static final int ECHO_REQUEST_IPV6 = 128;
  private static final int ECHO_REPLY_IPV6 = 129;
  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;
  private static final int TCP = 6;
  private static final int UDP = 17;

  /** The TTL of the router's own packets (RFC 1700), one more than what goes out. */
  private static final int OWN_TTL = 255;

  @Override
  public List<Rule<?>> rules() {
    return List.of(Rule.forEach(new Domain.Once(), (once, network, out) -> emit(out)));
  }

  private static void emit(Emission.Sink out) {
    var layer = new Layer.Pipeline();
    out.flow(layer, echo(Family.IPV4, ICMP, Field.ICMPV4_TYPE, ECHO_REQUEST, ECHO_REPLY));
    out.flow(
        layer, echo(Family.IPV6, ICMPV6, Field.ICMPV6_TYPE, ECHO_REQUEST_IPV6, ECHO_REPLY_IPV6));
    emitErrors(layer, IPV4_ERRORS, out);
    emitErrors(layer, IPV6_ERRORS, out);
    emitSearch(layer, out);
    emitArrival(layer, out);
  }

  /** The punts by which a router answers what it does not send on. */
  private record Errors(
      Family family, int icmp, Punt timeExceeded, Punt noRoute, Punt noProtocol, Punt noPort) {}

  private static final Errors IPV4_ERRORS =
      new Errors(
          Family.IPV4,
          ICMP,
          Punt.ICMPV4_TIME_EXCEEDED,
          Punt.ICMPV4_UNREACHABLE_NET,
          Punt.ICMPV4_UNREACHABLE_PROTOCOL,
          Punt.ICMPV4_UNREACHABLE_PORT);

  private static final Errors IPV6_ERRORS =
      new Errors(
          Family.IPV6,
          ICMPV6,
          Punt.ICMPV6_TIME_EXCEEDED,
          Punt.ICMPV6_UNREACHABLE_NET,
          Punt.ICMPV6_UNREACHABLE_PROTOCOL,
          Punt.ICMPV6_UNREACHABLE_PORT);

  private static void emitErrors(Layer layer, Errors errors, Emission.Sink out) {
    var packets = errors.family().packets();
    for (int ttl : List.of(0, 1)) {
      var used = packets.and(Field.IP_TTL, ttl);
      out.flow(layer, error(Table.ROUTER_IN_TTL, 100, used, errors.timeExceeded()));
    }
    out.flow(layer, error(Table.ROUTER_IN_ROUTING, 0, packets, errors.noRoute()));

    var own = Table.ROUTER_IN_OWN;
    out.flow(layer, error(own, 50, packets.and(Field.IP_PROTO, UDP), errors.noPort()));
    // A reset comes from the very address that it was sent to.
    out.flow(
        layer,
        Flow.of(
                own,
                50,
                packets.and(Field.IP_PROTO, TCP),
                load(Field.PUNT, Punt.TCP_RESET.number()))
            .then(Table.CONTROL));
    out.flow(layer, Flow.of(own, 50, packets.and(Field.IP_PROTO, errors.icmp())));
    out.flow(layer, error(own, 0, packets, errors.noProtocol()));
  }

  private static Flow error(Table table, int priority, Match match, Punt reason) {
    return Flow.of(table, priority, match, load(Field.PUNT, reason.number()))
        .then(Table.ROUTER_ERROR);
  }

  private static void emitSearch(Layer layer, Emission.Sink out) {
    out.flow(
        layer,
        Flow.of(
                Table.NEIGHBOUR,
                0,
                Family.IPV4.packets(),
                load(Field.PUNT, Punt.RESOLVE_IPV4.number()),
                load(Field.OUTPORT, Group.NEXTHOP),
                new Move(Field.NEXTHOP_IPV4, 0, Field.ETH_DST, 0, 32),
                load(Field.ETH_DST, 32, 16, NEXTHOP_MAC))
            .then(Table.LOCATE_NETWORK));
    out.flow(
        layer,
        Flow.of(
                Table.NEIGHBOUR,
                0,
                Family.IPV6.packets(),
                load(Field.PUNT, Punt.RESOLVE_IPV6.number()),
                load(Field.OUTPORT, Group.NEXTHOP),
                load(Field.ETH_DST, DESTINATION_MAC))
            .then(Table.LOCATE_NETWORK));
    // What came here to find its next hop is not sent on to yet another chassis.
    var fromTunnel = Match.ALL.and(Flag.FROM_TUNNEL, true);
    out.flow(layer, Flow.of(Table.LOCATE_NETWORK, 200, fromTunnel).then(Table.CONTROL));
    var unknown = Match.of(Field.OUTPORT, Group.NEXTHOP);
    out.flow(layer, Flow.of(Table.DELIVER, 200, unknown).then(Table.CONTROL));
  }

  private static void emitArrival(Layer layer, Emission.Sink out) {
    var ipv4Marked =
        Family.IPV4
            .packets()
            .and(Field.ETH_DST, Bits.of((long) NEXTHOP_MAC << 32), Bits.of(0xffff_0000_0000L));
    var ipv6Marked = Family.IPV6.packets().and(Field.ETH_DST, DESTINATION_MAC);
    var fromEth = new Move(Field.ETH_DST, 0, Field.NEXTHOP_IPV4, 0, 32);
    var fromDestination = move(Field.IPV6_DST, Field.NEXTHOP_IPV6);
    out.flow(layer, arrived(ipv4Marked.and(Field.OUTPORT, Group.NEXTHOP), fromEth));
    out.flow(layer, arrived(ipv4Marked.and(Flag.LOOK_UP_AGAIN, true), fromEth));
    out.flow(layer, arrived(ipv6Marked.and(Field.OUTPORT, Group.NEXTHOP), fromDestination));
    out.flow(layer, arrived(ipv6Marked.and(Flag.LOOK_UP_AGAIN, true), fromDestination));
  }

  private static Flow arrived(Match match, Action nexthop) {
    return Flow.of(Table.TUNNEL_IN, 200, match, nexthop).then(Table.NEIGHBOUR);
  }

  /** The question turned around, and routed like any other packet. */
  private static Flow echo(Family family, int protocol, Field type, int request, int reply) {
    var match = family.packets().and(Field.IP_PROTO, protocol).and(type, request);
    var actions =
        new ArrayList<>(
            List.of(
                move(family.destination(), family.nexthop()),
                move(family.source(), family.destination()),
                move(family.nexthop(), family.source()),
                load(type, reply),
                load(Field.IP_TTL, OWN_TTL)));
    return Flow.of(Table.ROUTER_IN_OWN, 100, match, actions).then(Table.ROUTER_IN_ROUTING);
  }
}
