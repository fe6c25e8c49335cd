package io.heddle.compiler;

import io.heddle.engine.Facts;
import io.heddle.engine.Query;
import io.heddle.engine.Reads;
import io.heddle.engine.Relation;
import io.heddle.engine.Relation.Pair;
import io.heddle.model.PortAddresses;
import io.heddle.model.Row;
import io.heddle.v1.Chassis;
import io.heddle.v1.Encap;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.PortBinding;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What several features ask about the network. Each answer holds only what its readers use, so that
 * a change to the rest of a row ends here.
 */
public final class Topology {
  private Topology() {}

  /** One port as flows see it. */
  public record Port(
      UUID uuid,
      String name,
      UUID logicalSwitch,
      int datapath,
      int key,
      boolean enabled,
      boolean unknown) {}

  /** Where a port is: the interface that holds it. */
  public record Binding(UUID chassis, int chassisKey, int ofport) {}

  /** The part of a switch that is at one chassis. */
  public record Site(UUID logicalSwitch, UUID chassis) {}

  /** A MAC address or an IPv4 address in one switch. */
  public record Address(UUID logicalSwitch, long address) {}

  public record PortOf(UUID uuid) implements Query<Optional<Port>> {
    @Override
    public Optional<Port> answer(Reads network) {
      return network
          .get(LogicalSwitchPort.class, uuid)
          .map(
              row -> {
                var owner = UUID.fromString(row.getLogicalSwitch());
                return new Port(
                    uuid,
                    row.getName(),
                    owner,
                    network.ask(new DatapathKey(owner)),
                    row.getTunnelKey(),
                    !row.hasEnabled() || row.getEnabled(),
                    PortAddresses.of(row).contains(new PortAddresses.Unknown()));
              });
    }
  }

  /** The revision that first wrote a port. */
  record Created(UUID port) implements Query<Long> {
    @Override
    public Long answer(Reads network) {
      return network.row(LogicalSwitchPort.class, port).orElseThrow().created();
    }
  }

  public record AddressesOf(UUID port) implements Query<List<PortAddresses>> {
    @Override
    public List<PortAddresses> answer(Reads network) {
      return PortAddresses.of(network.get(LogicalSwitchPort.class, port).orElseThrow());
    }
  }

  public record DatapathKey(UUID logicalSwitch) implements Query<Integer> {
    @Override
    public Integer answer(Reads network) {
      return network.get(LogicalSwitch.class, logicalSwitch).orElseThrow().getTunnelKey();
    }
  }

  public record ChassisKey(UUID chassis) implements Query<Integer> {
    @Override
    public Integer answer(Reads network) {
      return network.get(Chassis.class, chassis).orElseThrow().getChassisKey();
    }
  }

  public record ChassisName(UUID chassis) implements Query<String> {
    @Override
    public String answer(Reads network) {
      return network.get(Chassis.class, chassis).orElseThrow().getName();
    }
  }

