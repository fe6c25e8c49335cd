package io.heddle.openflow;

import static io.heddle.model.Eventually.becomes;
import static io.heddle.model.Eventually.eventually;
import static io.heddle.openflow.SynchronizingTest.keys;
import static io.heddle.openflow.SynchronizingTest.units;
import static io.heddle.openflow.TablePlans.unit;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.compiler.Unit;
import io.heddle.flow.Action;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Meter;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
import io.heddle.model.Edit;
import io.heddle.model.MemoryStore;
import io.heddle.model.Ownership;
import io.heddle.openflow.SwitchState.Role;
import io.heddle.v1.Division;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One switch and three controllers: one drives it, and no flow is lost when another takes over. */
class TakeoverTest {
  private static final int FLOWS = 200;

  private final MemoryStore store = new MemoryStore();
  private final TablePlans plans = new TablePlans();
  private final Map<String, Controller> members = new TreeMap<>();

  /** Members that have not heard of the last divisions, and what they believe. */
  private final Map<String, Ownership> behind = new ConcurrentHashMap<>();

  private OvsSwitch host;
  private UUID chassis;

  @BeforeEach
  void start() {
    host = OvsSwitch.start(0x3001);
    for (var name : List.of("m1", "m2", "m3")) {
      members.put(
          name,
          new Controller(
              store,
              plans,
              s -> Optional.ofNullable(behind.get(name)).orElse(Ownership.of(s, name, false))));
    }
    chassis = members.get("m1").chassis("hv1", host);
    divide("m1");
    host.connect(members.values().stream().mapToInt(Controller::port).toArray());
    plans.plan(chassis, units(0, FLOWS));
    awaitMaster("m1");
    awaitInstalled("m1");
  }

  @AfterEach
  void stop() {
    members.values().forEach(Controller::close);
    host.close();
  }

  /** The chassis belongs to this member from now on. */
  private void divide(String owner) {
    var current = store.snapshot().rows(Division.class).keySet().stream().findFirst();
    // Each time another weight, for a row that stays as it is makes no new epoch.
    var row =
        Division.newBuilder()
            .putShares(owner, 1 + (int) (store.snapshot().revision() % 100))
            .build();
    store.commit(Edit.observation(current.map(u -> Edit.put(u, row)).orElse(Edit.put(row)))).join();
  }

  private void awaitMaster(String owner) {
    members
        .keySet()
        .forEach(name -> becomes(name.equals(owner) ? Role.MASTER : Role.SLAVE, () -> role(name)));
  }

  /** As the switch says, which brings its database up to date every five seconds. */
  private void awaitRoles(String owner) {
    var wanted = new TreeMap<Integer, String>();
    members.forEach((name, m) -> wanted.put(m.port(), name.equals(owner) ? "master" : "slave"));
    becomes(wanted, host::roles);
  }

  private void awaitInstalled(String owner) {
    becomes(
        OptionalLong.of(plans.revision()), () -> members.get(owner).progress.installed(chassis));
  }

  private Role role(String member) {
    return members.get(member).role(chassis);
  }

  private static void assertStayed(Map<String, Birth> before, Map<String, Birth> after) {
    before.forEach(
        (flow, born) ->
            assertTrue(
                after.containsKey(flow) && after.get(flow).meets(born),
                () -> flow + " was born at " + born + " and now at " + after.get(flow)));
  }

  /** So that a flow that is made anew can be told from one that stayed. */
  private Map<String, Birth> aged() {
    var born = host.born();
    OvsSwitch.awaitAged(born);
    return born;
  }

  @Test
  void theOwnerIsMasterAndOnlyItCounts() {
    assertEquals(keys(units(0, FLOWS)), host.born().keySet());
    awaitRoles("m1");
    for (var other : List.of("m2", "m3")) {
      assertEquals(OptionalLong.empty(), members.get(other).progress.installed(chassis));
      assertEquals(0, members.get(other).state(chassis).orElseThrow().flows());
    }
    members.values().forEach(m -> assertEquals(List.of(), m.problems.list()));
  }

  @Test
  void whenTheOwnerDiesAnotherTakesOverAndNoFlowIsTouched() {
    var before = aged();
    members.remove("m1").close();
    divide("m2");
    becomes(Role.MASTER, () -> role("m2"));
    awaitInstalled("m2");
    plans.plan(chassis, units(0, FLOWS + 10));
    awaitInstalled("m2");
    var after = host.born();
    assertEquals(keys(units(0, FLOWS + 10)), after.keySet());
    assertStayed(before, after);
  }

  @Test
  void anOwnerThatLetsGoIsASlaveAndMayBecomeMasterAgain() {
    var before = aged();
    var connection = members.get("m1").state(chassis).orElseThrow().remote();
    int more = 0;
    for (var owner : List.of("m2", "m3", "m1", "m2", "m3", "m1")) {
      // What the one who lets go is told of this comes too late to count.
      plans.plan(chassis, units(0, FLOWS + ++more));
      divide(owner);
      awaitMaster(owner);
      awaitInstalled(owner);
      members.forEach(
          (name, m) ->
              becomes(name.equals(owner), () -> m.progress.installed(chassis).isPresent()));
    }
    assertStayed(before, host.born());
    awaitRoles("m1");
    assertEquals(connection, members.get("m1").state(chassis).orElseThrow().remote());
  }

