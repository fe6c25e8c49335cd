package io.heddle.trace;

import io.heddle.compiler.Unit;
import io.heddle.compiler.UnitKey;
import io.heddle.model.Row;
import io.heddle.model.Schema;
import io.heddle.model.Snapshot;
import io.heddle.model.TunnelPort;
import io.heddle.v1.Chassis;
import io.heddle.v1.Encap;
import io.heddle.v1.PortBinding;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The network as packets meet it: for every host the flows it runs and what its OpenFlow ports lead
 * to. It says what the switches would do if they had these flows, not what they have.
 */
public final class Fabric {
  /** What an OpenFlow port leads to. */
  public sealed interface Wire {
    /** The interface of a VM, and the name of the logical port it says it is. */
    record Interface(String name, String logicalPort) implements Wire {}

    /** A tunnel, and the host and port where it ends. */
    record Tunnel(String type, UUID chassis, int ofport) implements Wire {}
  }

  /**
   * @param name of the chassis
   * @param wires by OpenFlow port number
   */
  public record Host(UUID chassis, String name, Map<Integer, Wire> wires) {
    public Host {
      wires = Map.copyOf(wires);
    }
  }

  private final Map<UUID, Host> hosts;
  private final Function<UUID, ? extends Collection<Unit>> plans;
  private final Function<UUID, Optional<String>> names;
  private final Map<UUID, Rules> rules = new ConcurrentHashMap<>();

  /**
   * @param plans the units each host runs; asked when a packet first comes to the host
   * @param names of rows, for people
   */
  public Fabric(
      Collection<Host> hosts,
      Function<UUID, ? extends Collection<Unit>> plans,
      Function<UUID, Optional<String>> names) {
    this.hosts = hosts.stream().collect(Collectors.toUnmodifiableMap(Host::chassis, h -> h));
    this.plans = plans;
    this.names = names;
  }

  /** The hosts, interfaces and tunnels of a snapshot, running these plans. */
  public static Fabric of(Snapshot snapshot, Function<UUID, ? extends Collection<Unit>> plans) {
    var hosts =
        snapshot.rows(Chassis.class).keySet().stream()
            .map(chassis -> host(snapshot, chassis))
            .toList();
    return new Fabric(hosts, plans, uuid -> name(snapshot, uuid));
  }

  private static Host host(Snapshot snapshot, UUID chassis) {
    var wires = new HashMap<Integer, Wire>();
    var row = snapshot.get(Chassis.class, chassis).orElseThrow();
    for (var uuid : snapshot.index(PortBinding.class, "chassis", chassis.toString())) {
      var binding = snapshot.get(PortBinding.class, uuid).orElseThrow();
      if (binding.getOfport() != 0) {
        wires.put(
            binding.getOfport(),
            new Wire.Interface(binding.getInterface(), binding.getLogicalPort()));
      }
    }
    for (var type : types(snapshot, chassis)) {
      for (var remote : snapshot.rows(Chassis.class).values()) {
        if (!remote.uuid().equals(chassis) && types(snapshot, remote.uuid()).contains(type)) {
          wires.put(
              TunnelPort.ofport(remote.as(Chassis.class).getChassisKey(), type),
              new Wire.Tunnel(type, remote.uuid(), TunnelPort.ofport(row.getChassisKey(), type)));
        }
      }
    }
    return new Host(chassis, row.getName(), wires);
  }

  private static Set<String> types(Snapshot snapshot, UUID chassis) {
    return snapshot.index(Encap.class, "chassis", chassis.toString()).stream()
        .map(uuid -> snapshot.get(Encap.class, uuid).orElseThrow().getType())
        .collect(Collectors.toSet());
  }

  private static Optional<String> name(Snapshot snapshot, UUID uuid) {
    return Schema.rows().kinds().stream()
        .flatMap(kind -> snapshot.row(kind, uuid).stream())
        .map(Fabric::name)
        .findFirst();
  }

  /** A row's name or, where it has none, the first values that only it has. */
  private static String name(Row row) {
    return row.kind().nameColumn().isPresent() || row.kind().unique().isEmpty()
        ? row.name()
        : row.kind().unique().get(0).stream()
            .map(column -> column.text(row.value()))
            .collect(Collectors.joining(" "));
  }

  public Collection<Host> hosts() {
    return hosts.values();
  }

  public Host host(UUID chassis) {
    return Optional.ofNullable(hosts.get(chassis))
        .orElseThrow(() -> new IllegalArgumentException("no chassis " + chassis));
  }

  Rules rules(UUID chassis) {
    return rules.computeIfAbsent(chassis, c -> new Rules(plans.apply(c)));
  }

  /** A unit for people: the feature and what it made the unit for. */
  public String describe(UnitKey key) {
    var subject = describe(key.subject());
    return subject.isEmpty() ? key.feature() : key.feature() + "/" + subject;
  }

  private String describe(Object subject) {
    if (subject instanceof UUID uuid) {
      return names.apply(uuid).orElseGet(uuid::toString);
    }
    if (subject instanceof Long number) {
      return "0x" + Long.toHexString(number);
    }
    return subject instanceof Record parts
        ? Arrays.stream(parts.getClass().getRecordComponents())
            .map(part -> describe(read(part, parts)))
            .collect(Collectors.joining("/"))
        : String.valueOf(subject);
  }

  private static Object read(RecordComponent part, Record of) {
    try {
      return part.getAccessor().invoke(of);
    } catch (ReflectiveOperationException e) {
      return part.getName();
    }
  }
}
