package io.heddle.feature;

import static io.heddle.flow.Action.load;
import static io.heddle.flow.Action.resubmit;

import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Layer;
import io.heddle.engine.Domain;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Flag;
import io.heddle.flow.Flow;
import io.heddle.flow.Group;
import io.heddle.flow.Match;
import io.heddle.flow.Table;
import io.heddle.model.PortAddresses;
import java.util.Arrays;
import java.util.List;

/**
 * What holds in every switch, whatever its ports: the tables' miss rules; frames that claim to come
 * from a group address are dropped, and so are those to what stands for a next hop between chassis;
 * frames to a group address go to all ports; frames to an address that nobody has and nobody
 * learned go nowhere; what came by a tunnel never goes into a tunnel.
 */
public final class SwitchPipeline implements Feature {
  private static final Bits GROUP_BIT = Bits.of(0x0100_0000_0000L);

  @Override
  public List<Rule<?>> rules() {
    return List.of(Rule.forEach(new Domain.Once(), (once, network, out) -> emit(out)));
  }

  private static void emit(Emission.Sink out) {
    var layer = new Layer.Pipeline();
    Arrays.stream(Table.values())
        .forEach(t -> t.miss().ifPresent(n -> out.flow(layer, Flow.of(t, 0, Match.ALL).then(n))));

    var fromGroup = Match.ALL.and(Field.ETH_SRC, GROUP_BIT, GROUP_BIT);
    out.flow(layer, Flow.of(Table.SWITCH_IN_ADMISSION, 100, fromGroup));

    // After a tunnel that tells nothing but the network it would be taken for a router's.
    var nextHops = Bits.of(PortAddresses.NEXT_HOPS);
    var toNextHop = Match.ALL.and(Field.ETH_DST, nextHops, Bits.of(PortAddresses.NEXT_HOPS_MASK));
    out.flow(layer, Flow.of(Table.SWITCH_IN_ADMISSION, 90, toNextHop));

    var toGroup = Match.ALL.and(Field.ETH_DST, GROUP_BIT, GROUP_BIT);
    out.flow(
        layer,
        Flow.of(Table.SWITCH_IN_LOOKUP, 70, toGroup, load(Field.OUTPORT, Group.FLOOD))
            .then(Table.LOCATE));
    out.flow(
        layer,
        Flow.of(Table.SWITCH_IN_LOOKUP, 0, Match.ALL, resubmit(Table.LEARNED))
            .then(Table.SWITCH_IN_UNKNOWN));
    out.flow(layer, Flow.of(Table.SWITCH_IN_UNKNOWN, 10, Match.of(Field.OUTPORT, 0)));

    out.flow(
        layer,
        Flow.of(Table.TUNNEL_IN, 10, Match.ALL.and(Flag.LOOK_UP_AGAIN, true))
            .then(Table.SWITCH_IN_LOOKUP));
    // What the sender knows no more of than the chassis, this one does.
    out.flow(
        layer,
        Flow.of(Table.TUNNEL_IN, 20, Match.of(Field.OUTPORT, Group.SOMEWHERE))
            .then(Table.SWITCH_IN_LOOKUP));
    out.flow(
        layer,
        Flow.of(Table.LOCATE, 200, Match.ALL.and(Flag.FROM_TUNNEL, true)).then(Table.DELIVER));
    out.flow(
        layer,
        Flow.of(Table.LOCATE, 100, Match.of(Field.OUTPORT, Group.SOMEWHERE)).then(Table.TRANSMIT));
  }
}