  /** In between another owns it, for less time than it takes to let go. */
  @Test
  void anOwnerThatIsOneAgainAtOnceCounts() {
    for (int i = 0; i < 20; i++) {
      divide("m2");
      divide("m1");
      awaitInstalled("m1");
    }
  }

  /** It holds on to its role, and once it has lost that to a later epoch it lets it be. */
  @Test
  void anOwnerThatHearsNothingMoreDoesNoHarm() {
    behind.put("m1", Ownership.of(store.snapshot(), "m1", false));
    divide("m3");
    becomes(Role.MASTER, () -> role("m3"));
    awaitInstalled("m3");
    var connection = members.get("m1").state(chassis).orElseThrow().remote();
    // All are told of this plan; what m1 makes of it the switch refuses.
    plans.plan(chassis, units(0, FLOWS + 5));
    awaitInstalled("m3");
    eventually("m1 knows that it is outranked", () -> role("m1") == Role.NONE);
    eventually(
        "that lasts, which is a problem",
        () -> members.get("m1").hasProblem("hv1", "another controller"));
    assertEquals(Role.MASTER, role("m3"));
    assertEquals(keys(units(0, FLOWS + 5)), host.born().keySet());
    behind.clear();
    divide("m3");
    awaitMaster("m3");
    becomes(Role.SLAVE, () -> role("m1"));
    becomes(List.of(), () -> members.get("m1").problems.list());
    assertEquals(connection, members.get("m1").state(chassis).orElseThrow().remote());
  }

  /**
   * The switch knows a later epoch than the one who is to own it: that one waits until it knows.
   */
  @Test
  void whoIsBehindTakesOverWhenItHears() {
    var old = Ownership.of(store.snapshot(), "m2", false);
    // Of an epoch so old that it can never have been master in it.
    behind.put("m2", Ownership.divided("m2", old.epoch() - 1, Map.of("m2", 100)));
    divide("m3");
    becomes(Role.MASTER, () -> role("m3"));
    divide("m2");
    becomes(Role.SLAVE, () -> role("m3"));
    becomes(Role.NONE, () -> role("m2"));
    behind.clear();
    divide("m2");
    awaitMaster("m2");
    awaitInstalled("m2");
    assertEquals(keys(units(0, FLOWS)), host.born().keySet());
  }

  @Test
  void packetsGoToTheOwnerAlone() {
    host.vsctl("add-port", "br-int", "p1", "--", "set", "Interface", "p1", "type=dummy");
    var punt = new Action.Punt(Punt.NEIGHBOUR_HEARD_ARP, Meter.share(7, 1));
    var hand =
        unit(
            "hand",
            Flow.of(Table.PHYSICAL_IN, 10, Match.ALL).then(Table.SWITCH_IN_NEIGHBOURS),
            Flow.of(Table.SWITCH_IN_NEIGHBOURS, 1, Match.ALL, punt));
    plans.plan(chassis, List.of(hand));
    awaitInstalled("m1");
    hears("m1");
    divide("m2");
    awaitMaster("m2");
    awaitInstalled("m2");
    hears("m2");
  }

  private long heard(String member) {
    var punts = members.get(member).state(chassis).orElseThrow().punts();
    return punts.taken().values().stream().mapToLong(n -> n).sum() + punts.strange();
  }

  private void hears(String owner) {
    var before = new TreeMap<String, Long>();
    members.keySet().forEach(m -> before.put(m, heard(m)));
    host.appctl(
        "netdev-dummy/receive",
        "p1",
        "in_port(1),eth(src=0a:00:00:00:00:07,dst=ff:ff:ff:ff:ff:ff),eth_type(0x0806)");
    eventually("the owner hears", () -> heard(owner) > before.get(owner));
    members.keySet().stream()
        .filter(m -> !m.equals(owner))
        .forEach(m -> assertEquals(before.get(m), heard(m), m));
  }

  @Test
  void manyHandoversUnderManyChangesEndRight() {
    var random = new Random(11);
    var names = List.copyOf(members.keySet());
    List<Unit> last = units(0, FLOWS);
    var constant = keys(units(0, FLOWS / 2));
    var before = aged();
    before.keySet().retainAll(constant);
    var owner = "m1";
    for (int i = 0; i < 60; i++) {
      owner = names.get(random.nextInt(names.size()));
      divide(owner);
      long to = FLOWS / 2 + random.nextInt(FLOWS);
      last = units(0, to);
      plans.plan(chassis, last);
      if (random.nextInt(3) == 0) {
        pause(random.nextInt(30));
      }
    }
    awaitMaster(owner);
    awaitInstalled(owner);
    assertEquals(keys(last), host.born().keySet());
    assertStayed(before, host.born());
    assertEquals(
        1,
        LongStream.of(names.stream().mapToLong(n -> role(n) == Role.MASTER ? 1 : 0).toArray())
            .sum());
  }

  private static void pause(int milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
