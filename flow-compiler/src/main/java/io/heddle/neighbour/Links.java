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
import io.vavr.collection.Stream;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The links between routers and switches, as packets tell of them: by datapath, port and MAC. Put
 * together when it is asked for after links changed; other ports that come and go cost nothing. For
 * one thread at a time.
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

  /** The switches' ports that lead to routers. */
  private final Set<UUID> leading = new HashSet<>();

  private final Map<String, Link> byName = new HashMap<>();
  private final Map<End, Link> byRouterPort = new HashMap<>();
  private final Map<End, Link> byMac = new HashMap<>();
  private boolean changed = true;

  public void begin(Snapshot snapshot) {
    snapshot.rows(LogicalSwitchPort.class).values().forEach(this::consider);
  }

  private void consider(Row port) {
    if (leads(port)) {
      leading.add(port.uuid());
      changed = true;
    }
  }

  private static boolean leads(Row port) {
    return port.as(LogicalSwitchPort.class).getType().equals("router");
  }

  public void follow(Change change) {
    var type = change.kind().type();
    if (type == LogicalRouter.class || type == LogicalRouterPort.class) {
      changed = true;
    } else if (type == LogicalSwitchPort.class) {
      changed |= leading.remove(change.uuid());
      change.after().ifPresent(this::consider);
    }
  }

  public Optional<Link> named(Snapshot snapshot, String routerPort) {
    refresh(snapshot);
    return Optional.ofNullable(byName.get(routerPort));
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
    byName.clear();
    byRouterPort.clear();
    byMac.clear();
    Stream.ofAll(leading)
        .flatMap(uuid -> Stream.ofAll(snapshot.row(LogicalSwitchPort.class, uuid).stream()))
        .toJavaStream()
        .sorted(Comparator.comparingLong(Row::created).thenComparing(Row::uuid))
        .flatMap(row -> link(snapshot, row.as(LogicalSwitchPort.class)).stream())
        .forEach(this::add);
    changed = false;
  }

  private void add(Link link) {
    if (byName.putIfAbsent(link.name(), link) == null) {
      byRouterPort.put(new End(link.routerDatapath(), link.routerPort()), link);
      byMac.putIfAbsent(new End(link.switchDatapath(), link.mac()), link);
    }
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
    return snapshot
        .named(Schema.rows().kind(LogicalRouterPort.class), name)
        .headOption()
        .toJavaOptional()
        .flatMap(uuid -> snapshot.get(LogicalRouterPort.class, uuid));
  }

  /** The router of a neighbour, as long as there is one. */
  static Optional<UUID> router(Snapshot snapshot, Neighbour neighbour) {
    return routerPort(snapshot, neighbour.routerPort())
        .map(port -> UUID.fromString(port.getLogicalRouter()));
  }
}
