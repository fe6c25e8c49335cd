package io.heddle.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.feature.Features;
import io.heddle.flow.Flow;
import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.model.Replay;
import io.heddle.model.RowProblems;
import io.heddle.model.Snapshot;
import io.heddle.model.relation.Atom;
import io.heddle.model.relation.Clause;
import io.heddle.model.relation.Clause.Comparison;
import io.heddle.model.relation.Datum;
import io.heddle.model.relation.Mutation;
import io.heddle.model.relation.Operation;
import io.heddle.model.relation.OperationMessages;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPolicy;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.StaticRoute;
import io.heddle.v1.Transaction;
import io.vavr.collection.HashMap;
import io.vavr.collection.Map;
import io.vavr.collection.TreeMap;
import io.vavr.collection.TreeSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever OVN's clients write, the compiler goes on: what it makes step by step of rows of which
 * half are nonsense is what it makes of them from nothing.
 */
class UnsoundRowsTest {
  private static final int STEPS = 120;
  private static final String LONG = "x".repeat(300);

  private static final List<String> NAMES = List.of("p0", "p1", "p2", "r0", "r1", "", LONG);
  private static final List<String> ADDRESSES =
      List.of(
          "00:00:00:00:00:01 10.0.0.1",
          "00:00:00:00:00:02",
          "unknown",
          "router",
          "dynamic",
          "00:00:00:00:00:03 dynamic",
          "00:00:00:00:00:03 10.0.0.300",
          "01:00:00:00:00:01",
          "",
          LONG);
  private static final List<String> MACS =
      List.of("00:00:00:00:01:01", "00:00:00:00:01:02", "ff:ff:ff:ff:ff:ff", "no", "");
  private static final List<String> NETWORKS =
      List.of(
          "10.0.0.254/24", "10.1.0.1/24", "fd00::1/64", "10.0.0.1", "10.0.0.1/33", "::/200", "");
  private static final List<String> PREFIXES =
      List.of("10.2.0.0/16", "0.0.0.0/0", "fd01::/64", "10.2.0.0/99", "", "there");
  private static final List<String> HOPS =
      List.of("10.0.0.9", "10.1.0.9", "discard", "fd00::9", "10.0.0.999", "", "here");
  private static final List<String> MATCHES =
      List.of("ip4", "ip4.src == 10.0.0.0/8", "ip4 &&", "", "inport == \"r0\"", "1 == 1 ||");

  static LongStream seeds() {
    return LongStream.range(0, 10);
  }

  private Random random = new Random();
  private Snapshot snapshot = Snapshot.empty();
  private final Network network = new Network(Features.ALL);
  private final RowProblems problems = new RowProblems();
  private int executed;

  @ParameterizedTest
  @MethodSource("seeds")
  void theCompilerGoesOn(long seed) {
    random = new Random(seed);
    apply(Edit.observation(World.chassis("hv1", 1, "geneve")));
    apply(Edit.observation(World.chassis("hv2", 2, "geneve")));
    for (int i = 0; i < 3; i++) {
      apply(Edit.observation(World.bind("p" + i, "hv1", i + 1)));
    }
    boolean faulty = false;
    for (int step = 0; step < STEPS; step++) {
      var ovsdb = OperationMessages.write(operations());
      apply(Transaction.newBuilder().setOvsdb(ovsdb).build());
      faulty |= snapshot.sound() != snapshot;
      if (step % 20 == 0) {
        compare();
      }
    }
    compare();
    assertTrue(faulty, "all was sound");
    assertTrue(executed > STEPS / 4, executed + " of " + STEPS + " did something");
  }

  private void apply(Transaction transaction) {
    var applied = Replay.apply(snapshot, transaction);
    if (transaction.hasOvsdb()) {
      assertInstanceOf(Outcome.Executed.class, applied.outcome());
    }
    executed += applied.changes().isEmpty() ? 0 : 1;
    var changes = snapshot.soundChanges(applied.snapshot(), applied.changes());
    network.update(applied.snapshot().sound(), changes);
    problems.follow(applied.snapshot(), applied.changes());
    snapshot = applied.snapshot();
  }

  private void compare() {
    var fresh = Network.of(Features.ALL, snapshot.sound());
    assertEquals(fresh.chassis(), network.chassis());
    for (var chassis : fresh.chassis()) {
      assertEquals(flows(fresh, chassis), flows(network, chassis));
    }
    assertEquals(Set.copyOf(fresh.problems()), Set.copyOf(network.problems()));
  }

  private static Set<Flow> flows(Network network, UUID chassis) {
    return network.plan(chassis).flatMap(u -> u.flows().stream()).collect(Collectors.toSet());
  }

