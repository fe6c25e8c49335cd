package io.heddle.bfd;

import io.heddle.compiler.Monitoring;
import io.heddle.compiler.Neighbourhood.Neighbour;
import io.heddle.model.Change;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.neighbour.Links;
import io.heddle.v1.Bfd;
import io.heddle.v1.Chassis;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.StaticRoute;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What each row asks for. After a change those rows are looked at again that rest on what it
 * changed, and no others. For one thread at a time.
 */
final class Wishes {
  private final Links links = new Links();
  private final Peers peers = new Peers();
  private final Resting<UUID, Ground> resting = new Resting<>();
  private final Map<UUID, Wish> wishes = new HashMap<>();
  private final Set<UUID> doubtful = new HashSet<>();

  void begin(Snapshot snapshot) {
    links.begin(snapshot);
    doubtful.addAll(snapshot.rows(Bfd.class).keySet());
  }

  /**
   * @param after what the change, maybe with others, leads to
   */
  void follow(Snapshot after, Change change) {
    links.follow(change);
    peers.follow(after, change).forEach(this::doubt);
    var type = change.kind().type();
    if (type == Bfd.class) {
      doubtful.add(change.uuid());
    } else if (type == Chassis.class) {
      doubt(new Ground.Host(change.uuid()));
    } else if (type == StaticRoute.class) {
      sides(change)
          .map(row -> row.as(StaticRoute.class).getBfd())
          .filter(session -> !session.isEmpty())
          .forEach(session -> doubtful.add(UUID.fromString(session)));
    } else if (type == LogicalRouter.class) {
      after.index(LogicalRouterPort.class, "logical_router", change.uuid().toString()).stream()
          .flatMap(port -> after.row(LogicalRouterPort.class, port).stream())
          .forEach(port -> doubtPort(after, port.name()));
    } else {
      change.before().flatMap(Links::routerPort).ifPresent(port -> doubtPort(after, port));
      change.after().flatMap(Links::routerPort).ifPresent(port -> doubtPort(after, port));
    }
  }

  private static Stream<Row> sides(Change change) {
    return Stream.concat(change.before().stream(), change.after().stream());
  }

  private void doubt(Ground ground) {
    doubtful.addAll(resting.on(ground));
  }

  private void doubtPort(Snapshot after, String routerPort) {
    after.index(Bfd.class, "logical_port", routerPort).forEach(doubtful::add);
  }

  /** Whether there is anything to {@link #settle}. */
  boolean doubtful() {
    return !doubtful.isEmpty();
  }

  /**
   * Looks again, at the snapshot that the last change led to.
   *
   * @return the rows that this was about, those among them that are gone
   */
  Set<UUID> settle(Snapshot snapshot) {
    var settled = Set.copyOf(doubtful);
    doubtful.clear();
    for (var uuid : settled) {
      snapshot
          .get(Bfd.class, uuid)
          .ifPresentOrElse(row -> wishes.put(uuid, look(snapshot, uuid, row)), () -> forget(uuid));
    }
    if (wishes.isEmpty()) {
      peers.forget();
    }
    return settled;
  }

  /** All rows that ask for anything. */
  Set<UUID> rows() {
    return Collections.unmodifiableSet(wishes.keySet());
  }

  Optional<Wish> of(UUID row) {
    return Optional.ofNullable(wishes.get(row));
  }

  private void forget(UUID uuid) {
    wishes.remove(uuid);
    resting.rest(uuid, Set.of());
  }

  private Wish look(Snapshot snapshot, UUID uuid, Bfd row) {
    resting.rest(uuid, Set.of());
    if (!Monitoring.used(snapshot, uuid, row)) {
      return new Wish.Unused();
    }
    var peer = Neighbour.of(row.getLogicalPort(), row.getDstIp()).ip();
    var link = links.named(snapshot, row.getLogicalPort());
    var source = link.flatMap(l -> l.source(peer));
    if (source.isEmpty()) {
      return new Wish.Impossible();
    }
    var place = peers.place(snapshot, link.get().logicalSwitch(), peer);
    var grounds = new HashSet<>(place.grounds());
    place.chassis().map(Ground.Host::new).ifPresent(grounds::add);
    resting.rest(uuid, grounds);
    var timing = Timing.of(row, (field, why) -> {});
    return place
        .chassis()
        .<Wish>map(chassis -> new Wish.Watch(link.get(), source.get(), peer, chassis, timing))
        .orElseGet(Wish.Impossible::new);
  }
}
