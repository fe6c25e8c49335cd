package io.heddle.compiler;

import inet.ipaddr.IPAddress;
import inet.ipaddr.mac.MACAddress;
import io.heddle.engine.Domain;
import io.heddle.engine.Query;
import io.heddle.engine.Reads;
import io.heddle.engine.Relation;
import io.heddle.engine.Relation.Pair;
import io.heddle.flow.Ip;
import io.heddle.model.Address;
import io.heddle.model.Mtu;
import io.heddle.model.PortAddresses;
import io.heddle.model.Prefix;
import io.heddle.model.Row;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.LogicalSwitchPort;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/** What several features ask about routers and what they connect. */
public final class Routing {
  public static final int LINK_LOCAL_PREFIX = 64;

  /** Of several things of which one can be, the one that was there first is. */
  static final Comparator<Row> FIRST =
      Comparator.comparingLong(Row::created).thenComparing(Row::uuid);

  private Routing() {}

  /** One router as flows see it. */
  public record Router(UUID uuid, int datapath, boolean enabled) {}

  /** What people know a router by. */
  public record RouterName(UUID uuid) implements Query<String> {
    @Override
    public String answer(Reads network) {
      var name = network.get(LogicalRouter.class, uuid).orElseThrow().getName();
      return name.isEmpty() ? uuid.toString() : name;
    }
  }

  public record RouterOf(UUID uuid) implements Query<Router> {
    @Override
    public Router answer(Reads network) {
      var row = network.get(LogicalRouter.class, uuid).orElseThrow();
      return new Router(uuid, row.getTunnelKey(), !row.hasEnabled() || row.getEnabled());
    }
  }

  /**
   * One port of a router as flows see it.
   *
   * @param datapath the router's
   * @param networks the port's addresses with their networks, without the link-local one
   * @param routeTable the name of the table that packets from here are routed by; empty for the
   *     main one
   * @param mtu bytes of packets that may leave by it; empty for any
   */
  public record RouterPort(
      UUID uuid,
      String name,
      UUID router,
      int datapath,
      int key,
      long mac,
      List<Prefix> networks,
      String peer,
      String routeTable,
      OptionalInt mtu) {

    public PortAddresses.Known addresses() {
      var all = Stream.concat(networks.stream().map(Prefix::address), Stream.of(linkLocal()));
      return new PortAddresses.Known(mac, all.distinct().map(Address::of).toList());
    }

    /** The link-local address that is made of the MAC address (RFC 4291, appendix A). */
    public IPAddress linkLocal() {
      return new MACAddress(mac).toLinkLocalIPv6();
    }
  }

  /** A router's port that works: it and its router are enabled. */
  public record RouterPortOf(UUID uuid) implements Query<Optional<RouterPort>> {
    @Override
    public Optional<RouterPort> answer(Reads network) {
      return network
          .get(LogicalRouterPort.class, uuid)
          .filter(row -> !row.hasEnabled() || row.getEnabled())
          .flatMap(
              row -> {
                var router = network.ask(new RouterOf(UUID.fromString(row.getLogicalRouter())));
                return router.enabled() ? Optional.of(port(row, router)) : Optional.empty();
              });
    }

    private RouterPort port(LogicalRouterPort row, Router router) {
      var networks =
          row.getNetworksList().stream()
              .map(Prefix::of)
              .filter(n -> !n.address().isLinkLocal() || n.address().isIPv4())
              .toList();
      return new RouterPort(
          uuid,
          row.getName(),
          router.uuid(),
          router.datapath(),
          row.getTunnelKey(),
          PortAddresses.macBits(row.getMac()),
          networks,
          row.getPeer(),
          row.getOptionsOrDefault("route_table", ""),
          Mtu.within(row.getOptionsOrDefault("gateway_mtu", ""), Mtu.LEAST_IPV4));
    }
  }

  /** The router's port of a name, whether it works or not. */
  public record RouterPortNamed(String name) implements Query<Optional<UUID>> {
    @Override
    public Optional<UUID> answer(Reads network) {
      return network.index(LogicalRouterPort.class, "name", name).stream().findFirst();
    }
  }

  /** What a switch's port says of being the end of a link to a router. */
  public sealed interface Link {
    /** It is none, or is disabled. */
    record None() implements Link {}