  private List<Operation> operations() {
    return switch (random.nextInt(9)) {
      case 0 -> List.of(insert("Logical_Switch", uuid(), HashMap.of("name", text(NAMES))));
      case 1 -> List.of(insert("Logical_Router", uuid(), HashMap.of("name", text(NAMES))));
      case 2 -> child("Logical_Switch", "ports", "Logical_Switch_Port", switchPort());
      case 3 -> child("Logical_Router", "ports", "Logical_Router_Port", routerPort());
      case 4 ->
          child("Logical_Router", "static_routes", "Logical_Router_Static_Route", staticRoute());
      case 5 -> child("Logical_Router", "policies", "Logical_Router_Policy", policy());
      case 6 -> List.of(new Operation.Update("Logical_Switch", where("Logical_Switch"), config()));
      case 7 ->
          List.of(
              new Operation.Update(
                  "Logical_Switch_Port", where("Logical_Switch_Port"), switchPort()));
      default -> {
        var table = any(List.of("Logical_Switch", "Logical_Router"));
        yield List.of(
            random.nextInt(4) == 0
                ? new Operation.Delete(table, where(table))
                : new Operation.Update(
                    "Logical_Router_Port", where("Logical_Router_Port"), routerPort()));
      }
    };
  }

  private static Operation insert(String table, UUID uuid, Map<String, Datum> row) {
    return new Operation.Insert(table, uuid, row);
  }

  private List<Operation> child(
      String parent, String column, String table, Map<String, Datum> row) {
    var uuid = uuid();
    var ids = new Datum.Ids(Set.of(uuid));
    var into = new Mutation(column, Mutation.Mutator.INSERT, ids);
    return List.of(
        insert(table, uuid, row), new Operation.Mutate(parent, where(parent), List.of(into)));
  }

  private Map<String, Datum> switchPort() {
    return HashMap.of(
        "name",
        text(NAMES),
        "type",
        text(List.of("", "", "router", "switch", "localnet")),
        "addresses",
        texts(ADDRESSES),
        "options",
        pairs("router-port", NAMES));
  }

  private Map<String, Datum> routerPort() {
    return HashMap.of(
        "name",
        text(NAMES),
        "mac",
        text(MACS),
        "networks",
        new Datum.Atoms(((Datum.Atoms) texts(NETWORKS)).atoms().add(Atom.of(any(NETWORKS)))),
        "options",
        pairs("gateway_mtu", List.of("1400", "1", "much")),
        "ipv6_ra_configs",
        pairs("address_mode", List.of("slaac", "what")));
  }

  private Map<String, Datum> staticRoute() {
    return HashMap.of(
        "ip_prefix", text(PREFIXES), "nexthop", text(HOPS), "route_table", text(NAMES));
  }

  private Map<String, Datum> policy() {
    return HashMap.of(
        "priority",
        new Datum.Atoms(TreeSet.of(Atom.of((long) random.nextInt(3)))),
        "match",
        text(MATCHES),
        "action",
        text(List.of("allow", "drop", "reroute")),
        "nexthops",
        texts(HOPS));
  }

  private Map<String, Datum> config() {
    return HashMap.of(
        "other_config", pairs("subnet", List.of("10.0.0.0/24", "10.0.0.0/29", "10.0.0.0/40", "")));
  }

  private Datum pairs(String key, List<String> values) {
    return new Datum.Pairs(TreeMap.of(Atom.of(key), Atom.of(any(values))));
  }

  private Datum text(List<String> values) {
    return Datum.of(Atom.of(any(values)));
  }

  private Datum texts(List<String> values) {
    TreeSet<Atom> atoms = TreeSet.empty();
    for (int i = random.nextInt(3); i > 0; i--) {
      atoms = atoms.add(Atom.of(any(values)));
    }
    return new Datum.Atoms(atoms);
  }

  /** One row of the table, or none where there is none. */
  private List<Clause> where(String table) {
    var type =
        switch (table) {
          case "Logical_Switch" -> LogicalSwitch.class;
          case "Logical_Switch_Port" -> LogicalSwitchPort.class;
          case "Logical_Router" -> LogicalRouter.class;
          case "Logical_Router_Port" -> LogicalRouterPort.class;
          case "Logical_Router_Policy" -> LogicalRouterPolicy.class;
          default -> StaticRoute.class;
        };
    var uuids = new ArrayList<>(snapshot.rows(type).keySet());
    uuids.sort(null);
    var uuid = uuids.isEmpty() ? new UUID(0, 0) : any(uuids);
    var id = new Datum.Ids(Set.of(uuid));
    return List.of(new Comparison("_uuid", Clause.Function.EQUAL, id));
  }

  private UUID uuid() {
    return new UUID(random.nextLong(), random.nextLong());
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
