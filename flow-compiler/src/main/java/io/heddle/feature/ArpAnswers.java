package io.heddle.feature;

import static io.heddle.flow.Action.load;
import static io.heddle.flow.Action.move;

import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Layer;
import io.heddle.compiler.Topology;
import io.heddle.compiler.Topology.Address;
import io.heddle.compiler.Topology.DatapathKey;
import io.heddle.compiler.Topology.Port;
import io.heddle.engine.Domain;
import io.heddle.engine.Reads;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Ip;
import io.heddle.flow.Match;
import io.heddle.flow.Table;
import java.util.List;
import java.util.UUID;

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
    return List.of(Rule.forEach(Domain.keys(Topology.PORTS_WITH_IP), ArpAnswers::emit));
  }

  private static void emit(Address address, Reads network, Emission.Sink out) {
    var owner = Topology.owner(network, Topology.PORTS_WITH_IP, address).orElseThrow();
    var ip = address.ip();
    Rivals.report(network, Topology.PORTS_WITH_IP, address, owner, ip.text(), out);
    if (ip.family() == Ip.Family.IPV4) {
      answer(address.logicalSwitch(), ip, owner, network, out);
    }
  }

  private static void answer(
      UUID logicalSwitch, Ip ip, Port owner, Reads network, Emission.Sink out) {
    var layer = new Layer.Datapath(logicalSwitch);
    int datapath = network.ask(new DatapathKey(logicalSwitch));
    long mac = Topology.mac(network, owner, ip);

    var request =
        Match.arp()
            .and(Field.DATAPATH, datapath)
            .and(Field.ARP_OP, REQUEST)
            .and(Field.ARP_TPA, ip.bits());
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
                load(Field.ARP_SPA, ip.bits()),
                move(Field.INPORT, Field.OUTPORT),
                // The answer leaves by the port the question came by.
                load(Field.IN_PORT_REGISTER, 0))
            .then(Table.LOCATE));
  }
}
