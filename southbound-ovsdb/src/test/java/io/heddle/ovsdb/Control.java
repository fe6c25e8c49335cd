package io.heddle.ovsdb;

import io.heddle.model.Edit;
import io.heddle.model.MemoryStore;
import io.heddle.model.Outcome;
import io.heddle.model.Ownership;
import io.heddle.model.Problem;
import io.heddle.model.Problems;
import io.heddle.model.Row;
import io.heddle.model.Schema;
import io.heddle.model.Snapshot;
import io.heddle.ovsdb.OvsdbSettings.Timing;
import io.heddle.v1.Chassis;
import io.heddle.v1.Encap;
import io.heddle.v1.Operation;
import io.heddle.v1.PortBinding;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Assertions;

/** A controller's OVSDB side on a store in memory, listening on a free port of loopback. */
final class Control implements AutoCloseable {
  static final Timing QUICK =
      new Timing(
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ofSeconds(4),
          Duration.ofMillis(1500),
          Duration.ofSeconds(1),
          Duration.ofMillis(100),
          Duration.ofSeconds(1),
          Duration.ofSeconds(2));

  final MemoryStore store;
  final Problems problems = new Problems();
  private final Function<Snapshot, Ownership> ownership;
  private final OvsdbSettings settings;
  private OvsdbSouthbound southbound;

  Control() {
    this(loopback().withTiming(QUICK));
  }

  Control(OvsdbSettings settings) {
    this(settings, new MemoryStore(), snapshot -> Ownership.sole("m1", 1));
  }

  /** One of several members, who have the same rows. */
  Control(OvsdbSettings settings, MemoryStore store, Function<Snapshot, Ownership> ownership) {
    this.store = store;
    this.ownership = ownership;
    southbound = new OvsdbSouthbound(store, problems, ownership, settings);
    southbound.start();
    this.settings = settings.withListen(southbound.address());
  }

  static OvsdbSettings loopback() {
    return OvsdbSettings.defaults()
        .withListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  void stop() {
    southbound.close();
  }

  /** Another one on the same port, as after a restart of the controller. */
  void start() {
    southbound = new OvsdbSouthbound(store, problems, ownership, settings);
    southbound.start();
  }

  int port() {
    return settings.listen().getPort();
  }

  OvsdbSouthbound southbound() {
    return southbound;
  }

  void commit(Operation... operations) {
    Assertions.assertInstanceOf(
        Outcome.Committed.class, store.commit(Edit.transaction(operations)).join());
  }

  Optional<Row> chassisRow(String name) {
    var kind = Schema.rows().kind(Chassis.class);
    return store.snapshot().rows(kind).values().stream()
        .filter(r -> r.name().equals(name))
        .findFirst();
  }

  Optional<Chassis> chassis(String name) {
    return chassisRow(name).map(r -> r.as(Chassis.class));
  }

  /** "TYPE IP OPTIONS" of each, sorted. */
  List<String> encaps(String chassis) {
    return store.snapshot().rows(Encap.class).values().stream()
        .map(r -> r.as(Encap.class))
        .filter(e -> isOf(chassis, e.getChassis()))
        .map(e -> e.getType() + " " + e.getIp() + " " + new java.util.TreeMap<>(e.getOptionsMap()))
        .sorted()
        .toList();
  }

  List<Row> bindingRows(String chassis) {
    return store.snapshot().rows(PortBinding.class).values().stream()
        .filter(r -> isOf(chassis, r.as(PortBinding.class).getChassis()))
        .toList();
  }

  /** "PORT INTERFACE" of each, sorted. */
  List<String> bindings(String chassis) {
    return bindingRows(chassis).stream()
        .map(r -> r.as(PortBinding.class))
        .map(b -> b.getLogicalPort() + " " + b.getInterface())
        .sorted()
        .toList();
  }

  private boolean isOf(String name, String uuid) {
    return store
        .snapshot()
        .get(Chassis.class, UUID.fromString(uuid))
        .filter(c -> c.getName().equals(name))
        .isPresent();
  }

  boolean hasProblem(String name, String part) {
    return problems.list().stream()
        .filter(p -> p.name().equals(name))
        .map(Problem::message)
        .anyMatch(m -> m.contains(part));
  }

  @Override
  public void close() {
    southbound.close();
  }
}
