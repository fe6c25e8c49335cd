package io.heddle.feature;

import static io.heddle.flow.Action.load;
import static io.heddle.flow.Action.resubmit;

import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Layer;
import io.heddle.compiler.Topology;
import io.heddle.compiler.Topology.ChassisKey;
import io.heddle.compiler.Topology.DatapathKey;
import io.heddle.compiler.Topology.PortOf;
import io.heddle.compiler.Topology.Site;
import io.heddle.engine.Domain;
import io.heddle.engine.Reads;
import io.heddle.engine.Relation;
import io.heddle.flow.Action;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Group;
import io.heddle.flow.Match;
import io.heddle.flow.Table;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A frame for all ports of a switch, or for all that take frames for unknown addresses, goes once
 * to each chassis that has such ports, and there to each of them but the one it came from.
 */
public final class Flooding implements Feature {
  @Override
  public List<Rule<?>> rules() {
    return List.of(
        toChassis(Topology.CHASSIS_OF, Group.FLOOD),
        toChassis(Topology.UNKNOWN_CHASSIS_OF, Group.UNKNOWN),
        toPorts(Topology.PORTS_AT, Group.FLOOD),
        toPorts(Topology.UNKNOWN_PORTS_AT, Group.UNKNOWN),
        Rule.forEach(Domain.keys(Topology.UNKNOWN_CHASSIS_OF), Flooding::emitUnknown));
  }

  private static Rule<UUID> toChassis(Relation<UUID, UUID> members, int group) {
    return Rule.forEach(
        Domain.keys(members),
        (logicalSwitch, network, out) -> {
          var keys =
              network.related(members, logicalSwitch).stream()
                  .map(c -> network.ask(new ChassisKey(c)));
          var flow =
              Flow.of(
                  Table.LOCATE,
                  100,
                  to(logicalSwitch, group, network),
                  each(keys, Field.CHASSIS, Table.TRANSMIT));
          out.flow(new Layer.Datapath(logicalSwitch), flow);
        });
  }

  private static Rule<Site> toPorts(Relation<Site, UUID> members, int group) {
    return Rule.forEach(
        Domain.keys(members),
        (site, network, out) -> {
          var keys =
              network.related(members, site).stream()
                  .map(p -> network.ask(new PortOf(p)).orElseThrow().key());
          var flow =
              Flow.of(
                  Table.DELIVER,
                  100,
                  to(site.logicalSwitch(), group, network),
                  each(keys, Field.OUTPORT, Table.PHYSICAL_OUT));
          out.flow(new Layer.Host(site.chassis()), flow);
        });
  }

  /** Where somebody may have an address that nobody is known to have, frames for it go there. */
  private static void emitUnknown(UUID logicalSwitch, Reads network, Emission.Sink out) {
    out.flow(
        new Layer.Datapath(logicalSwitch),
        Flow.of(
                Table.SWITCH_IN_UNKNOWN,
                50,
                to(logicalSwitch, 0, network),
                load(Field.OUTPORT, Group.UNKNOWN))
            .then(Table.LOCATE));
  }

  private static Match to(UUID logicalSwitch, int outport, Reads network) {
    int datapath = network.ask(new DatapathKey(logicalSwitch));
    return Match.of(Field.DATAPATH, datapath).and(Field.OUTPORT, outport);
  }

  /** A copy for each key; sorted, so that equal sets make equal flows. */
  private static List<Action> each(Stream<Integer> keys, Field field, Table table) {
    return keys.sorted().map(key -> Action.clone(load(field, key), resubmit(table))).toList();
  }
}
