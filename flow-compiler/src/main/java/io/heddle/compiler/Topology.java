package io.heddle.compiler;

import io.heddle.engine.Domain;
import io.heddle.engine.Facts;
import io.heddle.engine.Query;
import io.heddle.engine.Reads;
import io.heddle.engine.Relation;
import io.heddle.engine.Relation.Pair;
import io.heddle.model.PortAddresses;
import io.heddle.model.Row;
import io.heddle.v1.Chassis;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.PortBinding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What several features ask about the network. Each answer holds only what its readers use, so that
 * a change to the rest of a row ends here.
 */
public final class Topology {
  private Topology() {}

  /** What is at the other end of a port. */
  public enum Behind {
    VM,
    ROUTER,
    SWITCH
  }

  /**
   * One port as flows see it.
   *
   * @param ofRouter whether it says anything of a router: to lead to one, or to have its addresses
   */
  public record Port(
      UUID uuid,
      String name,
      UUID logicalSwitch,
      int datapath,
      int key,
      long created,
      boolean enabled,
      boolean unknown,
      boolean ofRouter,
      Behind behind) {
    public boolean router() {
      return behind == Behind.ROUTER;
    }
  }

  /** Where a port is: the interface that holds it. */
  public record Binding(UUID chassis, int chassisKey, int ofport) {}

  /** The part of a switch that is at one chassis. */
  public record Site(UUID logicalSwitch, UUID chassis) {}

  public record PortOf(UUID uuid) implements Query<Optional<Port>> {
    @Override
    public Optional<Port> answer(Reads network) {
      return network
          .row(LogicalSwitchPort.class, uuid)
          .map(
              found -> {
                var row = found.as(LogicalSwitchPort.class);
                var owner = UUID.fromString(row.getLogicalSwitch());
                var behind = behind(row.getType());
                return new Port(
                    uuid,
                    row.getName(),
                    owner,
                    network.ask(new DatapathKey(owner)),
                    row.getTunnelKey(),
                    found.created(),
                    !row.hasEnabled() || row.getEnabled(),
                    PortAddresses.takesUnknown(row),
                    behind == Behind.ROUTER || row.getAddressesList().contains("router"),
                    behind);
              });
    }

    private static Behind behind(String type) {
      return switch (type) {
        case "router" -> Behind.ROUTER;
        case "switch" -> Behind.SWITCH;
        default -> Behind.VM;
      };
    }
  }

  private static final Facts<UUID, Optional<Port>> PORTS =
      new Facts<>(Domain.rows(LogicalSwitchPort.class), PortOf::new);

  /** The ports that say anything of a router, each by itself. */
  public static final Relation<UUID, UUID> ROUTER_ENDS = ends("ROUTER_ENDS", Port::ofRouter);

  /** The ports that are to lead to another switch, each by itself. */
  static final Relation<UUID, UUID> SWITCH_ENDS =
      ends("SWITCH_ENDS", port -> port.behind() == Behind.SWITCH);

  private static Relation<UUID, UUID> ends(String name, Predicate<Port> are) {
    Function<Optional<Port>, Collection<Pair<UUID, UUID>>> pairs =
        port -> port.filter(are).map(p -> itself(p.uuid())).orElse(List.of());
    return new Relation<>(name, PORTS, pairs);
  }

