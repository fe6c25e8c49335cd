package io.heddle.feature;

import static io.heddle.flow.Action.load;
import static io.heddle.flow.Action.resubmit;

import io.heddle.compiler.Connections.DomainOf;
import io.heddle.compiler.Connections.Transit;
import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Layer;
import io.heddle.compiler.Segments;
import io.heddle.compiler.Segments.Link;
import io.heddle.compiler.Segments.LinkOf;
import io.heddle.compiler.Segments.PeerOf;
import io.heddle.compiler.Segments.RouterMacsBehind;
import io.heddle.compiler.Topology.Port;
import io.heddle.compiler.Topology.PortOf;
import io.heddle.engine.Domain;
import io.heddle.engine.Reads;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Table;
import java.util.List;
import java.util.UUID;

/**
 * Two switches are linked by a port of each. A frame that leaves one by its port enters the other
 * by that one's, as any frame does that a port sends; it never goes back out by the port it came
 * by.
 *
 * <p>Switches do not tell each other which addresses their ports have: what a switch does not know
 * goes into those next to it, until it has learned which way to go (as in OVN, where such ports
 * take unknown addresses). So a new port, or a new link, is news to nobody else. Of routers alone
 * the whole segment knows: they are on all chassis at once, and frames for them should not go to
 * the one where they spoke last.
 *
 * <p>A frame crosses links on the chassis where it came into the network, all that are on its way,
 * and then takes a tunnel in the network where its destination is. That is why each chassis has the
 * flows of all switches of a segment it has a port in, and why none that came by a tunnel is ever
 * flooded: of a broadcast each port gets one copy. Links that would close a loop carry nothing.
 */
public final class SwitchLinks implements Feature {
  @Override
  public List<Rule<?>> rules() {
    return List.of(Rule.forEach(Domain.keys(Segments.ENDS), SwitchLinks::emit));
  }

  private static void emit(UUID uuid, Reads network, Emission.Sink out) {
    var port = network.ask(new PortOf(uuid)).orElseThrow();
    var peer = network.ask(new PeerOf(uuid));
    if (peer.isPresent()) {
      emitWay(port, peer.get(), network, out);
    } else {
      out.problem("LogicalSwitchPort", port.name(), fault(network.ask(new LinkOf(uuid)), network));
    }
  }

  private static String fault(Link link, Reads network) {
    if (link instanceof Link.To to) {
      var peer = network.ask(new PortOf(to.peer())).orElseThrow();
      return "its link to " + peer.name() + " closes a loop of older links and carries nothing";
    }
    return link instanceof Link.Broken broken ? broken.why() : "is no link";
  }

  private static void emitWay(Port port, Port peer, Reads network, Emission.Sink out) {
    var layer = layer(port, network);
    var here = Match.of(Field.DATAPATH, port.datapath());
    var leaving = here.and(Field.OUTPORT, port.key());
    // What came by a tunnel, for an address that is behind the link here, crosses it as well.
    out.flow(layer, Flow.of(Table.LOCATE, 300, leaving).then(Table.SWITCH_LINK));
    out.flow(layer, Flow.of(Table.SWITCH_LINK, 200, leaving.and(Field.INPORT, port.key())));
    out.flow(
        layer,
        Flow.of(
            Table.SWITCH_LINK,
            100,
            leaving,
            load(Field.DATAPATH, peer.datapath()),
            load(Field.INPORT, peer.key()),
            load(Field.OUTPORT, 0),
            resubmit(Table.SWITCH_IN_ADMISSION)));
    for (long mac : network.ask(new RouterMacsBehind(port.uuid()))) {
      out.flow(
          layer,
          Flow.of(
                  Table.SWITCH_IN_LOOKUP,
                  40,
                  here.and(Field.ETH_DST, mac),
                  load(Field.OUTPORT, port.key()))
              .then(Table.LOCATE));
    }
  }

  /** Frames from one router to another cross links wherever they come from. */
  private static Layer layer(Port port, Reads network) {
    return network.ask(new Transit(port.logicalSwitch()))
        ? network.ask(new DomainOf(port.logicalSwitch()))
        : new Layer.Datapath(port.logicalSwitch());
  }
}
