package io.heddle.feature;

import static io.heddle.flow.Action.load;

import io.heddle.compiler.Connections.RouterDomain;
import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Layer;
import io.heddle.compiler.Policies;
import io.heddle.compiler.Routes;
import io.heddle.compiler.Routes.HopIpv6;
import io.heddle.compiler.Routing.Attachment;
import io.heddle.compiler.Routing.RouterPortOf;
import io.heddle.compiler.Topology.Port;
import io.heddle.compiler.Topology.PortOf;
import io.heddle.engine.Domain;
import io.heddle.engine.Reads;
import io.heddle.engine.Relation;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Group;
import io.heddle.flow.Match;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A packet on its way to an IPv6 next hop that another chassis has to find: the address does not
 * fit into a MAC address, so the key of a route or policy that sends there stands for it.
 */
public final class DistantHops implements Feature {
  /** Beside the key: the first 16 bits of a destination MAC, as for {@link RouterPipeline}. */
  private static final long NEXTHOP_MAC = 0x0aff_0000_0000L;

  @Override
  public List<Rule<?>> rules() {
    return List.of(
        Rule.forEach(Domain.keys(Routes.HOPS_IPV6), DistantHops::emitOfRoutes),
        Rule.forEach(Domain.keys(Policies.HOPS_IPV6), DistantHops::emitOfPolicies));
  }

  private static void emitOfRoutes(HopIpv6 hop, Reads network, Emission.Sink out) {
    emit(hop, least(hop, Routes.HOPS_IPV6, network), network, out);
  }

  private static void emitOfPolicies(HopIpv6 hop, Reads network, Emission.Sink out) {
    if (network.related(Routes.HOPS_IPV6, hop).isEmpty()) {
      emit(hop, least(hop, Policies.HOPS_IPV6, network), network, out);
    }
  }

  private static int least(HopIpv6 hop, Relation<HopIpv6, Integer> keys, Reads network) {
    return network.related(keys, hop).stream().min(Comparator.naturalOrder()).orElseThrow();
  }

  private static void emit(HopIpv6 hop, int key, Reads network, Emission.Sink out) {
    var port = network.ask(new RouterPortOf(hop.routerPort())).orElseThrow();
    var attached =
        port.peer().isEmpty()
            ? network
                .ask(new Attachment(port.name()))
                .flatMap((UUID uuid) -> network.ask(new PortOf(uuid)))
            : Optional.<Port>empty();
    if (attached.isEmpty()) {
      return;
    }
    var here = Match.of(Field.DATAPATH, attached.get().datapath());
    long mac = NEXTHOP_MAC | key;
    out.flow(
        network.ask(new RouterDomain(port.router())),
        Flow.of(
                Table.NEIGHBOUR,
                40,
                hop.nexthop().in(Field.NEXTHOP_IPV6, here.and(Field.INPORT, attached.get().key())),
                load(Field.PUNT, Punt.RESOLVE_IPV6.number()),
                load(Field.OUTPORT, Group.NEXTHOP),
                load(Field.ETH_DST, Bits.of(mac)))
            .then(Table.LOCATE_NETWORK));
    out.flow(
        new Layer.Datapath(attached.get().logicalSwitch()),
        Flow.of(
                Table.TUNNEL_IN,
                250,
                here.and(Field.ETH_SRC, port.mac()).and(Field.ETH_DST, mac),
                hop.nexthop().asNexthop())
            .then(Table.NEIGHBOUR));
  }
}
