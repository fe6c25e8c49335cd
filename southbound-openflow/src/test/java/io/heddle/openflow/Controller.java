package io.heddle.openflow;

import io.heddle.answer.Punted;
import io.heddle.compiler.Unit;
import io.heddle.model.Edit;
import io.heddle.model.Eventually;
import io.heddle.model.MemoryStore;
import io.heddle.model.Outcome;
import io.heddle.model.Ownership;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.model.Snapshot;
import io.heddle.openflow.wire.ListenException;
import io.heddle.v1.Chassis;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Assertions;

/** The OpenFlow side of a controller, on a store in memory and with plans that a test gives. */
final class Controller implements AutoCloseable {
  static final OpenflowSettings QUICK =
      new OpenflowSettings(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          Optional.empty(),
          Duration.ofSeconds(1),
          Duration.ofSeconds(4),
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          Duration.ofMillis(500),
          Duration.ofSeconds(30),
          Duration.ofMillis(500),
          Duration.ZERO,
          Duration.ofSeconds(2),
          8);

  final MemoryStore store;
  final TablePlans plans;
  final Progress progress = new Progress();
  final Problems problems = new Problems();
  final AtomicLong generation = new AtomicLong(1);
  private final Function<Snapshot, Ownership> ownership;
  private final Punted punted;
  private final OpenflowSettings settings;
  private OpenflowSouthbound southbound;

  Controller() {
    this(QUICK);
  }

  Controller(OpenflowSettings settings) {
    this(settings, Punted.NOTHING);
  }

  Controller(OpenflowSettings settings, Punted punted) {
    this.store = new MemoryStore();
    this.plans = new TablePlans();
    this.ownership = snapshot -> Ownership.sole("m1", generation.get());
    this.punted = punted;
    this.settings = settings;
    southbound = made(settings);
  }

  /** One of several members, who have the same rows and plans. */
  Controller(MemoryStore store, TablePlans plans, Function<Snapshot, Ownership> ownership) {
    this.store = store;
    this.plans = plans;
    this.ownership = ownership;
    this.punted = Punted.NOTHING;
    this.settings = QUICK;
    southbound = made(settings);
  }

  private OpenflowSouthbound made(OpenflowSettings with) {
    var made = new OpenflowSouthbound(store, plans, punted, progress, problems, ownership, with);
    try {
      made.start();
    } catch (ListenException e) {
      throw new AssertionError(e);
    }
    return made;
  }

  int port() {
    return southbound.port();
  }

  /** Ends it and starts another one on the same port, as after a restart of the controller. */
  void restart() {
    int port = port();
    southbound.close();
    generation.incrementAndGet();
    southbound =
        made(settings.withListen(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
  }

  UUID chassis(String name, OvsSwitch host) {
    return chassis(name, host.datapathId());
  }

  UUID chassis(String name, String datapathId) {
    var row = Chassis.newBuilder().setName(name).setDatapathId(datapathId).build();
    var outcome = store.commit(Edit.observation(Edit.put(row))).join();
    var committed = Assertions.assertInstanceOf(Outcome.Committed.class, outcome);
    return UUID.fromString(committed.receipt().getRows(0).getUuid());
  }

  void plan(UUID chassis, Unit... units) {
    plans.plan(chassis, List.of(units));
  }

  /** Plans, and waits until the switch confirms. */
  void install(UUID chassis, Unit... units) {
    install(chassis, List.of(units));
  }

  void install(UUID chassis, List<Unit> units) {
    long revision = plans.plan(chassis, units);
    Eventually.becomes(OptionalLong.of(revision), () -> progress.installed(chassis));
  }

  /** The newest plan is confirmed, by a connection that began after this was called last. */
  boolean current(UUID chassis) {
    return progress.installed(chassis).equals(OptionalLong.of(plans.revision()));
  }

  Optional<SwitchState> state(UUID chassis) {
    return southbound.switches().stream()
        .filter(s -> s.chassis().filter(chassis::equals).isPresent())
        .findFirst();
  }

  SwitchState.Role role(UUID chassis) {
    return state(chassis).map(SwitchState::role).orElse(SwitchState.Role.NONE);
  }

  List<SwitchState> switches() {
    return southbound.switches();
  }

  boolean hasProblem(String name, String part) {
    return problems.list().stream()
        .anyMatch(p -> p.name().equals(name) && p.message().contains(part));
  }

  @Override
  public void close() {
    southbound.close();
  }
}
