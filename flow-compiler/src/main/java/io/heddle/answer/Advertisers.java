package io.heddle.answer;

import io.heddle.model.Change;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.model.Store;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The routers' ports that advertise themselves, by the switch they do it in. It follows the store,
 * so that nobody looks for them when a packet asks; a commit costs as much as it has to do with
 * routers' ports.
 */
public final class Advertisers implements AutoCloseable {
  /**
   * One of them.
   *
   * @param name the router port's
   * @param datapath the switch's key
   */
  public record Advertiser(
      String name, UUID logicalSwitch, int datapath, RouterAdvertisement advertisement) {
    /** To hosts it is the same router, whatever else it says. */
    boolean sameRouter(Advertiser other) {
      return logicalSwitch.equals(other.logicalSwitch)
          && advertisement.mac() == other.advertisement.mac();
    }
  }

  private static final Comparator<Row> FIRST =
      Comparator.comparingLong(Row::created).thenComparing(Row::uuid);

  private final Store.Subscription subscription;

  /** The switches' ports that lead to the router's port of a name. */
  private final Map<String, Set<UUID>> leading = new HashMap<>();

  private final Map<String, Advertiser> byName = new LinkedHashMap<>();
  private final Map<Integer, Map<String, Advertiser>> byDatapath = new HashMap<>();

  public Advertisers(Store store) {
    synchronized (this) {
      this.subscription = store.sound().subscribe(this::committed);
      begin(subscription.from());
    }
  }

  /** Those of the switch with that key. */
  public synchronized List<Advertiser> in(int datapath) {
    return List.copyOf(byDatapath.getOrDefault(datapath, Map.of()).values());
  }

  public synchronized Collection<Advertiser> all() {
    return List.copyOf(byName.values());
  }

  private void begin(Snapshot from) {
    from.rows(LogicalSwitchPort.class)
        .forEach((uuid, row) -> leadsTo(row).ifPresent(name -> link(name, uuid)));
    from.rows(LogicalRouterPort.class).values().forEach(row -> look(from, name(row)));
  }

  private synchronized void committed(Snapshot after, List<Change> changes) {
    var names = new HashSet<String>();
    for (var change : changes) {
      var type = change.kind().type();
      if (type == LogicalSwitchPort.class) {
        var before = change.before().flatMap(Advertisers::leadsTo);
        var now = change.after().flatMap(Advertisers::leadsTo);
        if (before.isPresent() || now.isPresent()) {
          before.ifPresent(name -> unlink(name, change.uuid()));
          now.ifPresent(name -> link(name, change.uuid()));
          before.ifPresent(names::add);
          now.ifPresent(names::add);
        }
      } else if (type == LogicalRouterPort.class) {
        sides(change).map(Advertisers::name).forEach(names::add);
      } else if (type == LogicalRouter.class) {
        after
            .index(LogicalRouterPort.class, "logical_router", change.uuid().toString())
            .forEach(
                uuid ->
                    after
                        .row(LogicalRouterPort.class, uuid)
                        .map(Advertisers::name)
                        .ifPresent(names::add));
      }
    }
    names.forEach(name -> look(after, name));
  }

  private static Stream<Row> sides(Change change) {
    return Stream.concat(change.before().stream(), change.after().stream());
  }

  private static String name(Row routerPort) {
    return routerPort.as(LogicalRouterPort.class).getName();
  }

  private static Optional<String> leadsTo(Row switchPort) {
    var port = switchPort.as(LogicalSwitchPort.class);
    if (!port.getType().equals("router") || port.hasEnabled() && !port.getEnabled()) {
      return Optional.empty();
    }
    return Optional.of(port.getOptionsOrDefault("router-port", "")).filter(n -> !n.isEmpty());
  }

  private void link(String name, UUID switchPort) {
    leading.computeIfAbsent(name, n -> new HashSet<>()).add(switchPort);
  }

  private void unlink(String name, UUID switchPort) {
    leading.computeIfPresent(
        name,
        (n, ports) -> {
          ports.remove(switchPort);
          return ports.isEmpty() ? null : ports;
        });
  }

  private void look(Snapshot snapshot, String name) {
    var before = Optional.ofNullable(byName.remove(name));
    before.ifPresent(
        old ->
            byDatapath.computeIfPresent(
                old.datapath(),
                (key, ports) -> {
                  ports.remove(name);
                  return ports.isEmpty() ? null : ports;
                }));
    advertiser(snapshot, name)
        .ifPresent(
            now -> {
              byName.put(name, now);
              byDatapath.computeIfAbsent(now.datapath(), k -> new LinkedHashMap<>()).put(name, now);
            });
  }

  private Optional<Advertiser> advertiser(Snapshot snapshot, String name) {
    return snapshot.index(LogicalRouterPort.class, "name", name).stream()
        .findFirst()
        .flatMap(uuid -> snapshot.get(LogicalRouterPort.class, uuid))
        .filter(port -> !port.hasEnabled() || port.getEnabled())
        .filter(port -> port.getPeer().isEmpty() && enabled(snapshot, port.getLogicalRouter()))
        .flatMap(port -> RouterAdvertisement.of(port, (field, why) -> {}))
        .flatMap(said -> switchOf(snapshot, name).map(to -> advertiser(snapshot, name, to, said)));
  }

  private static boolean enabled(Snapshot snapshot, String router) {
    return snapshot
        .get(LogicalRouter.class, UUID.fromString(router))
        .filter(row -> !row.hasEnabled() || row.getEnabled())
        .isPresent();
  }

  private static Advertiser advertiser(
      Snapshot snapshot, String name, UUID to, RouterAdvertisement said) {
    var row = snapshot.get(LogicalSwitch.class, to).orElseThrow();
    return new Advertiser(name, to, row.getTunnelKey(), said);
  }

  /** Of several switches' ports that lead there the first does. */
  private Optional<UUID> switchOf(Snapshot snapshot, String name) {
    return leading.getOrDefault(name, Set.of()).stream()
        .flatMap(uuid -> snapshot.row(LogicalSwitchPort.class, uuid).stream())
        .min(FIRST)
        .map(row -> UUID.fromString(row.as(LogicalSwitchPort.class).getLogicalSwitch()));
  }

  @Override
  public void close() {
    subscription.close();
  }
}
