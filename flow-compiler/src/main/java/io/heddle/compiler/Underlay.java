package io.heddle.compiler;

import io.heddle.engine.Domain;
import io.heddle.engine.Query;
import io.heddle.engine.Reads;
import io.heddle.engine.Relation;
import io.heddle.engine.Relation.Pair;
import io.heddle.model.Mtu;
import io.heddle.v1.Chassis;
import io.heddle.v1.Encap;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** What tunnels there are between chassis, whatever goes through them. */
public final class Underlay {
  private Underlay() {}

  /** The tunnel types by which others reach a chassis. */
  record Encapsulations(UUID chassis) implements Query<Set<String>> {
    @Override
    public Set<String> answer(Reads network) {
      return network.index(Encap.class, "chassis", chassis.toString()).stream()
          .flatMap(uuid -> network.get(Encap.class, uuid).stream())
          .map(Encap::getType)
          .collect(Collectors.toUnmodifiableSet());
    }
  }

  /** The chassis that have these types of tunnel and no others. */
  static final Relation<Set<String>, UUID> CHASSIS_WITH =
      new Relation<>(
          "CHASSIS_WITH",
          Chassis.class,
          (uuid, network) -> {
            var types = network.ask(new Encapsulations(uuid));
            return types.isEmpty() ? List.of() : List.of(new Pair<>(types, uuid));
          });

  /** What the tunnels to each chassis carry: packets of so many bytes. */
  public static final Relation<Domain.Once, Integer> CARRIED =
      new Relation<>(
          "CARRIED",
          Encap.class,
          (uuid, network) ->
              List.of(
                  new Pair<>(
                      new Domain.Once(),
                      Mtu.carried(network.get(Encap.class, uuid).orElseThrow()))));

  /** Each after those it reads. */
  static final List<Relation<?, ?>> RELATIONS = List.of(CHASSIS_WITH, CARRIED);
}
