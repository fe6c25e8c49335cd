package io.heddle.compiler;

import io.heddle.compiler.Topology.Port;
import io.heddle.compiler.Topology.PortOf;
import io.heddle.engine.Domain;
import io.heddle.engine.Facts;
import io.heddle.engine.Query;
import io.heddle.engine.Reads;
import io.heddle.engine.Relation;
import io.heddle.engine.Relation.Pair;
import io.heddle.flow.Bits;
import io.heddle.flow.Ip;
import io.heddle.model.PortAddresses;
import io.heddle.v1.LogicalSwitchPort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The addresses that ports of switches have, and who has an address. */
public final class Addressing {
  private Addressing() {}

  // There is one of the next two for each address of each port: to compare and to hash them by what
  // all records have took a quarter of a compilation.

  /** A MAC address in one switch. */
  public record Mac(UUID logicalSwitch, long address) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Mac mac
          && address == mac.address
          && logicalSwitch.equals(mac.logicalSwitch);
    }

    @Override
    public int hashCode() {
      return logicalSwitch.hashCode() * 31 + Long.hashCode(address);
    }
  }

  /** An IP address in one switch. */
  public record Address(UUID logicalSwitch, Ip ip) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Address address
          && ip.equals(address.ip)
          && logicalSwitch.equals(address.logicalSwitch);
    }

    @Override
    public int hashCode() {
      return logicalSwitch.hashCode() * 31 + ip.hashCode();
    }
  }

  /** A port has an address; of several the oldest comes first. */
  public record Claim(long created, UUID port) implements Comparable<Claim> {
    public static Claim of(Port port) {
      return new Claim(port.created(), port.uuid());
    }

    @Override
    public int compareTo(Claim other) {
      int order = Long.compare(created, other.created);
      return order != 0 ? order : port.compareTo(other.port);
    }
  }

  /** A MAC address and the IP addresses that a port has with it. */
  public record Held(long mac, List<Ip> ips) {}

  /** The addresses that a port of a switch is known to have. */
  public record Addresses(Claim claim, UUID logicalSwitch, List<Held> held) {}

  /** What of a port's addresses is known; those of a router's port come from there. */
  public record AddressesOf(UUID port) implements Query<Addresses> {
    @Override
    public Addresses answer(Reads network) {
      var row = network.get(LogicalSwitchPort.class, port).orElseThrow();
      var held = new ArrayList<Held>(1);
      for (var addresses : PortAddresses.of(row)) {
        known(addresses, network)
            .map(known -> new Held(known.mac(), ips(known)))
            .ifPresent(held::add);
      }
      var own = network.ask(new PortOf(port)).orElseThrow();
      return new Addresses(Claim.of(own), own.logicalSwitch(), List.copyOf(held));
    }

    private static List<Ip> ips(PortAddresses.Known known) {
      var ips = new ArrayList<Ip>(known.ips().size());
      for (var address : known.ips()) {
        ips.add(ip(address));
      }
      return List.copyOf(ips);
    }

    private Optional<PortAddresses.Known> known(PortAddresses addresses, Reads network) {
      if (addresses instanceof PortAddresses.Known known) {
        return Optional.of(known);
      }
      return addresses instanceof PortAddresses.Router
          ? network.ask(new Routing.RouterPortBehind(port)).map(Routing.RouterPort::addresses)
          : Optional.empty();
    }
  }

  private static final Facts<UUID, Addresses> ADDRESSES =
      new Facts<>(Domain.rows(LogicalSwitchPort.class), AddressesOf::new);

  /** The ports that have a MAC address, which should be one. */
  public static final Relation<Mac, Claim> PORTS_WITH_MAC =
      ofAddresses("PORTS_WITH_MAC", (owner, held) -> List.of(new Mac(owner, held.mac())));

  /** The ports that have an IP address, which should be one. */
  public static final Relation<Address, Claim> PORTS_WITH_IP =
      ofAddresses(
          "PORTS_WITH_IP",
          (owner, held) -> {
            var addresses = new ArrayList<Address>(held.ips().size());
            for (var ip : held.ips()) {
              addresses.add(new Address(owner, ip));
            }
            return addresses;
          });

  /** To be read after those of {@link Topology}. */
  static final List<Relation<?, ?>> RELATIONS = List.of(PORTS_WITH_MAC, PORTS_WITH_IP);

  private static <K> Relation<K, Claim> ofAddresses(
      String name, BiFunction<UUID, Held, List<K>> keys) {
    Function<Addresses, Collection<Pair<K, Claim>>> claims =
        addresses -> {
          var pairs = new ArrayList<Pair<K, Claim>>(1);
          for (var held : addresses.held()) {
            for (var key : keys.apply(addresses.logicalSwitch(), held)) {
              pairs.add(new Pair<>(key, addresses.claim()));
            }
          }
          // Each once, though a port's row may say it twice.
          return pairs.size() == 1 ? pairs : new LinkedHashSet<>(pairs);
        };
    return Relation.inOrder(new Relation<K, Claim>(name, ADDRESSES, claims));
  }

  /** Who owns an address that several ports have: the one that was there first. */
  public static <K> Optional<Port> owner(Reads network, Relation<K, Claim> relation, K key) {
    return network.first(relation, key).flatMap(claim -> network.ask(new PortOf(claim.port())));
  }

  /** An IP address of a port as flows have it. */
  public static Ip ip(io.heddle.model.Address address) {
    var family = address.isIpv4() ? Ip.Family.IPV4 : Ip.Family.IPV6;
    return new Ip(family, new Bits(address.high(), address.low()));
  }

  /** The MAC address with which a port has an IP address. */
  public static long mac(Reads network, Port owner, Ip ip) {
    return network.ask(new AddressesOf(owner.uuid())).held().stream()
        .filter(held -> held.ips().contains(ip))
        .findFirst()
        .orElseThrow()
        .mac();
  }
}
