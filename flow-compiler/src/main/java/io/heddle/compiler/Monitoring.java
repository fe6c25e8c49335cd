package io.heddle.compiler;

import inet.ipaddr.IPAddressString;
import io.heddle.compiler.Neighbourhood.Neighbour;
import io.heddle.engine.Query;
import io.heddle.engine.Reads;
import io.heddle.engine.Relation;
import io.heddle.engine.Relation.Pair;
import io.heddle.flow.Ip;
import io.heddle.model.Snapshot;
import io.heddle.v1.Bfd;
import io.heddle.v1.StaticRoute;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What is asked about next hops that routers watch by BFD. */
public final class Monitoring {
  private static final String UP = "up";

  private Monitoring() {}

  /** Whether a route leads to where a session does, and so depends on it. */
  public static boolean depends(StaticRoute route, Bfd session) {
    var nexthop = new IPAddressString(route.getNexthop()).getAddress();
    return nexthop != null && nexthop.equals(new IPAddressString(session.getDstIp()).getAddress());
  }

  /** Whether any route depends on a session. */
  public static boolean used(Snapshot snapshot, UUID uuid, Bfd session) {
    return snapshot.index(StaticRoute.class, "bfd", uuid.toString()).stream()
        .anyMatch(
            route ->
                snapshot
                    .get(StaticRoute.class, route)
                    .filter(r -> depends(r, session))
                    .isPresent());
  }

  /** The same, for those who answer queries. */
  public record Used(UUID session) implements Query<Boolean> {
    @Override
    public Boolean answer(Reads network) {
      var row = network.get(Bfd.class, session).orElseThrow();
      return network.index(StaticRoute.class, "bfd", session.toString()).stream()
          .anyMatch(
              route ->
                  network.get(StaticRoute.class, route).filter(r -> depends(r, row)).isPresent());
    }
  }

  /**
   * What a session says of the routes that depend on it. Most of what changes in it is no matter.
   */
  public record Says(UUID session) implements Query<Says.Verdict> {
    public record Verdict(Ip peer, boolean up) {}

    @Override
    public Verdict answer(Reads network) {
      var row = network.get(Bfd.class, session).orElseThrow();
      return new Verdict(
          Neighbour.of(row.getLogicalPort(), row.getDstIp()).ip(), row.getStatus().equals(UP));
    }
  }

  /** The rows of the sessions with a neighbour that routes depend on; text has one in many ways. */
  public static final Relation<Neighbour, UUID> SESSIONS =
      new Relation<>(
          "BFD_SESSIONS",
          Bfd.class,
          (uuid, network) ->
              Optional.of(uuid)
                  .filter(session -> network.ask(new Used(session)))
                  .flatMap(session -> network.get(Bfd.class, session))
                  .map(row -> new Pair<>(Neighbour.of(row.getLogicalPort(), row.getDstIp()), uuid))
                  .stream()
                  .toList());

  static final List<Relation<?, ?>> RELATIONS = List.of(SESSIONS);
}
