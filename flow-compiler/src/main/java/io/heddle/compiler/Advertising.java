package io.heddle.compiler;

import io.heddle.answer.RouterAdvertisement;
import io.heddle.compiler.Routing.RouterPortBehind;
import io.heddle.compiler.Topology.PortOf;
import io.heddle.engine.Domain;
import io.heddle.engine.Query;
import io.heddle.engine.Reads;
import io.heddle.engine.Relation;
import io.heddle.engine.Relation.Pair;
import io.heddle.v1.LogicalRouterPort;
import java.util.List;
import java.util.UUID;

/** What features ask about routers that advertise themselves. */
public final class Advertising {
  private Advertising() {}

  /** Whether a router's port advertises itself. */
  private record Advertises(UUID routerPort) implements Query<Boolean> {
    @Override
    public Boolean answer(Reads network) {
      return network
          .get(LogicalRouterPort.class, routerPort)
          .flatMap(row -> RouterAdvertisement.of(row, (field, why) -> {}))
          .isPresent();
    }
  }

  /** The switches that routers advertise themselves in, each with the ports that lead to these. */
  public static final Relation<UUID, UUID> ADVERTISERS_IN =
      new Relation<>(
          "ADVERTISERS_IN",
          Domain.keys(Topology.ROUTER_ENDS),
          (uuid, network) ->
              network
                  .ask(new RouterPortBehind(uuid))
                  .filter(port -> network.ask(new Advertises(port.uuid())))
                  .flatMap(port -> network.ask(new PortOf(uuid)))
                  .map(port -> new Pair<>(port.logicalSwitch(), uuid))
                  .stream()
                  .toList());

  static final List<Relation<?, ?>> RELATIONS = List.of(ADVERTISERS_IN);
}