    /** It is none, and would have the addresses of one. */
    record Misplaced() implements Link {}

    /**
     * It is one.
     *
     * @param routerPort the name of the other end, empty if it is not said
     */
    record To(String routerPort) implements Link {}

    /** The name of the other end. */
    default Optional<String> end() {
      return this instanceof To to && !to.routerPort().isEmpty()
          ? Optional.of(to.routerPort())
          : Optional.empty();
    }
  }

  public record LinkOf(UUID switchPort) implements Query<Link> {
    /** Most ports have it. */
    private static final Link NONE = new Link.None();

    @Override
    public Link answer(Reads network) {
      var row = network.get(LogicalSwitchPort.class, switchPort).orElseThrow();
      if (!row.getType().equals("router")) {
        return row.getAddressesList().contains("router") ? new Link.Misplaced() : NONE;
      }
      return !row.hasEnabled() || row.getEnabled()
          ? new Link.To(row.getOptionsOrDefault("router-port", ""))
          : NONE;
    }
  }

  /**
   * The enabled ports of switches that lead to the router's port of a name: one, if all is well.
   */
  public static final Relation<String, UUID> LEADING_TO =
      new Relation<>(
          "LEADING_TO",
          Domain.keys(Topology.ROUTER_ENDS),
          (uuid, network) ->
              network.ask(new LinkOf(uuid)).end().map(name -> new Pair<>(name, uuid)).stream()
                  .toList());

  /** The switch's port at the other end of a router port's link. Of several the first has it. */
  public record Attachment(String routerPort) implements Query<Optional<UUID>> {
    @Override
    public Optional<UUID> answer(Reads network) {
      var leading = network.related(LEADING_TO, routerPort);
      return leading.size() < 2
          ? leading.stream().findFirst()
          : leading.stream()
              .flatMap(uuid -> network.row(LogicalSwitchPort.class, uuid).stream())
              .min(FIRST)
              .map(Row::uuid);
    }
  }

  /** The working router's port that a switch's port leads to. */
  public record RouterPortBehind(UUID switchPort) implements Query<Optional<RouterPort>> {
    @Override
    public Optional<RouterPort> answer(Reads network) {
      return network
          .ask(new LinkOf(switchPort))
          .end()
          .filter(name -> network.ask(new Attachment(name)).equals(Optional.of(switchPort)))
          .flatMap(name -> network.ask(new RouterPortNamed(name)))
          .flatMap(uuid -> network.ask(new RouterPortOf(uuid)))
          .filter(port -> port.peer().isEmpty());
    }
  }

  /** The working port at the other end of a link between two routers: each names the other. */
  public record PeerOf(UUID routerPort) implements Query<Optional<RouterPort>> {
    @Override
    public Optional<RouterPort> answer(Reads network) {
      return network
          .ask(new RouterPortOf(routerPort))
          .filter(port -> !port.peer().isEmpty())
          .flatMap(
              port ->
                  network
                      .ask(new RouterPortNamed(port.peer()))
                      .flatMap(uuid -> network.ask(new RouterPortOf(uuid)))
                      .filter(peer -> peer.peer().equals(port.name()))
                      .filter(peer -> !peer.uuid().equals(routerPort)));
    }
  }

  /**
   * The number by which registers know one of a router's tables of routes: the least key of the
   * ports whose packets are routed by it; 0 for the main table. Nobody uses a table without one.
   */
  public record TableNumber(RouteTable table) implements Query<Optional<Integer>> {
    @Override
    public Optional<Integer> answer(Reads network) {
      return table.name().isEmpty()
          ? Optional.of(0)
          : network.related(TABLE_USERS, table).stream().min(Comparator.naturalOrder());
    }
  }

  /** An address of a router's own. */
  public record RouterAddress(UUID router, Ip ip) {}

  /** A network that a router has a port in. */
  public record RouterNetwork(UUID router, Ip ip, int length) {}

  /** The networks' prefix lengths of one version of IP that a router has. */
  private record Lengths(UUID router, Ip.Family family) {}

