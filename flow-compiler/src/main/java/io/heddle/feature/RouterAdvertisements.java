package io.heddle.feature;

import io.heddle.answer.RouterAdvertisement;
import io.heddle.compiler.Advertising;
import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Layer;
import io.heddle.compiler.Topology.DatapathKey;
import io.heddle.engine.Domain;
import io.heddle.engine.Reads;
import io.heddle.flow.Action;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Meter;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
import io.heddle.v1.LogicalRouterPort;
import java.util.List;
import java.util.UUID;

/**
 * A host that asks for routers (RFC 4861 section 6.3.7) where one advertises itself has its
 * question handed to the controller, which answers. Others hear the question as well: a host may be
 * a router too.
 */
public final class RouterAdvertisements implements Feature {
  private static final int ICMPV6 = 58;
  private static final int SOLICITATION = 133;

  /** What comes from further away is no neighbour's (RFC 4861 section 6.1.1). */
  private static final int HOPS = 255;

  @Override
  public List<Rule<?>> rules() {
    return List.of(
        Rule.forEach(Domain.keys(Advertising.ADVERTISERS_IN), RouterAdvertisements::emit),
        Rule.forEach(Domain.rows(LogicalRouterPort.class), RouterAdvertisements::report));
  }

  private static void emit(UUID logicalSwitch, Reads network, Emission.Sink out) {
    int datapath = network.ask(new DatapathKey(logicalSwitch));
    var question =
        Match.of(Field.DATAPATH, datapath)
            .and(Field.ETH_TYPE, 0x86dd)
            .and(Field.IP_PROTO, ICMPV6)
            .and(Field.IP_TTL, HOPS)
            .and(Field.ICMPV6_TYPE, SOLICITATION)
            .and(Field.ICMPV6_CODE, 0);
    out.flow(
        new Layer.Datapath(logicalSwitch),
        Flow.of(
                Table.SWITCH_IN_NEIGHBOURS,
                50,
                question,
                Action.punt(Punt.ROUTER_SOLICITATION, Meter.share(datapath, 0)))
            .then(Table.SWITCH_IN_LOOKUP));
  }

  private static void report(UUID port, Reads network, Emission.Sink out) {
    var row = network.get(LogicalRouterPort.class, port).orElseThrow();
    RouterAdvertisement.of(
        row, (field, why) -> out.problem("LogicalRouterPort", row.getName(), field + " " + why));
  }
}
