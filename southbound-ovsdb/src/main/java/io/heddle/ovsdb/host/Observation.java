package io.heddle.ovsdb.host;

import io.heddle.model.Edit;
import io.heddle.model.Mtu;
import io.heddle.model.Row;
import io.heddle.model.Schema;
import io.heddle.model.Snapshot;
import io.heddle.ovsdb.host.HostState.Interface;
import io.heddle.ovsdb.host.JoinRequest.Encapsulation;
import io.heddle.v1.Chassis;
import io.heddle.v1.Encap;
import io.heddle.v1.Operation;
import io.heddle.v1.PortBinding;
import io.heddle.v1.Precondition;
import io.heddle.v1.RowRef;
import io.heddle.v1.RowVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The difference between what a host is and what the store says of it. A pure function: where the
 * store is right, there are no operations, so that a binding that stays keeps its age, which
 * decides between several claims to a port.
 *
 * @param preconditions under which the operations are right
 * @param operations an observation's operations; carried out, there are none left
 * @param faults what of the host cannot be written down, in words for the operator
 */
public record Observation(
    List<Precondition> preconditions, List<Operation> operations, List<String> faults) {
  /** Bindings one host may hold. */
  public static final int BINDINGS_PER_HOST = 10_000;

  /** Operations in one transaction; what is left comes in the next. */
  static final int OPERATIONS_PER_TRANSACTION = 2_000;

  /** Finds the difference for the host that goes by this name. */
  public static Observation of(
      String name, JoinRequest request, HostState host, Snapshot snapshot) {
    var datapathId = request.bridge().flatMap(host::bridge).flatMap(HostState.Bridge::datapathId);
    var row = chassis(snapshot, name);
    if (row.isEmpty()) {
      return new Observation(
          List.of(absent(name)),
          List.of(Edit.put(observed(request, datapathId).setName(name).build())),
          List.of());
    }
    var comparison = new Comparison(row.get(), snapshot);
    comparison.chassis(observed(request, datapathId).build(), datapathId.isPresent());
    request.encap().ifPresent(comparison::encaps);
    request.bridge().ifPresent(bridge -> comparison.bindings(claims(bridge, host)));
    return new Observation(
        List.of(),
        comparison.operations.stream().limit(OPERATIONS_PER_TRANSACTION).toList(),
        List.copyOf(comparison.faults));
  }

  public static Optional<Row> chassis(Snapshot snapshot, String name) {
    var kind = Schema.rows().kind(Chassis.class);
    return snapshot.named(kind, name).stream()
        .findFirst()
        .flatMap(uuid -> snapshot.row(kind, uuid));
  }

  /** Somebody else may be writing this chassis just now, with fields that would be lost. */
  private static Precondition absent(String name) {
    return Precondition.newBuilder()
        .setRow(
            RowVersion.newBuilder().setRow(RowRef.newBuilder().setKind("Chassis").setName(name)))
        .build();
  }

  private static Chassis.Builder observed(JoinRequest request, Optional<String> datapathId) {
    return Chassis.newBuilder()
        .setHostname(request.hostname())
        .setDatapathId(datapathId.map(String::toLowerCase).orElse(""));
  }

  private static List<Interface> claims(String bridge, HostState host) {
    return host.bridge(bridge).stream()
        .flatMap(b -> host.portsOf(b).stream())
        .flatMap(port -> host.interfacesOf(port).stream())
        .filter(i -> i.ofport().isPresent())
        .filter(i -> !i.externalIds().getOrDefault("iface-id", "").isEmpty())
        .toList();
  }

  private static final class Comparison {
    private final Row chassis;
    private final Snapshot snapshot;
    private final List<Operation> operations = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    Comparison(Row chassis, Snapshot snapshot) {
      this.chassis = chassis;
      this.snapshot = snapshot;
    }

    /** A bridge that is away for a moment takes no datapath id with it. */
    void chassis(Chassis observed, boolean datapathKnown) {
      var stored = chassis.as(Chassis.class);
      var next =
          stored.toBuilder()
              .setHostname(observed.getHostname())
              .setDatapathId(datapathKnown ? observed.getDatapathId() : stored.getDatapathId())
              .build();
      if (!next.equals(stored)) {
        operations.add(Edit.update(chassis.uuid(), next, "hostname", "datapath_id"));
      }
      if (datapathKnown) {
        snapshot.index(Chassis.class, "datapath_id", observed.getDatapathId()).stream()
            .filter(other -> !other.equals(chassis.uuid()))
            .flatMap(other -> snapshot.get(Chassis.class, other).stream())
            .map(
                other ->
                    "its integration bridge has the same datapath id "
                        + observed.getDatapathId()
                        + " as that of chassis "
                        + Words.quote(other.getName())
                        + "; set other_config:datapath-id of one of them")
            .forEach(faults::add);
      }
    }

    /** An address that another chassis has leaves the last good one, as one that is none does. */
    void encaps(Encapsulation encapsulation) {
      var holder = holder(encapsulation.ip());
      if (holder.isPresent()) {
        faults.add(
            "its address "
                + encapsulation.ip()
                + " is that of chassis "
                + Words.quote(holder.get().getName())
                + "; correct ovn-encap-ip, or delete that chassis if it is gone");
        return;
      }
      var stored = new TreeMap<String, Row>();
      mine(Encap.class).forEach(row -> stored.put(row.as(Encap.class).getType(), row));
      for (var type : encapsulation.types()) {
        encap(Optional.ofNullable(stored.remove(type)), encap(type, encapsulation));
      }
      stored.values().forEach(row -> operations.add(Edit.delete(Encap.class, row.uuid())));
    }

    private Optional<Chassis> holder(String ip) {
      var own = chassis.uuid().toString();
      return snapshot.index(Encap.class, "ip", ip).stream()
          .flatMap(uuid -> snapshot.get(Encap.class, uuid).stream())
          .filter(encap -> !encap.getChassis().equals(own))
          .flatMap(e -> snapshot.get(Chassis.class, UUID.fromString(e.getChassis())).stream())
          .findFirst();
    }

    private Encap encap(String type, Encapsulation encapsulation) {
      var encap =
          Encap.newBuilder()
              .setChassis(chassis.uuid().toString())
              .setType(type)
              .setIp(encapsulation.ip())
              .putOptions("csum", String.valueOf(encapsulation.csum()));
      encapsulation.tos().ifPresent(tos -> encap.putOptions("tos", tos));
      encapsulation.mtu().ifPresent(mtu -> encap.putOptions(Mtu.OPTION, String.valueOf(mtu)));
      return encap.build();
    }

    private void encap(Optional<Row> stored, Encap observed) {
      if (stored.isEmpty()) {
        operations.add(Edit.put(observed));
      } else if (!stored.get().value().equals(observed)) {
        operations.add(Edit.put(stored.get().uuid(), observed));
      }
    }

    void bindings(List<Interface> claims) {
      Map<String, Row> stored = new HashMap<>();
      mine(PortBinding.class)
          .forEach(row -> stored.put(row.as(PortBinding.class).getInterface(), row));
      if (claims.size() > BINDINGS_PER_HOST) {
        faults.add(
            "it claims " + claims.size() + " ports; only " + BINDINGS_PER_HOST + " are bound");
      }
      claims.stream()
          .limit(BINDINGS_PER_HOST)
          .filter(this::sound)
          .forEach(claim -> binding(Optional.ofNullable(stored.remove(claim.name())), claim));
      stored.values().stream()
          .map(row -> Edit.delete(PortBinding.class, row.uuid()))
          .forEach(operations::add);
    }

    private boolean sound(Interface claim) {
      var kind = Schema.rows().kind(PortBinding.class);
      var id = claim.externalIds().get("iface-id");
      var fault =
          Words.fault(kind.column("interface"), claim.name())
              .map(why -> "the interface name " + Words.quote(claim.name()) + " " + why)
              .or(
                  () ->
                      Words.fault(kind.column("logical_port"), id)
                          .map(
                              why ->
                                  "external_ids:iface-id of interface "
                                      + Words.quote(claim.name())
                                      + ", "
                                      + Words.quote(id)
                                      + ", "
                                      + why));
      fault.ifPresent(faults::add);
      return fault.isEmpty();
    }

    /** Another logical port is another claim, and as old as this observation. */
    private void binding(Optional<Row> stored, Interface claim) {
      var observed =
          PortBinding.newBuilder()
              .setLogicalPort(claim.externalIds().get("iface-id"))
              .setChassis(chassis.uuid().toString())
              .setInterface(claim.name())
              .setOfport(claim.ofport().orElseThrow())
              .build();
      var same =
          stored.filter(
              row -> row.as(PortBinding.class).getLogicalPort().equals(observed.getLogicalPort()));
      if (same.isEmpty()) {
        stored.ifPresent(row -> operations.add(Edit.delete(PortBinding.class, row.uuid())));
        operations.add(Edit.put(observed));
      } else if (!same.get().value().equals(observed)) {
        operations.add(Edit.put(same.get().uuid(), observed));
      }
    }

    private <T extends com.google.protobuf.Message> List<Row> mine(Class<T> type) {
      var kind = Schema.rows().kind(type);
      return snapshot.index(type, "chassis", chassis.uuid().toString()).stream()
          .flatMap(uuid -> snapshot.row(kind, uuid).stream())
          .toList();
    }
  }
}