  /** The working ports that have an address, which should be one. */
  public static final Relation<RouterAddress, UUID> ROUTER_ADDRESSES =
      ofRouterPorts(
          "ROUTER_ADDRESSES",
          port ->
              port.networks().stream()
                  .map(n -> new Pair<>(new RouterAddress(port.router(), ip(n)), port.uuid())));

  /** The working ports that are in a network, which should be one. */
  public static final Relation<RouterNetwork, UUID> ROUTER_NETWORKS =
      ofRouterPorts(
          "ROUTER_NETWORKS",
          port -> port.networks().stream().map(n -> new Pair<>(network(port, n), port.uuid())));

  private static final Relation<Lengths, Integer> PREFIX_LENGTHS =
      ofRouterPorts(
          "PREFIX_LENGTHS",
          port ->
              port.networks().stream()
                  .map(n -> new Pair<>(new Lengths(port.router(), ip(n).family()), n.length())));

  private static Ip ip(Prefix prefix) {
    return Ip.of(prefix.address().getBytes());
  }

  private static RouterNetwork network(RouterPort port, Prefix prefix) {
    return new RouterNetwork(port.router(), ip(prefix).network(prefix.length()), prefix.length());
  }

  private static <K, V> Relation<K, V> ofRouterPorts(
      String name, Function<RouterPort, Stream<Pair<K, V>>> pairs) {
    return new Relation<>(
        name,
        LogicalRouterPort.class,
        (uuid, network) ->
            network.ask(new RouterPortOf(uuid)).stream().flatMap(pairs).distinct().toList());
  }

  /** Which of several ports has what only one can have: the one that was there first. */
  public static <K> RouterPort owner(
      Reads network, Relation<K, UUID> relation, K key, Emission.Sink out) {
    var ports = network.related(relation, key);
    var first =
        ports.size() == 1
            ? ports.iterator().next()
            : ports.stream()
                .flatMap(uuid -> network.row(LogicalRouterPort.class, uuid).stream())
                .min(FIRST)
                .map(Row::uuid)
                .orElseThrow();
    var owner = network.ask(new RouterPortOf(first)).orElseThrow();
    for (var uuid : ports) {
      if (!uuid.equals(first)) {
        var name = network.ask(new RouterPortOf(uuid)).orElseThrow().name();
        out.problem("LogicalRouterPort", name, "has a network or address of port " + owner.name());
      }
    }
    return owner;
  }

  /** Whether an address is one of the router's own. */
  public record OwnAddress(UUID router, Ip ip) implements Query<Boolean> {
    @Override
    public Boolean answer(Reads network) {
      return !network.related(ROUTER_ADDRESSES, new RouterAddress(router, ip)).isEmpty();
    }
  }

  /** The port whose network has an address; of several the one whose prefix is longest. */
  public record PortTowards(UUID router, Ip ip) implements Query<Optional<UUID>> {
    @Override
    public Optional<UUID> answer(Reads network) {
      return network.related(PREFIX_LENGTHS, new Lengths(router, ip.family())).stream()
          .sorted(Comparator.reverseOrder())
          .map(length -> new RouterNetwork(router, ip.network(length), length))
          .filter(key -> !network.related(ROUTER_NETWORKS, key).isEmpty())
          .map(key -> owner(network, ROUTER_NETWORKS, key, new Emission.Sink()).uuid())
          .findFirst();
    }
  }

  /** A table of a router's routes; the main one has no name. */
  public record RouteTable(UUID router, String name) {}

  private static final Relation<RouteTable, Integer> TABLE_USERS =
      new Relation<>(
          "TABLE_USERS",
          LogicalRouterPort.class,
          (uuid, network) ->
              network
                  .ask(new RouterPortOf(uuid))
                  .filter(port -> !port.routeTable().isEmpty())
                  .map(
                      port ->
                          new Pair<>(new RouteTable(port.router(), port.routeTable()), port.key()))
                  .stream()
                  .toList());

  /** Those that the relations of {@link Topology} read. */
  static final List<Relation<?, ?>> FIRST_RELATIONS = List.of(LEADING_TO);

  static final List<Relation<?, ?>> RELATIONS =
      List.of(TABLE_USERS, ROUTER_ADDRESSES, ROUTER_NETWORKS, PREFIX_LENGTHS);
}
