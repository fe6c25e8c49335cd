package io.heddle.feature;

import static io.heddle.flow.Action.clear;
import static io.heddle.flow.Action.load;

import io.heddle.compiler.Connections.EntryLayer;
import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Layer;
import io.heddle.compiler.Neighbourhood;
import io.heddle.compiler.Neighbourhood.Neighbour;
import io.heddle.compiler.Neighbourhood.SegmentOf;
import io.heddle.compiler.Routing;
import io.heddle.compiler.Routing.RouterPort;
import io.heddle.compiler.Routing.RouterPortOf;
import io.heddle.engine.Domain;
import io.heddle.engine.Reads;
import io.heddle.flow.Action;
import io.heddle.flow.Field;
import io.heddle.flow.Flag;
import io.heddle.flow.Flow;
import io.heddle.flow.Ip;
import io.heddle.flow.Ip.Family;
import io.heddle.flow.Match;
import io.heddle.flow.Meter;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
import io.heddle.model.PortAddresses;
import io.heddle.model.Row;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.MacBinding;
import io.heddle.v1.StaticMacBinding;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * A router's port sends to addresses that no port of its switch is known to have as it was told, or
 * as it learned. What it was told goes before what it learned where that is said, and after it
 * where not; the known addresses of the switch's ports go before both. What neighbours say of
 * themselves to the router (RFC 826, RFC 4861 section 4.4) the controller hears, if it is about the
 * networks of the port that it came by; no other ARP packet gets further.
 */
public final class MacBindings implements Feature {
  private static final int OVERRIDING = 48;
  private static final int LEARNED = 46;
  private static final int FALLBACK = 44;

  private static final int ICMPV6 = 58;
  private static final int NEIGHBOUR_ADVERTISEMENT = 136;

  private static final Comparator<Row> FIRST =
      Comparator.comparingLong(Row::created).thenComparing(Row::uuid);

  @Override
  public List<Rule<?>> rules() {
    return List.of(
        Rule.forEach(new Domain.Once(), (once, network, out) -> emitEnd(out)),
        Rule.forEach(Domain.rows(LogicalRouterPort.class), MacBindings::emitEars),
        Rule.forEach(Domain.keys(Neighbourhood.STATIC_BINDINGS), MacBindings::emitStatic),
        Rule.forEach(Domain.rows(MacBinding.class), MacBindings::emitLearned));
  }

  private static void emitStatic(Neighbour neighbour, Reads network, Emission.Sink out) {
    var rows =
        network.related(Neighbourhood.STATIC_BINDINGS, neighbour).stream()
            .flatMap(uuid -> network.row(StaticMacBinding.class, uuid).stream())
            .sorted(FIRST)
            .toList();
    var first = rows.get(0).as(StaticMacBinding.class);
    int priority = first.getOverrideDynamicMac() ? OVERRIDING : FALLBACK;
    emit(neighbour, priority, first.getMac(), network, out);
    rows.stream()
        .skip(1)
        .forEach(
            row ->
                out.problem(
                    "StaticMacBinding",
                    row.name(),
                    "port "
                        + neighbour.routerPort()
                        + " has another one for the same address, which holds"));
  }

  private static void emitLearned(UUID uuid, Reads network, Emission.Sink out) {
    var row = network.get(MacBinding.class, uuid).orElseThrow();
    emit(Neighbour.of(row.getLogicalPort(), row.getIp()), LEARNED, row.getMac(), network, out);
  }

  private static void emit(
      Neighbour neighbour, int priority, String mac, Reads network, Emission.Sink out) {
    network
        .ask(new SegmentOf(neighbour.routerPort()))
        .ifPresent(
            segment -> {
              // The router port's MAC, unlike its key, comes along by every kind of tunnel.
              var from =
                  Match.of(Field.DATAPATH, segment.datapath()).and(Field.ETH_SRC, segment.mac());
              var ip = neighbour.ip();
              out.flow(
                  segment.layer(),
                  Flow.of(
                          Table.NEIGHBOUR,
                          priority,
                          ip.in(ip.family().nexthop(), from),
                          load(Field.ETH_DST, PortAddresses.macBits(mac)),
                          // Not the group by which it came here to find its next hop.
                          load(Field.OUTPORT, 0),
                          clear(Flag.FROM_TUNNEL))
                      .then(Table.SWITCH_IN_LOOKUP));
            });
  }

  /** What a port hears, by its networks. */
  private static void emitEars(UUID uuid, Reads network, Emission.Sink out) {
    network
        .ask(new RouterPortOf(uuid))
        .filter(port -> port.peer().isEmpty())
        .ifPresent(
            port -> {
              var layer = network.ask(new EntryLayer(uuid));
              port.networks().stream()
                  .map(n -> heard(port, Ip.of(n.address().getBytes()), n.length()))
                  .distinct()
                  .forEach(flow -> out.flow(layer, flow));
              var linkLocal = Ip.of(port.linkLocal().getBytes());
              out.flow(layer, heard(port, linkLocal, Routing.LINK_LOCAL_PREFIX));
            });
  }

  private static Flow heard(RouterPort port, Ip ip, int length) {
    var network = ip.network(length).bits();
    var mask = ip.mask(length);
    var ipv4 = ip.family() == Family.IPV4;
    var packets =
        ipv4
            ? Match.arp()
            : Family.IPV6
                .packets()
                .and(Field.IP_PROTO, ICMPV6)
                .and(Field.ICMPV6_TYPE, NEIGHBOUR_ADVERTISEMENT);
    var speaker = ipv4 ? Field.ARP_SPA : Field.ND_TARGET;
    var here = packets.and(Field.DATAPATH, port.datapath()).and(Field.INPORT, port.key());
    return Flow.of(
        Table.ROUTER_IN_LOCAL,
        150,
        length == 0 ? here : here.and(speaker, network, mask),
        Action.punt(
            ipv4 ? Punt.NEIGHBOUR_HEARD_ARP : Punt.NEIGHBOUR_HEARD_ND,
            Meter.share(port.datapath(), port.key())));
  }

  private static void emitEnd(Emission.Sink out) {
    out.flow(new Layer.Pipeline(), Flow.of(Table.ROUTER_IN_LOCAL, 90, Match.arp()));
  }
}
