package io.heddle.feature;

import static io.heddle.flow.Action.clear;
import static io.heddle.flow.Action.load;

import io.heddle.compiler.Addressing;
import io.heddle.compiler.Addressing.Address;
import io.heddle.compiler.Addressing.Claim;
import io.heddle.compiler.Connections;
import io.heddle.compiler.Connections.AtHome;
import io.heddle.compiler.Connections.DomainOf;
import io.heddle.compiler.Connections.Home;
import io.heddle.compiler.Connections.Routed;
import io.heddle.compiler.Connections.Transit;
import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Segments.Members;
import io.heddle.compiler.Topology;
import io.heddle.compiler.Topology.ChassisKey;
import io.heddle.compiler.Topology.DatapathKey;
import io.heddle.compiler.Topology.Placed;
import io.heddle.compiler.Topology.PortOf;
import io.heddle.compiler.Topology.Site;
import io.heddle.compiler.Topology.WhereaboutsOf;
import io.heddle.engine.Domain;
import io.heddle.engine.Reads;
import io.heddle.flow.Field;
import io.heddle.flow.Flag;
import io.heddle.flow.Flow;
import io.heddle.flow.Ip;
import io.heddle.flow.Match;
import io.heddle.flow.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A routed packet finds the MAC address of its next hop. Chassis that have ports of the switch know
 * those of all its ports; the others know one of those chassis and send the packet there, or
 * straight to the port's chassis where that is another. Routers' addresses everybody knows, those
 * of routers in the switches that this one is linked with as well.
 */
public final class Neighbours implements Feature {
  private static final int OWN = 50;

  /** Before what routers are told or learn. */
  private static final int IN_LINKED = 49;

  @Override
  public List<Rule<?>> rules() {
    return List.of(
        Rule.forEach(Domain.keys(Addressing.PORTS_WITH_IP), Neighbours::emitAddress),
        Rule.forEach(Domain.keys(Connections.ROUTER_PORTS_OF), Neighbours::emitHome));
  }

  private static void emitAddress(Address address, Reads network, Emission.Sink out) {
    if (!network.ask(new Routed(address.logicalSwitch()))) {
      return;
    }
    var owner = Addressing.owner(network, Addressing.PORTS_WITH_IP, address).orElseThrow();
    emitElsewhere(address, owner, network, out);
    if (owner.router()) {
      emitToLinked(address.ip(), owner, network, out);
    }
    if (owner.router() && !network.ask(new Transit(address.logicalSwitch()))) {
      // The only router there is takes what is for itself before it gets here.
      return;
    }
    out.flow(
        Topology.layer(network, owner),
        known(OWN, address.logicalSwitch(), address.ip(), owner, network));
  }

  private static Flow known(
      int priority, UUID logicalSwitch, Ip ip, Topology.Port owner, Reads network) {
    return Flow.of(
            Table.NEIGHBOUR,
            priority,
            nexthop(logicalSwitch, ip, network),
            load(Field.ETH_DST, Addressing.mac(network, owner, ip)),
            // Wherever it came from, in this switch it has not yet been to another chassis.
            clear(Flag.FROM_TUNNEL))
        .then(Table.SWITCH_IN_LOOKUP);
  }

  /** To routers of linked switches; who has an address there, of several routers, is the oldest. */
  private static void emitToLinked(Ip ip, Topology.Port owner, Reads network, Emission.Sink out) {
    var routed =
        network.ask(new Members(owner.logicalSwitch())).stream()
            .filter(member -> network.ask(new Routed(member)))
            .toList();
    for (var other : routed) {
      boolean first =
          routed.stream()
              .filter(member -> !member.equals(other))
              .flatMap(
                  member ->
                      network.related(Addressing.PORTS_WITH_IP, new Address(member, ip)).stream())
              .filter(claim -> network.ask(new PortOf(claim.port())).orElseThrow().router())
              .min(Comparator.naturalOrder())
              .equals(Optional.of(Claim.of(owner)));
      if (first) {
        out.flow(network.ask(new DomainOf(other)), known(IN_LINKED, other, ip, owner, network));
      }
    }
  }

  private static Match nexthop(UUID logicalSwitch, Ip ip, Reads network) {
    var here = Match.of(Field.DATAPATH, network.ask(new DatapathKey(logicalSwitch)));
    return ip.in(ip.family().nexthop(), here);
  }

  private static void emitHome(UUID logicalSwitch, Reads network, Emission.Sink out) {
    network
        .ask(new Home(logicalSwitch))
        .ifPresent(
            home ->
                out.flow(
                    network.ask(new DomainOf(logicalSwitch)),
                    Flow.of(
                            Table.LOCATE_NETWORK,
                            50,
                            Match.of(Field.DATAPATH, network.ask(new DatapathKey(logicalSwitch))),
                            load(Field.CHASSIS, network.ask(new ChassisKey(home))))
                        .then(Table.TRANSMIT)));
  }

  /** An address of a port that is not at its switch's home. */
  private static void emitElsewhere(
      Address address, Topology.Port owner, Reads network, Emission.Sink out) {
    var logicalSwitch = address.logicalSwitch();
    network
        .ask(new WhereaboutsOf(owner.uuid()))
        .placed()
        .map(Placed::binding)
        .filter(at -> !network.ask(new AtHome(new Site(logicalSwitch, at.chassis()))))
        .ifPresent(
            at ->
                out.flow(
                    network.ask(new DomainOf(logicalSwitch)),
                    Flow.of(
                            Table.LOCATE_NETWORK,
                            100,
                            nexthop(logicalSwitch, address.ip(), network),
                            load(Field.CHASSIS, at.chassisKey()))
                        .then(Table.TRANSMIT)));
  }
}
