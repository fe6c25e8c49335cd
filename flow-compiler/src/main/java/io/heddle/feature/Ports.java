package io.heddle.feature;

import static io.heddle.flow.Action.load;
import static io.heddle.flow.Action.output;

import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Layer;
import io.heddle.compiler.Topology;
import io.heddle.compiler.Topology.ChassisName;
import io.heddle.compiler.Topology.PortOf;
import io.heddle.compiler.Topology.WhereaboutsOf;
import io.heddle.engine.Domain;
import io.heddle.engine.Reads;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Table;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A VM's interface is its logical port: what it sends enters the switch there, and what the switch
 * delivers to the port leaves by it. A port that is disabled or bound nowhere has no interface. All
 * others find it through the chassis that holds it.
 */
public final class Ports implements Feature {
  @Override
  public List<Rule<?>> rules() {
    return List.of(
        Rule.forEach(Domain.keys(Topology.PLACED_PORTS), Ports::emit),
        Rule.forEach(Domain.keys(Topology.CONTESTED_PORTS), Ports::reportRivals));
  }

  private static void emit(UUID uuid, Reads network, Emission.Sink out) {
    var placed = network.ask(new WhereaboutsOf(uuid)).placed().orElseThrow();
    var port = placed.port();
    var binding = placed.binding();
    var here = new Layer.Host(binding.chassis());
    out.flow(
        here,
        Flow.of(
                Table.PHYSICAL_IN,
                100,
                Match.of(Field.IN_PORT, binding.ofport()),
                load(Field.DATAPATH, port.datapath()),
                load(Field.INPORT, port.key()))
            .then(Table.SWITCH_IN_ADMISSION));
    var delivered = Match.of(Field.DATAPATH, port.datapath()).and(Field.OUTPORT, port.key());
    out.flow(here, Flow.of(Table.PHYSICAL_OUT, 100, delivered, output(binding.ofport())));
    out.flow(
        new Layer.Datapath(port.logicalSwitch()),
        Flow.of(Table.LOCATE, 50, delivered, load(Field.CHASSIS, binding.chassisKey()))
            .then(Table.TRANSMIT));
  }

  private static void reportRivals(UUID uuid, Reads network, Emission.Sink out) {
    var port = network.ask(new PortOf(uuid)).orElseThrow();
    var claimants =
        Topology.claims(network, port.name()).stream()
            .map(c -> interfaceName(c.getInterface(), c.getChassis(), network))
            .collect(Collectors.toList());
    out.problem(
        "LogicalSwitchPort",
        port.name(),
        "claimed by "
            + String.join(" and ", claimants)
            + "; the newest claim holds: "
            + claimants.get(0));
  }

  private static String interfaceName(String name, String chassis, Reads network) {
    return name + " on " + network.ask(new ChassisName(UUID.fromString(chassis)));
  }
}
