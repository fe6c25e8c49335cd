package io.heddle.feature;

import static io.heddle.flow.Action.load;
import static io.heddle.flow.Action.resubmit;

import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Floods;
import io.heddle.compiler.Floods.ShareOf;
import io.heddle.compiler.Layer;
import io.heddle.compiler.Segments;
import io.heddle.compiler.Segments.CarryingPorts;
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
 * to each chassis that has such ports, and there to each of them but the one it came from. It goes
 * into the switches that this one is linked with as well, from the chassis where it came in alone:
 * what came by a tunnel is not flooded again.
 */
public final class Flooding implements Feature {
  @Override
  public List<Rule<?>> rules() {
    return List.of(
        Rule.forEach(Domain.keys(Topology.CHASSIS_OF), Flooding::emitAll),
        Rule.forEach(Domain.keys(Topology.UNKNOWN_CHASSIS_OF), Flooding::emitUnknown),
        Rule.forEach(Domain.keys(Segments.LINKS_OF), Flooding::emitLinks),
        toPorts(Topology.PORTS_AT, Group.FLOOD),
        toPorts(Topology.UNKNOWN_PORTS_AT, Group.UNKNOWN));
  }

  private static void emitAll(UUID logicalSwitch, Reads network, Emission.Sink out) {
    emit(logicalSwitch, Topology.CHASSIS_OF, Group.FLOOD, network, out);
  }

  /** Where somebody may have an address that nobody is known to have, frames for it go there. */
  private static void emitUnknown(UUID logicalSwitch, Reads network, Emission.Sink out) {
    emit(logicalSwitch, Topology.UNKNOWN_CHASSIS_OF, Group.UNKNOWN, network, out);
    out.flow(
        new Layer.Datapath(logicalSwitch),
        Flow.of(
                Table.SWITCH_IN_UNKNOWN,
                50,
                to(logicalSwitch, 0, network),
                load(Field.OUTPORT, Group.UNKNOWN))
            .then(Table.LOCATE));
  }

  /** A switch that has links and no ports like that. */
  private static void emitLinks(UUID logicalSwitch, Reads network, Emission.Sink out) {
    if (network.related(Topology.CHASSIS_OF, logicalSwitch).isEmpty()) {
      emitAll(logicalSwitch, network, out);
    }
    if (network.related(Topology.UNKNOWN_CHASSIS_OF, logicalSwitch).isEmpty()) {
      emitUnknown(logicalSwitch, network, out);
    }
  }

  private static void emit(
      UUID logicalSwitch,
      Relation<UUID, UUID> members,
      int group,
      Reads network,
      Emission.Sink out) {
    var layer = new Layer.Datapath(logicalSwitch);
    var match = to(logicalSwitch, group, network);
    var share = network.ask(new ShareOf(logicalSwitch));
    var here = Action.clone(resubmit(Table.DELIVER));
    var others = load(Field.CHASSIS, Group.EVERYWHERE);
    var ports = network.ask(new CarryingPorts(logicalSwitch)).stream().map(Topology.Port::key);
    var links = each(ports, Floods.PORTS, Field.OUTPORT, Table.SWITCH_LINK);
    if (links.isEmpty()) {
      out.flow(layer, Flow.of(Table.LOCATE, 100, match, here, others).then(Table.TRANSMIT));
    } else {
      // Last: of a neighbour solicitation that is answered there Open vSwitch 3.1 does not put all
      // back before the next copy.
      var first = List.of(here, Action.clone(others, resubmit(Table.TRANSMIT)));
      var all = Stream.concat(first.stream(), links.stream()).toList();
      out.flow(layer, Flow.of(Table.LOCATE, 100, match, all));
    }
    var chassis =
        network.related(members, logicalSwitch).stream().map(c -> network.ask(new ChassisKey(c)));
    var copies = each(chassis, share.chassis(), Field.CHASSIS, Table.TUNNEL_OUT);
    out.flow(layer, Flow.of(Table.REPLICATE, 100, match, copies));
  }

  private static Rule<Site> toPorts(Relation<Site, UUID> members, int group) {
    return Rule.forEach(
        Domain.keys(members),
        (site, network, out) -> {
          int most = network.ask(new ShareOf(site.logicalSwitch())).ports();
          var keys =
              network.related(members, site).stream()
                  .map(p -> network.ask(new PortOf(p)).orElseThrow().key());
          var flow =
              Flow.of(
                  Table.DELIVER,
                  100,
                  to(site.logicalSwitch(), group, network),
                  each(keys, most, Field.OUTPORT, Table.PHYSICAL_OUT));
          out.flow(new Layer.Host(site.chassis()), flow);
        });
  }

  private static Match to(UUID logicalSwitch, int outport, Reads network) {
    int datapath = network.ask(new DatapathKey(logicalSwitch));
    return Match.of(Field.DATAPATH, datapath).and(Field.OUTPORT, outport);
  }

  /** A copy for each key, up to so many; sorted, so that equal sets make equal flows. */
  private static List<Action> each(Stream<Integer> keys, int most, Field field, Table table) {
    return keys.sorted()
        .limit(most)
        .map(key -> Action.clone(load(field, key), resubmit(table)))
        .toList();
  }
}
