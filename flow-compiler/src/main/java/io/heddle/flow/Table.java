package io.heddle.flow;

import static io.heddle.flow.Field.ARP_OP;
import static io.heddle.flow.Field.ARP_SPA;
import static io.heddle.flow.Field.ARP_TPA;
import static io.heddle.flow.Field.CHASSIS;
import static io.heddle.flow.Field.DATAPATH;
import static io.heddle.flow.Field.ECMP_GROUP;
import static io.heddle.flow.Field.ECMP_MEMBER;
import static io.heddle.flow.Field.ETH_DST;
import static io.heddle.flow.Field.ETH_SRC;
import static io.heddle.flow.Field.ETH_TYPE;
import static io.heddle.flow.Field.FLAGS;
import static io.heddle.flow.Field.ICMPV4_TYPE;
import static io.heddle.flow.Field.ICMPV6_CODE;
import static io.heddle.flow.Field.ICMPV6_TYPE;
import static io.heddle.flow.Field.INPORT;
import static io.heddle.flow.Field.IN_PORT;
import static io.heddle.flow.Field.IPV4_DST;
import static io.heddle.flow.Field.IPV4_SRC;
import static io.heddle.flow.Field.IPV6_DST;
import static io.heddle.flow.Field.IPV6_SRC;
import static io.heddle.flow.Field.IP_PROTO;
import static io.heddle.flow.Field.IP_TTL;
import static io.heddle.flow.Field.ND_TARGET;
import static io.heddle.flow.Field.NEXTHOP_IPV4;
import static io.heddle.flow.Field.NEXTHOP_IPV6;
import static io.heddle.flow.Field.OUTPORT;
import static io.heddle.flow.Field.PUNT;
import static io.heddle.flow.Field.ROUTE_TABLE;
import static io.heddle.flow.Field.UDP_DST;

import com.google.common.collect.Sets;
import java.util.Optional;
import java.util.Set;

/**
 * The pipeline. The order of declaration is the order of execution: a flow may only go to a table
 * declared after its own, unless it enters another datapath.
 */
