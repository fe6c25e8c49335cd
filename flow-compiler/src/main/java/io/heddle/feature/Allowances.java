package io.heddle.feature;

import io.heddle.compiler.Connections;
import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Layer;
import io.heddle.compiler.Routing.Attachment;
import io.heddle.compiler.Routing.RouterPortOf;
import io.heddle.compiler.Topology.DatapathKey;
import io.heddle.compiler.Topology.Port;
import io.heddle.compiler.Topology.PortOf;
import io.heddle.engine.Domain;
import io.heddle.engine.Reads;
import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Meter;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
import io.heddle.v1.LogicalRouterPort;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/**
 * What nobody's switch can do by itself is asked of the controller, by each at its own expense:
 * what routers' ports seek in a switch has a share of the meter for each port, and where a tunnel
 * does not tell the port, for the switch. Errors are answered for any datapath, near or far, so
 * there the datapaths have a few shares among them.
 */
public final class Allowances implements Feature {
  /** The bits of a datapath's key that say which share of the errors it has. */
  private static final Bits ERRORS_SHARED_BY = Bits.of(0xf);

  private static final int PORT = 130;
  private static final int SWITCH = 120;
  private static final int ANYBODY = 100;

  private static final List<Punt> SEARCHES = List.of(Punt.RESOLVE_IPV4, Punt.RESOLVE_IPV6);

  @Override
  public List<Rule<?>> rules() {
    return List.of(
        Rule.forEach(new Domain.Once(), (once, network, out) -> emitAnybody(out)),
        Rule.forEach(Domain.keys(Connections.ROUTER_PORTS_OF), Allowances::emitSwitch),
        Rule.forEach(Domain.rows(LogicalRouterPort.class), Allowances::emitPort));
  }

  private static void emitAnybody(Emission.Sink out) {
    var layer = new Layer.Pipeline();
    SEARCHES.forEach(reason -> out.flow(layer, asked(ANYBODY, reason, Match.ALL, Meter.NOBODYS)));
    Arrays.stream(Punt.values())
        .filter(Punt::error)
        .forEach(
            reason -> {
              for (long part = 0; part <= ERRORS_SHARED_BY.low(); part++) {
                var some = Match.ALL.and(Field.DATAPATH, Bits.of(part), ERRORS_SHARED_BY);
                out.flow(layer, asked(ANYBODY, reason, some, (int) part));
              }
            });
  }

  private static void emitSwitch(UUID logicalSwitch, Reads network, Emission.Sink out) {
    int datapath = network.ask(new DatapathKey(logicalSwitch));
    for (var reason : SEARCHES) {
      var here = Match.of(Field.DATAPATH, datapath);
      var flow = asked(SWITCH, reason, here, Meter.share(datapath, 0));
      out.flow(new Layer.Datapath(logicalSwitch), flow);
    }
  }

  private static void emitPort(UUID uuid, Reads network, Emission.Sink out) {
    network
        .ask(new RouterPortOf(uuid))
        .filter(port -> port.peer().isEmpty())
        .flatMap(port -> network.ask(new Attachment(port.name())))
        .flatMap(at -> network.ask(new PortOf(at)))
        .ifPresent(at -> emitAttached(at, out));
  }

  private static void emitAttached(Port at, Emission.Sink out) {
    for (var reason : SEARCHES) {
      var here = Match.of(Field.DATAPATH, at.datapath()).and(Field.INPORT, at.key());
      var flow = asked(PORT, reason, here, Meter.share(at.datapath(), at.key()));
      out.flow(new Layer.Datapath(at.logicalSwitch()), flow);
    }
  }

  private static Flow asked(int priority, Punt reason, Match who, int share) {
    var match = who.and(Field.PUNT, reason.number());
    return Flow.of(Table.CONTROL, priority, match, Action.punt(reason, share));
  }
}
