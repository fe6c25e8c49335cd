package io.heddle.neighbour;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressNetwork.IPAddressGenerator;
import inet.ipaddr.mac.MACAddress;
import io.heddle.compiler.Neighbourhood.Neighbour;
import io.heddle.flow.Ip;
import io.heddle.model.Change;
import io.heddle.model.PortAddresses;
import io.heddle.model.Prefix;
import io.heddle.model.Row;
import io.heddle.model.Schema;
import io.heddle.model.Snapshot;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The links between routers and switches: by name, and as packets tell of them, by datapath, port
 * and MAC. The latter are put together when they are asked for after links changed; other ports
 * that come and go cost nothing. For one thread at a time.
 */
public final class Links {
  /**
   * One link.
   *
   * @param routerPort its key, as {@code switchPort} is
   */
  public record Link(
      UUID router,
      int routerDatapath,
      String name,
      int routerPort,
      long mac,
      List<Prefix> networks,
      UUID logicalSwitch,
      int switchDatapath,
      int switchPort) {

    /** The port's address from which it asks for, or sends about, another one. */
    public Optional<IPAddress> source(Ip target) {
      var address = address(target);
      var linkLocal = new MACAddress(mac).toLinkLocalIPv6();
      if (address.isIPv6() && address.isLinkLocal()) {
        return Optional.of(linkLocal);
      }
      var own = networks.stream().filter(n -> n.address().isIPv4() == address.isIPv4()).toList();
      return own.stream()
          .filter(n -> n.contains(address))
          .findFirst()
          .or(() -> own.stream().findFirst())
          .<IPAddress>map(Prefix::address)
          .or(() -> address.isIPv6() ? Optional.of(linkLocal) : Optional.empty());
    }
  }

  static IPAddress address(Ip ip) {
    return new IPAddressGenerator().from(ip.bits().bytes(ip.family().width() / Byte.SIZE));
  }

  private record End(int datapath, long at) {}

  private static final Comparator<Row> OLDEST =
      Comparator.comparingLong(Row::created).thenComparing(Row::uuid);

  /** The switches' ports that lead to routers, by the name of the router's port. */
  private final Map<String, Set<UUID>> leading = new HashMap<>();

  private final Map<End, Link> byRouterPort = new HashMap<>();
  private final Map<End, Link> byMac = new HashMap<>();
  private boolean changed = true;

  public void begin(Snapshot snapshot) {
    snapshot.rows(LogicalSwitchPort.class).values().stream()
        .filter(Links::leads)
        .forEach(this::add);
  }

  private static boolean leads(Row port) {
    return port.as(LogicalSwitchPort.class).getType().equals("router");
  }

  private static String leadsTo(Row port) {
    return port.as(LogicalSwitchPort.class).getOptionsOrDefault("router-port", "");
  }

  /** The name of the router's port that a row is of, or leads to. */
  public static Optional<String> routerPort(Row row) {
    var type = row.kind().type();
    if (type == LogicalRouterPort.class) {
      return Optional.of(row.name());
    }
    return type == LogicalSwitchPort.class && leads(row)
        ? Optional.of(leadsTo(row))
        : Optional.empty();
  }

  private void add(Row port) {
    leading.computeIfAbsent(leadsTo(port), name -> new HashSet<>()).add(port.uuid());
    changed = true;
  }

  private void remove(Row port) {
    leading.computeIfPresent(
        leadsTo(port),
        (name, ports) -> {
          ports.remove(port.uuid());
          return ports.isEmpty() ? null : ports;
        });
    changed = true;
  }

  public void follow(Change change) {
    var type = change.kind().type();
    if (type == LogicalRouter.class || type == LogicalRouterPort.class) {
      changed = true;
    } else if (type == LogicalSwitchPort.class) {
      change.before().filter(Links::leads).ifPresent(this::remove);
      change.after().filter(Links::leads).ifPresent(this::add);
    }
  }

  public Optional<Link> named(Snapshot snapshot, String routerPort) {
    return rows(snapshot, leading.getOrDefault(routerPort, Set.of()).stream())
        .flatMap(row -> link(snapshot, row.as(LogicalSwitchPort.class)).stream())
        .findFirst();
  }

  Optional<Link> ofRouterPort(Snapshot snapshot, long datapath, long port) {
    refresh(snapshot);
    return Optional.ofNullable(byRouterPort.get(new End((int) datapath, port)));
  }

  /** The link by which frames with that source come into a switch. */
  Optional<Link> ofMac(Snapshot snapshot, long switchDatapath, long mac) {
    refresh(snapshot);
    return Optional.ofNullable(byMac.get(new End((int) switchDatapath, mac)));
  }

  private void refresh(Snapshot snapshot) {
    if (!changed) {
      return;
    }
    byRouterPort.clear();
    byMac.clear();
    var names = new HashSet<String>();
    rows(snapshot, leading.values().stream().flatMap(Set::stream))
        .flatMap(row -> link(snapshot, row.as(LogicalSwitchPort.class)).stream())
        .filter(link -> names.add(link.name()))
        .forEach(
            link -> {
              byRouterPort.put(new End(link.routerDatapath(), link.routerPort()), link);
              byMac.putIfAbsent(new End(link.switchDatapath(), link.mac()), link);
            });
    changed = false;
  }

  private static Stream<Row> rows(Snapshot snapshot, Stream<UUID> ports) {
    return ports
        .flatMap(uuid -> snapshot.row(LogicalSwitchPort.class, uuid).stream())
        .sorted(OLDEST);
  }

  private static Optional<Link> link(Snapshot snapshot, LogicalSwitchPort port) {
    var name = port.getOptionsOrDefault("router-port", "");
    return routerPort(snapshot, name)
        .flatMap(
            routerPort -> {
              var router = UUID.fromString(routerPort.getLogicalRouter());
              var logicalSwitch = UUID.fromString(port.getLogicalSwitch());
              return snapshot
                  .get(LogicalRouter.class, router)
                  .flatMap(
                      routerRow ->
                          snapshot
                              .get(LogicalSwitch.class, logicalSwitch)
                              .map(
                                  switchRow ->
                                      new Link(
                                          router,
                                          routerRow.getTunnelKey(),
                                          name,
                                          routerPort.getTunnelKey(),
                                          PortAddresses.macBits(routerPort.getMac()),
                                          routerPort.getNetworksList().stream()
                                              .map(Prefix::of)
                                              .toList(),
                                          logicalSwitch,
                                          switchRow.getTunnelKey(),
                                          port.getTunnelKey())));
            });
  }

  /** The router's port of a name. */
  static Optional<LogicalRouterPort> routerPort(Snapshot snapshot, String name) {
    return snapshot.named(Schema.rows().kind(LogicalRouterPort.class), name).stream()
        .findFirst()
        .flatMap(uuid -> snapshot.get(LogicalRouterPort.class, uuid));
  }

  /** The router of a neighbour, as long as there is one. */
  static Optional<UUID> router(Snapshot snapshot, Neighbour neighbour) {
    return routerPort(snapshot, neighbour.routerPort())
        .map(port -> UUID.fromString(port.getLogicalRouter()));
  }
}
