package io.heddle.feature;

import static io.heddle.flow.Action.load;

import io.heddle.compiler.Addressing;
import io.heddle.compiler.Addressing.Mac;
import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Topology;
import io.heddle.compiler.Topology.DatapathKey;
import io.heddle.engine.Domain;
import io.heddle.engine.Reads;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Table;
import java.util.List;

/**
 * A frame for a MAC address that a port of the switch has goes to that port and nowhere else. Of
 * several ports with one address the oldest has it.
 */
public final class KnownUnicast implements Feature {
  @Override
  public List<Rule<?>> rules() {
    return List.of(Rule.forEach(Domain.keys(Addressing.PORTS_WITH_MAC), KnownUnicast::emit));
  }

  private static void emit(Mac mac, Reads network, Emission.Sink out) {
    var owner =
        Rivals.owner(
            network, Addressing.PORTS_WITH_MAC, mac, () -> Rivals.macText(mac.address()), out);
    int datapath = network.ask(new DatapathKey(mac.logicalSwitch()));
    out.flow(
        Topology.layer(network, owner),
        Flow.of(
                Table.SWITCH_IN_LOOKUP,
                50,
                Match.of(Field.DATAPATH, datapath).and(Field.ETH_DST, mac.address()),
                load(Field.OUTPORT, owner.key()))
            .then(Table.LOCATE));
  }
}