  private static Collection<Pair<UUID, UUID>> itself(UUID port) {
    return List.of(new Pair<>(port, port));
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

  private static final Comparator<Row> NEWEST_FIRST =
      Comparator.comparingLong(Row::created).reversed().thenComparing(Row::uuid);

  /** All claims to a port's name, the newest first. */
  public static List<PortBinding> claims(Reads network, String portName) {
    var claiming = network.index(PortBinding.class, "logical_port", portName);
    if (claiming.isEmpty()) {
      return List.of();
    }
    var rows = new ArrayList<Row>(1);
    for (var uuid : claiming) {
      network.row(PortBinding.class, uuid).ifPresent(rows::add);
    }
    rows.sort(NEWEST_FIRST);
    var claims = new ArrayList<PortBinding>(rows.size());
    rows.forEach(row -> claims.add(row.as(PortBinding.class)));
    return claims;
  }

  /** A port that can send and receive: there, enabled and bound. */
  public record Placed(Port port, Binding binding) {}

  /**
   * Where a port is, if anywhere.
   *
   * @param contested the port, where several interfaces claim it; the newest claim holds
   */
  public record Whereabouts(Optional<Placed> placed, Optional<UUID> contested) {
    private static final Whereabouts NOWHERE = new Whereabouts(Optional.empty(), Optional.empty());
  }

  public record WhereaboutsOf(UUID port) implements Query<Whereabouts> {
    @Override
    public Whereabouts answer(Reads network) {
      var row = network.ask(new PortOf(port)).orElseThrow();
      var claims = claims(network, row.name());
      if (claims.isEmpty()) {
        return Whereabouts.NOWHERE;
      }
      var contested = Optional.of(port).filter(p -> claims.size() > 1);
      return new Whereabouts(placed(row, claims.get(0), network), contested);
    }

    private static Optional<Placed> placed(Port port, PortBinding claim, Reads network) {
      if (!port.enabled() || port.behind() != Behind.VM || claim.getOfport() == 0) {
        return Optional.empty();
      }
      var chassis = UUID.fromString(claim.getChassis());
      int key = network.ask(new ChassisKey(chassis));
      return Optional.of(new Placed(port, new Binding(chassis, key, claim.getOfport())));
    }
  }

  private static final Facts<UUID, Whereabouts> WHEREABOUTS =
      new Facts<>(Domain.rows(LogicalSwitchPort.class), WhereaboutsOf::new);

  /** The ports that several interfaces claim, each by itself. */
  public static final Relation<UUID, UUID> CONTESTED_PORTS =
      new Relation<>(
          "CONTESTED_PORTS",
          WHEREABOUTS,
          (Whereabouts port) -> port.contested().map(Topology::itself).orElse(List.of()));

  /** The placed ports, each by itself. */
  public static final Relation<UUID, UUID> PLACED_PORTS =
      ofPlacedPorts("PLACED_PORTS", p -> itself(p.port().uuid()));

  /** The placed ports of a switch at a chassis. */
  public static final Relation<Site, UUID> PORTS_AT =
      ofPlacedPorts("PORTS_AT", p -> List.of(new Pair<>(site(p), p.port().uuid())));

  /** Those of them that take frames for unknown addresses. */
  public static final Relation<Site, UUID> UNKNOWN_PORTS_AT =
      ofPlacedPorts(
          "UNKNOWN_PORTS_AT",
          p -> p.port().unknown() ? List.of(new Pair<>(site(p), p.port().uuid())) : List.of());

  /** The placed ports that take frames for unknown addresses, each by itself. */
  public static final Relation<UUID, UUID> UNKNOWN_PORTS =
      ofPlacedPorts("UNKNOWN_PORTS", p -> p.port().unknown() ? itself(p.port().uuid()) : List.of());

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

  /** Those that the relations of {@link Routing} read. */
  static final List<Relation<?, ?>> FIRST_RELATIONS = List.of(ROUTER_ENDS, SWITCH_ENDS);

  /** Each after those it reads. */
  static final List<Relation<?, ?>> RELATIONS =
      List.of(
          CONTESTED_PORTS,
          PLACED_PORTS,
          PORTS_AT,
          UNKNOWN_PORTS_AT,
          UNKNOWN_PORTS,
          CHASSIS_OF,
          UNKNOWN_CHASSIS_OF,
          SWITCHES_OF);

  private static Site site(Placed placed) {
    return new Site(placed.port().logicalSwitch(), placed.binding().chassis());
  }

  private static <K, V> Relation<K, V> ofPlacedPorts(
      String name, Function<Placed, Collection<Pair<K, V>>> pairs) {
    return new Relation<>(
        name, WHEREABOUTS, (Whereabouts port) -> port.placed().map(pairs).orElse(List.of()));
  }

  /**
   * Where the flows belong that lead to a port's addresses: where the switch has ports, but those
   * that lead from one router to another wherever these are.
   */
  public static Layer layer(Reads network, Port owner) {
    return owner.router() && network.ask(new Connections.Transit(owner.logicalSwitch()))
        ? network.ask(new Connections.DomainOf(owner.logicalSwitch()))
        : new Layer.Datapath(owner.logicalSwitch());
  }
}