  /** The tunnel types by which others reach a chassis. */
  public record Encapsulations(UUID chassis) implements Query<Set<String>> {
    @Override
    public Set<String> answer(Reads network) {
      return network
          .index(Encap.class, "chassis", chassis.toString())
          .toJavaStream()
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

  /** All claims to a port's name, the newest first. */
  public record Claims(String portName) implements Query<List<PortBinding>> {
    private static final Comparator<Row> NEWEST_FIRST =
        Comparator.comparingLong(Row::created).reversed().thenComparing(Row::uuid);

    @Override
    public List<PortBinding> answer(Reads network) {
      return network
          .index(PortBinding.class, "logical_port", portName)
          .toJavaStream()
          .flatMap(uuid -> network.row(PortBinding.class, uuid).stream())
          .sorted(NEWEST_FIRST)
          .map(row -> row.as(PortBinding.class))
          .toList();
    }
  }

  /** Where a port is. Of several claims to it the newest holds. */
  public record BindingOf(UUID port) implements Query<Optional<Binding>> {
    @Override
    public Optional<Binding> answer(Reads network) {
      return network
          .ask(new PortOf(port))
          .flatMap(p -> network.ask(new Claims(p.name())).stream().findFirst())
          .filter(claim -> claim.getOfport() != 0)
          .map(
              claim -> {
                var chassis = UUID.fromString(claim.getChassis());
                int key = network.ask(new ChassisKey(chassis));
                return new Binding(chassis, key, claim.getOfport());
              });
    }
  }

  /** A port that can send and receive: there, enabled and bound. */
  public record Placed(Port port, Binding binding) {}

  public record PlacedPort(UUID uuid) implements Query<Optional<Placed>> {
    @Override
    public Optional<Placed> answer(Reads network) {
      return network
          .ask(new PortOf(uuid))
          .filter(Port::enabled)
          .flatMap(p -> network.ask(new BindingOf(uuid)).map(b -> new Placed(p, b)));
    }
  }

  private static final Facts<Optional<Placed>> PLACED_PORTS =
      new Facts<>(LogicalSwitchPort.class, PlacedPort::new);

  /** The placed ports of a switch at a chassis. */
  public static final Relation<Site, UUID> PORTS_AT =
      ofPlacedPorts("PORTS_AT", p -> List.of(new Pair<>(site(p), p.port().uuid())));

  /** Those of them that take frames for unknown addresses. */
  public static final Relation<Site, UUID> UNKNOWN_PORTS_AT =
      ofPlacedPorts(
          "UNKNOWN_PORTS_AT",
          p -> p.port().unknown() ? List.of(new Pair<>(site(p), p.port().uuid())) : List.of());

  /** The chassis that have placed ports of a switch. */
  public static final Relation<UUID, UUID> CHASSIS_OF =
      ofPlacedPorts(
          "CHASSIS_OF", p -> List.of(new Pair<>(p.port().logicalSwitch(), p.binding().chassis())));

  /** The chassis that have ports of a switch that take frames for unknown addresses. */
  public static final Relation<UUID, UUID> UNKNOWN_CHASSIS_OF =
      ofPlacedPorts(
          "UNKNOWN_CHASSIS_OF",
          p ->
              p.port().unknown()
                  ? List.of(new Pair<>(p.port().logicalSwitch(), p.binding().chassis()))
                  : List.of());

  /** The switches that have placed ports at a chassis. */
  public static final Relation<UUID, UUID> SWITCHES_OF =
      ofPlacedPorts(
          "SWITCHES_OF", p -> List.of(new Pair<>(p.binding().chassis(), p.port().logicalSwitch())));

  /** The ports that have a MAC address, which should be one. */
  public static final Relation<Address, UUID> PORTS_WITH_MAC =
      new Relation<>(
          "PORTS_WITH_MAC",
          LogicalSwitchPort.class,
          (uuid, network) -> addresses(uuid, network, known -> List.of(known.mac())));

  /** The ports that have an IPv4 address, which should be one. */
  public static final Relation<Address, UUID> PORTS_WITH_IPV4 =
      new Relation<>(
          "PORTS_WITH_IPV4",
          LogicalSwitchPort.class,
          (uuid, network) ->
              addresses(
                  uuid,
                  network,
                  known ->
                      known.ips().stream()
                          .filter(ip -> ip.isIPv4())
                          .map(ip -> ip.toIPv4().longValue())
                          .toList()));

  /** All relations, each after those it reads. */
  public static final List<Relation<?, ?>> RELATIONS =
      List.of(
          PORTS_AT,
          UNKNOWN_PORTS_AT,
          CHASSIS_OF,
          UNKNOWN_CHASSIS_OF,
          SWITCHES_OF,
          CHASSIS_WITH,
          PORTS_WITH_MAC,
          PORTS_WITH_IPV4);

  private static Site site(Placed placed) {
    return new Site(placed.port().logicalSwitch(), placed.binding().chassis());
  }

  private static <K, V> Relation<K, V> ofPlacedPorts(
      String name, Function<Placed, Collection<Pair<K, V>>> pairs) {
    return new Relation<>(
        name, PLACED_PORTS, (Optional<Placed> p) -> p.map(pairs).orElse(List.of()));
  }

  private static Collection<Pair<Address, UUID>> addresses(
      UUID uuid, Reads network, Function<PortAddresses.Known, Collection<Long>> of) {
    var owner = network.ask(new PortOf(uuid)).orElseThrow().logicalSwitch();
    return network.ask(new AddressesOf(uuid)).stream()
        .filter(PortAddresses.Known.class::isInstance)
        .flatMap(a -> of.apply((PortAddresses.Known) a).stream())
        .distinct()
        .map(a -> new Pair<>(new Address(owner, a), uuid))
        .toList();
  }

  /** Who owns an address that several ports have: the one that was there first. */
  public static Optional<Port> owner(Reads network, Relation<Address, UUID> relation, Address key) {
    return network.related(relation, key).stream()
        .min(Comparator.<UUID>comparingLong(p -> network.ask(new Created(p))).thenComparing(p -> p))
        .flatMap(port -> network.ask(new PortOf(port)));
  }
}
