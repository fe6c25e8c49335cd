package io.heddle.feature;

import static io.heddle.flow.Action.load;
import static io.heddle.flow.Action.move;

import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Layer;
import io.heddle.compiler.Topology;
import io.heddle.compiler.Topology.Address;
import io.heddle.compiler.Topology.AddressesOf;
import io.heddle.compiler.Topology.DatapathKey;
import io.heddle.compiler.Topology.Port;
import io.heddle.engine.Domain;
import io.heddle.engine.Reads;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Table;
import io.heddle.model.PortAddresses;
import java.util.List;

/**
 * An ARP request (RFC 826) for an IPv4 address that a port of the switch has is answered where it
 * is asked and goes no further. A port that asks for its own address, as it does to find out
 * whether somebody else has it (RFC 5227), gets no answer, and its request goes to all.
 */
public final class ArpAnswers implements Feature {
  private static final int REQUEST = 1;
  private static final int REPLY = 2;

  @Override
  public List<Rule<?>> rules() {
    return List.of(Rule.forEach(Domain.keys(Topology.PORTS_WITH_IPV4), ArpAnswers::emit));
  }

  private static void emit(Address ip, Reads network, Emission.Sink out) {
    var owner = Topology.owner(network, Topology.PORTS_WITH_IPV4, ip).orElseThrow();
    Rivals.report(network, Topology.PORTS_WITH_IPV4, ip, owner, Rivals.ipv4Text(ip.address()), out);
    var layer = new Layer.Datapath(ip.logicalSwitch());
    int datapath = network.ask(new DatapathKey(ip.logicalSwitch()));
    long mac = mac(owner, ip.address(), network);

    var request =
        Match.arp()
            .and(Field.DATAPATH, datapath)
            .and(Field.ARP_OP, REQUEST)
            .and(Field.ARP_TPA, ip.address());
    out.flow(
        layer,
        Flow.of(Table.SWITCH_IN_ARP, 100, request.and(Field.INPORT, owner.key()))
            .then(Table.SWITCH_IN_LOOKUP));
    out.flow(
        layer,
        Flow.of(
                Table.SWITCH_IN_ARP,
                50,
                request,
                move(Field.ETH_SRC, Field.ETH_DST),
                load(Field.ETH_SRC, mac),
                load(Field.ARP_OP, REPLY),
                move(Field.ARP_SHA, Field.ARP_THA),
                load(Field.ARP_SHA, mac),
                move(Field.ARP_SPA, Field.ARP_TPA),
                load(Field.ARP_SPA, ip.address()),
                move(Field.INPORT, Field.OUTPORT),
                // The answer leaves by the port the question came by.
                load(Field.IN_PORT_REGISTER, 0))
            .then(Table.LOCATE));
  }

  /** The MAC address that the port has the IP address with. */
  private static long mac(Port port, long ip, Reads network) {
    return network.ask(new AddressesOf(port.uuid())).stream()
        .filter(PortAddresses.Known.class::isInstance)
        .map(PortAddresses.Known.class::cast)
        .filter(
            known -> known.ips().stream().anyMatch(i -> i.isIPv4() && i.toIPv4().longValue() == ip))
        .findFirst()
        .orElseThrow()
        .mac();
  }
}
