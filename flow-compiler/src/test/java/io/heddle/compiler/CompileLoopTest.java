package io.heddle.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.compiler.Plans.PlanChange;
import io.heddle.feature.Features;
import io.heddle.flow.Flow;
import io.heddle.model.Edit;
import io.heddle.model.Edition;
import io.heddle.model.MemoryStore;
import io.heddle.model.Outcome;
import io.heddle.model.Ownership;
import io.heddle.model.Problem;
import io.heddle.model.Problems;
import io.heddle.model.Progress;
import io.heddle.model.Schema;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.Datum;
import io.heddle.model.relation.Operation.Insert;
import io.heddle.model.relation.OperationMessages;
import io.heddle.v1.Chassis;
import io.heddle.v1.ClusterVersion;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import io.heddle.v1.Transaction;
import io.vavr.collection.TreeSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CompileLoopTest {
  private final MemoryStore store = new MemoryStore();
  private final Progress progress = new Progress();
  private final Problems problems = new Problems();
  private final CompileLoop loop = new CompileLoop(store, Features.ALL, progress, problems);

  @AfterEach
  void stop() {
    loop.close();
  }

  private void commit(Transaction transaction) {
    var outcome = store.commit(transaction).join();
    assertTrue(outcome instanceof Outcome.Committed, outcome::toString);
  }

  private void chassis(String name, int number) {
    commit(Edit.observation(World.chassis(name, number, "geneve")));
  }

  private UUID uuid(String chassis) {
    return store.snapshot().named(Schema.rows().kind(Chassis.class), chassis).iterator().next();
  }

  /** Applies plan changes as a switch would. */
  private static final class Follower implements Plans.Follower {
    final Map<UnitKey, Unit> units = new HashMap<>();
    final BlockingQueue<PlanChange> changes = new LinkedBlockingQueue<>();

    @Override
    public synchronized void planned(PlanChange change) {
      if (change.whole()) {
        units.clear();
      }
      change.gone().forEach(units::remove);
      change.set().forEach(u -> units.put(u.key(), u));
      changes.add(change);
    }

    PlanChange await(long revision) throws InterruptedException {
      while (true) {
        var change = changes.poll(10, TimeUnit.SECONDS);
        assertTrue(change != null, "nothing was planned for revision " + revision);
        if (change.revision() >= revision) {
          return change;
        }
      }
    }

    synchronized Set<Flow> flows() {
      var flows = new HashSet<Flow>();
      units.values().forEach(u -> flows.addAll(u.flows()));
      return flows;
    }
  }

  private Set<Flow> compiled(UUID chassis) {
    var flows = new HashSet<Flow>();
    Network.of(Features.ALL, store.snapshot().sound())
        .plan(chassis)
        .forEach(u -> flows.addAll(u.flows()));
    return flows;
  }

  @Test
  void aFollowerHasThePlanAfterEveryChange() throws Exception {
    chassis("hv1", 1);
    chassis("hv2", 2);
    // Else it may have the whole plan of revision 1, and what is other in 2.
    progress.whenCompiled(2).get(10, TimeUnit.SECONDS);
    var follower = new Follower();
    loop.follow(uuid("hv1"), follower);
    assertTrue(follower.await(2).whole());
    commit(
        Edit.observation(
            List.of(
                World.logicalSwitch("s1"),
                World.port("p1", "s1", World.address(1)),
                World.port("p2", "s1", "unknown"),
                World.bind("p1", "hv1", 1),
                World.bind("p2", "hv2", 1))));
    assertFalse(follower.await(3).whole());
    assertEquals(compiled(uuid("hv1")), follower.flows());
    commit(Edit.transaction(Edit.delete(LogicalSwitchPort.class, "p1")));
    follower.await(4);
    assertEquals(compiled(uuid("hv1")), follower.flows());
    progress.whenCompiled(4).get(10, TimeUnit.SECONDS);
  }

  @Test
  void aChassisThatIsNotThereYetHasNoPlanRatherThanAnEmptyOne() throws Exception {
    chassis("hv1", 1);
    progress.whenCompiled(1).get(10, TimeUnit.SECONDS);
    var hv2 = Edit.put(UUID.randomUUID(), Chassis.newBuilder().setName("hv2").build());
    var follower = new Follower();
    loop.follow(UUID.fromString(hv2.getPut().getUuid()), follower);
    commit(Edit.transaction(World.logicalSwitch("s1")));
    progress.whenCompiled(2).get(10, TimeUnit.SECONDS);
    loop.read(Network::chassis).get(10, TimeUnit.SECONDS);
    assertTrue(follower.changes.isEmpty(), "an empty plan would wipe the switch");
    commit(Edit.transaction(hv2));
    var first = follower.await(3);
    assertTrue(first.whole());
    assertFalse(first.set().isEmpty());
  }

  @Test
  void revisionsThatChangeNothingAreToldToo() throws Exception {
    chassis("hv1", 1);
    var follower = new Follower();
    loop.follow(uuid("hv1"), follower);
    follower.await(1);
    commit(Edit.transaction(World.logicalSwitch("s1")));
    var change = follower.await(2);
    assertTrue(change.set().isEmpty() && change.gone().isEmpty() && !change.whole());
  }

  /** As OVN takes it: the port of a type unknown here has an address that is none. */
  private void ovsdb(Insert... inserts) {
    var ovsdb = OperationMessages.write(List.of(inserts));
    var outcome = store.commit(Transaction.newBuilder().setOvsdb(ovsdb).build()).join();
    assertTrue(outcome instanceof Outcome.Executed, outcome::toString);
  }

  private static Datum texts(String... texts) {
    return new Datum.Atoms(TreeSet.ofAll(Arrays.stream(texts).map(Atom::of).toList()));
  }

  @Test
  void whatHeddleCannotWorkWithIsToldAndNotCompiled() throws Exception {
    chassis("hv1", 1);
    var follower = new Follower();
    loop.follow(uuid("hv1"), follower);
    follower.await(1);
    var p1 = new UUID(1, 1);
    var p2 = new UUID(1, 2);
    var ports = new Datum.Ids(Set.of(p1, p2));
    ovsdb(
        new Insert("Logical_Switch", new UUID(1, 0), io.vavr.collection.HashMap.of("ports", ports)),
        new Insert(
            "Logical_Switch_Port",
            p1,
            io.vavr.collection.HashMap.of(
                "name", texts("p1"), "addresses", texts("00:00:00:00:00:01", "x"))),
        new Insert(
            "Logical_Switch_Port",
            p2,
            io.vavr.collection.HashMap.of("name", texts("p2"), "type", texts("localnet"))));
    commit(Edit.observation(World.bind("p1", "hv1", 1), World.bind("p2", "hv1", 2)));
    follower.await(3);
    assertEquals(compiled(uuid("hv1")), follower.flows());
    assertEquals(
        List.of("p1", "p2"), problems.list().stream().map(Problem::name).distinct().toList());
    int without = follower.flows().size();

    var type = LogicalSwitchPort.getDefaultInstance();
    commit(Edit.transaction(Edit.update(p2, type, "type")));
    follower.await(4);
    assertEquals(compiled(uuid("hv1")), follower.flows());
    assertTrue(follower.flows().size() > without, "p2 works now");
    assertEquals(List.of("p1"), problems.list().stream().map(Problem::name).toList());
  }

  @Test
  void aFailingFollowerHarmsNoOther() throws Exception {
    chassis("hv1", 1);
    loop.follow(
        uuid("hv1"),
        change -> {
          throw new IllegalStateException("broken");
        });
    var follower = new Follower();
    loop.follow(uuid("hv1"), follower);
    commit(Edit.transaction(World.logicalSwitch("s1")));
    follower.await(2);
  }

  @Test
  void endingToFollowAClosedLoopIsNoFault() {
    chassis("hv1", 1);
    var following = loop.follow(uuid("hv1"), new Follower());
    loop.close();
    following.close();
    commit(Edit.transaction(World.logicalSwitch("s1")));
  }

  @Test
  void aPortIsUpOnlyOnceItsChassisConfirmed() throws Exception {
    try (var status = new PortStatus(store, progress, snapshot -> Ownership.sole("m1", 1))) {
      chassis("hv1", 1);
      chassis("hv2", 2);
      progress.connected(uuid("hv1"));
      commit(
          Edit.observation(
              List.of(
                  World.logicalSwitch("s1"),
                  World.port("p1", "s1", World.address(1)),
                  World.bind("p1", "hv1", 1))));
      long bound = store.snapshot().revision();
      await(false);
      progress.installed(uuid("hv1"), bound - 1);
      Thread.sleep(100);
      await(false);
      progress.installed(uuid("hv1"), bound);
      await(true);

      commit(Edit.observation(World.bind("p1", "hv2", 1)));
      await(false);
      progress.installed(uuid("hv2"), store.snapshot().revision());
      await(true);

      var bindings = store.snapshot().rows(io.heddle.v1.PortBinding.class).keySet();
      commit(
          Edit.observation(
              bindings.stream().map(b -> Edit.delete(io.heddle.v1.PortBinding.class, b)).toList()));
      await(false);
    }
  }

  @Test
  void portsThatLeadToRoutersAreUpAndAllPortsOfALargeNetworkComeUp() throws InterruptedException {
    chassis("hv1", 1);
    progress.connected(uuid("hv1"));
    int ports = 2_500;
    var operations = new ArrayList<Operation>(List.of(World.logicalSwitch("s1")));
    for (int i = 1; i <= ports; i++) {
      operations.add(World.port("p" + i, "s1", World.address(i)));
      operations.add(World.bind("p" + i, "hv1", i));
    }
    var toRouter =
        LogicalSwitchPort.newBuilder().setName("to-r").setLogicalSwitch("s1").setType("router");
    operations.add(Edit.put(toRouter.build()));
    commit(Edit.observation(operations));
    progress.installed(uuid("hv1"), store.snapshot().revision());
    try (var status = new PortStatus(store, progress, snapshot -> Ownership.sole("m1", 1))) {
      await("to-r", true);
      for (int i = 1; i <= ports; i++) {
        await("p" + i, true);
      }
    }
  }

  /** Else whoever adds ports would make the store write twice as much. */
  @Test
  void ofANewPortThatIsNotUpNothingIsWritten() throws Exception {
    var version = ClusterVersion.newBuilder().setVersion(Edition.VERSION);
    commit(Edit.observation(Edit.put(version.build()), World.logicalSwitch("s1")));
    try (var status = new PortStatus(store, progress, snapshot -> Ownership.sole("m1", 1))) {
      for (int i = 1; i <= 30; i++) {
        commit(Edit.transaction(World.port("p" + i, "s1", World.address(i))));
      }
      var toRouter =
          LogicalSwitchPort.newBuilder().setName("to-r").setLogicalSwitch("s1").setType("router");
      commit(Edit.transaction(Edit.put(toRouter.build())));
      await("to-r", true);
    }
    await("p1", false);
    assertEquals(1 + 30 + 2, store.snapshot().revision());
  }

  /** It says from the beginning that it is not up, but its interface was there before. */
  @Test
  void aNewPortOfAnInterfaceThatIsThereComesUp() throws Exception {
    chassis("hv1", 1);
    var version = ClusterVersion.newBuilder().setVersion(Edition.VERSION);
    commit(Edit.observation(Edit.put(version.build()), World.logicalSwitch("s1")));
    try (var status = new PortStatus(store, progress, snapshot -> Ownership.sole("m1", 1))) {
      progress.connected(uuid("hv1"));
      var toRouter =
          LogicalSwitchPort.newBuilder().setName("to-r").setLogicalSwitch("s1").setType("router");
      commit(Edit.observation(World.bind("p1", "hv1", 1), Edit.put(toRouter.build())));
      await("to-r", true);
      commit(Edit.transaction(World.port("p1", "s1", World.address(1))));
      progress.installed(uuid("hv1"), store.snapshot().revision());
      await(true);
    }
  }

  /** No chassis is theirs whose owner would tell. */
  @Test
  void oneOfSeveralTellsOfPortsWithoutChassis() throws Exception {
    var shares = Map.of("m1", 100, "m2", 100);
    commit(Edit.observation(World.logicalSwitch("s1")));
    try (var m1 = new PortStatus(store, progress, s -> Ownership.divided("m1", 1, shares));
        var m2 = new PortStatus(store, progress, s -> Ownership.divided("m2", 1, shares))) {
      for (int i = 1; i <= 5; i++) {
        commit(Edit.observation(World.port("p" + i, "s1", World.address(i))));
      }
      for (int i = 1; i <= 5; i++) {
        await("p" + i, false);
      }
    }
  }

  private void await(boolean up) throws InterruptedException {
    await("p1", up);
  }

  private void await(String name, boolean up) throws InterruptedException {
    var port =
        store.snapshot().named(Schema.rows().kind(LogicalSwitchPort.class), name).iterator().next();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (true) {
      var row = store.snapshot().get(LogicalSwitchPort.class, port).orElseThrow();
      if (row.hasUp() && row.getUp() == up) {
        return;
      }
      assertTrue(System.nanoTime() < deadline, "the port is not " + (up ? "up" : "down"));
      Thread.sleep(5);
    }
  }
}