public enum Table {
  /** From OpenFlow ports to logical ports and datapaths. */
  PHYSICAL_IN(Set.of(IN_PORT)),
  /** What came by a tunnel: where unknown senders sit is learned, then it is delivered. */
  TUNNEL_IN(Set.of(DATAPATH, INPORT, OUTPORT, FLAGS, ETH_SRC, ETH_DST, ETH_TYPE)) {
    @Override
    public Optional<Table> miss() {
      return Optional.of(DELIVER);
    }
  },
  /** What is for the router itself, and what no router may send on. */
  ROUTER_IN_LOCAL(
      Set.of(
          DATAPATH,
          INPORT,
          ETH_TYPE,
          IPV4_SRC,
          IPV4_DST,
          IPV6_SRC,
          IPV6_DST,
          IP_PROTO,
          ICMPV6_TYPE,
          ARP_SPA,
          ND_TARGET)) {
    @Override
    public Optional<Table> miss() {
      return Optional.of(ROUTER_IN_TTL);
    }
  },
  /** The router as a host. */
  ROUTER_IN_OWN(
      Set.of(
          DATAPATH,
          INPORT,
          ETH_TYPE,
          IPV4_SRC,
          IPV6_SRC,
          IP_PROTO,
          IP_TTL,
          ICMPV4_TYPE,
          ICMPV6_TYPE,
          UDP_DST)),
  /** Packets that have travelled too far are not sent on. */
  ROUTER_IN_TTL(Set.of(ETH_TYPE, IP_TTL)) {
    @Override
    public Optional<Table> miss() {
      return Optional.of(ROUTER_IN_ROUTING);
    }
  },
  /** From the destination, or the source, to a next hop and the port that leads there. */
  ROUTER_IN_ROUTING(
      Set.of(DATAPATH, INPORT, ROUTE_TABLE, ETH_TYPE, IPV4_SRC, IPV4_DST, IPV6_SRC, IPV6_DST)),
  /** One of several routes that share a prefix's traffic. */
  ROUTER_IN_ECMP(Set.of(DATAPATH, ETH_TYPE, ECMP_GROUP, ECMP_MEMBER)),
  /** What policies do with packets that have a route. */
  ROUTER_IN_POLICY(Sets.union(Field.HEADERS, Set.of(DATAPATH, INPORT, OUTPORT)).immutableCopy()) {
    @Override
    public Optional<Table> miss() {
      return Optional.of(ROUTER_OUT);
    }
  },
  /** One of several next hops that share a policy's traffic. */
  ROUTER_IN_POLICY_ECMP(Set.of(DATAPATH, ETH_TYPE, ECMP_GROUP, ECMP_MEMBER)),
  /** Out of a router's port, into a switch or the next router. */
  ROUTER_OUT(Set.of(DATAPATH, OUTPORT)),
  /** Out of a port that not every packet fits through. */
  ROUTER_OUT_FIT(Set.of(DATAPATH, OUTPORT, FLAGS, ETH_TYPE)),
  /** From the next hop's IP address to its MAC address, so far as this chassis knows it. */
  NEIGHBOUR(Set.of(DATAPATH, INPORT, ETH_SRC, ETH_TYPE, NEXTHOP_IPV4, NEXTHOP_IPV6)),
  /** To the chassis that knows a switch's addresses. */
  LOCATE_NETWORK(Set.of(DATAPATH, FLAGS, ETH_TYPE, NEXTHOP_IPV4, NEXTHOP_IPV6)),
  /** Frames that no port may send are dropped. */
  SWITCH_IN_ADMISSION(Set.of(DATAPATH, INPORT, ETH_SRC, ETH_DST)) {
    @Override
    public Optional<Table> miss() {
      return Optional.of(SWITCH_IN_LEARN);
    }
  },
  /** Where unknown senders sit is learned. */
  SWITCH_IN_LEARN(Set.of(DATAPATH, INPORT)) {
    @Override
    public Optional<Table> miss() {
      return Optional.of(SWITCH_IN_NEIGHBOURS);
    }
  },
  /** Who asks for a known address is answered on the spot. */
  SWITCH_IN_NEIGHBOURS(
      Set.of(
          DATAPATH,
          INPORT,
          ETH_TYPE,
          ARP_OP,
          ARP_TPA,
          IP_PROTO,
          IP_TTL,
          IPV6_SRC,
          ICMPV6_TYPE,
          ICMPV6_CODE,
          ND_TARGET)) {
    @Override
    public Optional<Table> miss() {
      return Optional.of(SWITCH_IN_LOOKUP);
    }
  },
  /** What can only be written to a solicitation once it is an advertisement. */
  SWITCH_IN_ADVERTISEMENT(Set.of(ETH_TYPE, IP_PROTO, ICMPV6_TYPE, ICMPV6_CODE)),
  /** From the destination MAC to an output port or group. */
  SWITCH_IN_LOOKUP(Set.of(DATAPATH, ETH_DST)),
  /** What switches learned, each by itself; the controller writes nothing here. */
  LEARNED(Set.of(DATAPATH, ETH_DST)),
  /** What to do with a frame for an address that nobody knows. */
  SWITCH_IN_UNKNOWN(Set.of(DATAPATH, OUTPORT)) {
    @Override
    public Optional<Table> miss() {
      return Optional.of(LOCATE);
    }
  },
  /** From the output port or group to the chassis that have it. */
  LOCATE(Set.of(DATAPATH, OUTPORT, FLAGS)),
  /** Out of a link's port, into the switch at its other end. */
  SWITCH_LINK(Set.of(DATAPATH, INPORT, OUTPORT)),
  /** Each packet for other chassis is measured; what is for this one goes on. */
  TRANSMIT(Set.of(CHASSIS)),
  /** What is for several chassis: a copy for each. */
  REPLICATE(Set.of(DATAPATH, OUTPORT, FLAGS)),
  /** To each chassis by the tunnel that leads there. */
  TUNNEL_OUT(Set.of(CHASSIS, FLAGS, ETH_DST, ETH_TYPE)),
  /** What fits through no tunnel: who answers, the router it came by, if it did. */
  TUNNEL_ERROR(Set.of(DATAPATH, INPORT, ETH_TYPE)),
  /** From groups to the ports this chassis has of them. */
  DELIVER(Set.of(DATAPATH, OUTPORT)) {
    @Override
    public Optional<Table> miss() {
      return Optional.of(PHYSICAL_OUT);
    }
  },
  /** From logical ports to OpenFlow ports. */
  PHYSICAL_OUT(Set.of(DATAPATH, OUTPORT)),
  /** A packet that a router answers with an error: where from. */
  ROUTER_ERROR(Set.of(DATAPATH, INPORT, ETH_TYPE)),
  /** What no switch can do by itself is asked of the controller. */
  CONTROL(Set.of(DATAPATH, INPORT, PUNT));

  private final Set<Field> matches;

  Table(Set<Field> matches) {
    this.matches = matches;
  }

  /** The number by which OpenFlow knows the table. */
  public int number() {
    return ordinal();
  }

  /** The fields its flows may match. */
  public Set<Field> matches() {
    return matches;
  }

  /** Where a packet goes that no flow matches; empty means that it is dropped. */
  public Optional<Table> miss() {
    return Optional.empty();
  }

  /**
   * Whether a packet may come here from a later table: where it enters another router or switch.
   * Each time it does counts towards {@link Bounds#DEPTH}.
   */
  public boolean entrance() {
    return this == ROUTER_IN_LOCAL || this == SWITCH_IN_ADMISSION;
  }

  /**
   * The switch fills this table by itself, so what stands there is not the controller's to judge.
   */
  public boolean learned() {
    return this == LEARNED;
  }

  public static Optional<Table> of(int number) {
    return number < values().length ? Optional.of(values()[number]) : Optional.empty();
  }
}
