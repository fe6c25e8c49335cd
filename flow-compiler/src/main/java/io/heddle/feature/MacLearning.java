package io.heddle.feature;

import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Layer;
import io.heddle.compiler.Segments;
import io.heddle.compiler.Segments.Linked;
import io.heddle.compiler.Segments.PeerOf;
import io.heddle.compiler.Topology;
import io.heddle.compiler.Topology.DatapathKey;
import io.heddle.compiler.Topology.Port;
import io.heddle.compiler.Topology.PortOf;
import io.heddle.compiler.Topology.WhereaboutsOf;
import io.heddle.engine.Domain;
import io.heddle.engine.Reads;
import io.heddle.flow.Action;
import io.heddle.flow.Action.Learn;
import io.heddle.flow.Action.Spec;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Flag;
import io.heddle.flow.Flow;
import io.heddle.flow.Group;
import io.heddle.flow.Match;
import io.heddle.flow.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Behind a port with the address "unknown" may sit anybody. Each switch learns by itself, from the
 * frames such ports send, which of them an address is behind; frames for it then go there alone.
 * What is heard by VXLAN, which does not tell the port, is learned as being somewhere at the
 * sending chassis.
 *
 * <p>So is what came into the switch by a link to another one: the sending chassis knows where
 * behind the link it is, for there it came in. A link's own port learns whatever crosses it there.
 */
public final class MacLearning implements Feature {
  /** Seconds after which an address that sends nothing is forgotten; IEEE 802.1Q's default. */
  private static final int AGEING_SECONDS = 300;

  /** Addresses that one port, or the VXLAN peers of one switch, may have learned on one chassis. */
  private static final int ADDRESSES_LEARNED = 4_096;

  private static final int PRIORITY = 100;

  /** Above it, what is to be looked up again by Geneve as well. */
  private static final int SOMEWHERE = 150;

  @Override
  public List<Rule<?>> rules() {
    return List.of(
        Rule.forEach(Domain.keys(Topology.UNKNOWN_PORTS), MacLearning::emitPort),
        Rule.forEach(Domain.keys(Topology.UNKNOWN_CHASSIS_OF), MacLearning::emitSwitch),
        Rule.forEach(Domain.keys(Segments.LINKS_OF), MacLearning::emitLinked),
        Rule.forEach(Domain.keys(Segments.ENDS), MacLearning::emitLink));
  }

  private static void emitPort(UUID uuid, Reads network, Emission.Sink out) {
    var placed = network.ask(new WhereaboutsOf(uuid)).placed().orElseThrow();
    var port = placed.port();
    var sent = Match.of(Field.DATAPATH, port.datapath()).and(Field.INPORT, port.key());
    var learn = learn(new Spec.LoadField(Field.INPORT, Field.OUTPORT));
    out.flow(
        new Layer.Host(placed.binding().chassis()),
        Flow.of(Table.SWITCH_IN_LEARN, 100, sent, learn).then(Table.SWITCH_IN_NEIGHBOURS));
    emitHeard(port, learn, network, out);
  }

  private static void emitLink(UUID uuid, Reads network, Emission.Sink out) {
    if (network.ask(new PeerOf(uuid)).isEmpty()) {
      return;
    }
    var port = network.ask(new PortOf(uuid)).orElseThrow();
    out.flow(
        new Layer.Datapath(port.logicalSwitch()),
        Flow.of(
                Table.SWITCH_IN_LEARN,
                100,
                Match.of(Field.DATAPATH, port.datapath()).and(Field.INPORT, port.key()),
                learn(new Spec.LoadField(Field.INPORT, Field.OUTPORT)))
            .then(Table.SWITCH_IN_NEIGHBOURS));
    emitHeard(port, learnSomewhere(), network, out);
  }

  /** What comes by Geneve from a port. */
  private static void emitHeard(Port port, Action learn, Reads network, Emission.Sink out) {
    var layer = new Layer.Datapath(port.logicalSwitch());
    var sent = Match.of(Field.DATAPATH, port.datapath()).and(Field.INPORT, port.key());
    out.flow(layer, Flow.of(Table.TUNNEL_IN, 100, sent, learn).then(Table.DELIVER));
    if (network.ask(new Linked(port.logicalSwitch()))) {
      out.flow(
          layer,
          Flow.of(Table.TUNNEL_IN, SOMEWHERE, sent.and(Field.OUTPORT, Group.SOMEWHERE), learn)
              .then(Table.SWITCH_IN_LOOKUP));
    }
  }

  private static void emitLinked(UUID logicalSwitch, Reads network, Emission.Sink out) {
    if (network.related(Topology.UNKNOWN_CHASSIS_OF, logicalSwitch).isEmpty()) {
      emitSwitch(logicalSwitch, network, out);
    }
  }

  private static void emitSwitch(UUID logicalSwitch, Reads network, Emission.Sink out) {
    var fromVxlan =
        Match.of(Field.DATAPATH, network.ask(new DatapathKey(logicalSwitch)))
            .and(Flag.LOOK_UP_AGAIN, true);
    out.flow(
        new Layer.Datapath(logicalSwitch),
        Flow.of(Table.TUNNEL_IN, 100, fromVxlan, learnSomewhere()).then(Table.SWITCH_IN_LOOKUP));
  }

  private static Action learnSomewhere() {
    return learn(
        new Spec.LoadValue(Bits.of(Group.SOMEWHERE), Field.OUTPORT),
        new Spec.LoadField(Field.CHASSIS, Field.CHASSIS));
  }

  private static Action learn(Spec... loads) {
    var specs =
        new ArrayList<Spec>(
            List.of(
                new Spec.MatchField(Field.DATAPATH, Field.DATAPATH),
                new Spec.MatchField(Field.ETH_SRC, Field.ETH_DST)));
    specs.addAll(List.of(loads));
    return new Learn(Table.LEARNED, PRIORITY, AGEING_SECONDS, ADDRESSES_LEARNED, specs);
  }
}
