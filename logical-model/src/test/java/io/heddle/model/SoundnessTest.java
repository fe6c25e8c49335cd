package io.heddle.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.relation.Atom;
import io.heddle.model.relation.Clause;
import io.heddle.model.relation.Datum;
import io.heddle.model.relation.Operation;
import io.heddle.model.relation.OperationMessages;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.StaticRoute;
import io.heddle.v1.Transaction;
import io.vavr.collection.HashMap;
import io.vavr.collection.Map;
import io.vavr.collection.TreeMap;
import io.vavr.collection.TreeSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What clients that speak OVSDB may write and Heddle cannot work with. */
class SoundnessTest {
  private static final UUID SWITCH = new UUID(1, 1);
  private static final UUID PORT = new UUID(1, 2);
  private static final Kind PORTS = Schema.rows().kind(LogicalSwitchPort.class);

  private final Rows rows = new Rows();
  private final RowProblems problems = new RowProblems();
  private List<String> told = List.of();

  private static Datum texts(String... texts) {
    return new Datum.Atoms(TreeSet.ofAll(Arrays.stream(texts).map(Atom::of).toList()));
  }

  private static Datum id(UUID uuid) {
    return new Datum.Ids(Set.of(uuid));
  }

  private static List<Clause> is(UUID uuid) {
    return List.of(new Clause.Comparison("_uuid", Clause.Function.EQUAL, id(uuid)));
  }

  private void ovsdb(Operation... operations) {
    var ovsdb = OperationMessages.write(List.of(operations));
    var applied = rows.apply(Transaction.newBuilder().setOvsdb(ovsdb).build());
    var executed = assertInstanceOf(Outcome.Executed.class, applied.outcome());
    assertEquals(operations.length, executed.results().size(), executed.toString());
    follow();
  }

  private void follow() {
    problems
        .follow(rows.snapshot, rows.changes)
        .ifPresent(now -> told = now.stream().map(p -> p.name() + " " + p.message()).toList());
  }

  private void port(Map<String, Datum> columns) {
    ovsdb(
        new Operation.Insert("Logical_Switch", SWITCH, HashMap.of("ports", id(PORT))),
        new Operation.Insert("Logical_Switch_Port", PORT, columns));
  }

  private void update(Map<String, Datum> columns) {
    ovsdb(new Operation.Update("Logical_Switch_Port", is(PORT), columns));
  }

  private LogicalSwitchPort whole() {
    return rows.snapshot.get(LogicalSwitchPort.class, PORT).orElseThrow();
  }

  @Test
  void elementsAtFaultAreLeftOut() {
    port(
        HashMap.of(
            "name", texts("p"), "addresses", texts("nonsense", "00:00:00:00:00:01 10.0.0.1")));
    assertEquals(2, whole().getAddressesCount());
    var sound = rows.snapshot.sound().get(LogicalSwitchPort.class, PORT).orElseThrow();
    assertEquals(List.of("00:00:00:00:00:01 10.0.0.1"), sound.getAddressesList());
    assertEquals(1, told.size(), told.toString());
    assertTrue(told.get(0).startsWith("p addresses[1]: "), told.toString());

    update(HashMap.of("addresses", texts("00:00:00:00:00:01 10.0.0.1")));
    assertEquals(List.of(), told);
    assertSame(rows.snapshot, rows.snapshot.sound());
  }

  @Test
  void aRowThatWouldMeanSomethingElseIsNotThere() {
    port(HashMap.of("name", texts("p"), "type", texts("localnet")));
    assertEquals(1, rows.snapshot.named(PORTS, "p").size());
    var sound = rows.snapshot.sound();
    assertTrue(sound.row(PORTS, PORT).isEmpty());
    assertTrue(sound.rows(PORTS).isEmpty());
    assertTrue(sound.named(PORTS, "p").isEmpty());
    assertTrue(sound.index(LogicalSwitchPort.class, "logical_switch", "" + SWITCH).isEmpty());
    assertEquals(1, told.size(), told.toString());
    assertTrue(told.get(0).startsWith("p type: \"localnet\" is none of "), told.toString());
    assertTrue(told.get(0).endsWith(": the row has no effect"), told.toString());

    update(HashMap.of("type", texts("")));
    assertEquals(1, rows.snapshot.sound().named(PORTS, "p").size());
    assertEquals(List.of(), told);
  }

  @Test
  void aRouteWithoutItsNextHopIsNone() {
    var router = new UUID(2, 1);
    var route = new UUID(2, 2);
    ovsdb(
        new Operation.Insert("Logical_Router", router, HashMap.of("static_routes", id(route))),
        new Operation.Insert(
            "Logical_Router_Static_Route",
            route,
            HashMap.of("ip_prefix", texts("10.0.0.0/8"), "nexthop", texts("10.0.0.300"))));
    assertEquals(1, rows.snapshot.rows(StaticRoute.class).size());
    assertTrue(rows.snapshot.sound().rows(StaticRoute.class).isEmpty());
    assertEquals(1, rows.snapshot.sound().rows(LogicalRouter.class).size());
  }

  @Test
  void rowsAtFaultHinderNobodyWhoWritesElsewhereInThem() {
    port(HashMap.of("name", texts("p"), "addresses", texts("nonsense")));
    var up = LogicalSwitchPort.newBuilder().setUp(true).build();
    rows.observe(Edit.update(PORT, up, "up"));
    rows.commit(
        Edit.update(PORT, LogicalSwitchPort.newBuilder().setEnabled(true).build(), "enabled"));
    assertTrue(whole().getUp());
    var other = LogicalSwitchPort.newBuilder().addAddresses("other nonsense").build();
    assertEquals("addresses[0]", rows.refuseOnce(Edit.update(PORT, other, "addresses")).field());
  }

  @Test
  void whatIsGivenFollowsFromWhatIsSound() throws IOException {
    var config = new Datum.Pairs(TreeMap.of(Atom.of("subnet"), Atom.of("10.0.0.0/29")));
    ovsdb(new Operation.Insert("Logical_Switch", SWITCH, HashMap.of("other_config", config)));
    var inserts = new ArrayList<Operation>();
    for (int i = 0; i < 7; i++) {
      var uuid = new UUID(3, i);
      var ids =
          new io.heddle.model.relation.Mutation(
              "ports", io.heddle.model.relation.Mutation.Mutator.INSERT, id(uuid));
      inserts.add(
          new Operation.Insert(
              "Logical_Switch_Port",
              uuid,
              HashMap.of("name", texts("p" + i), "addresses", texts("dynamic", "?"))));
      inserts.add(new Operation.Mutate("Logical_Switch", is(SWITCH), List.of(ids)));
    }
    ovsdb(inserts.toArray(Operation[]::new));
    long given =
        rows.snapshot.rows(PORTS).values().stream()
            .filter(
                row -> row.as(LogicalSwitchPort.class).getDynamicAddresses().contains("10.0.0."))
            .count();
    assertEquals(5, given, "a /29 has five to give");
    var lacking = told.stream().filter(t -> t.contains("not all could be given")).toList();
    assertEquals(2, lacking.size(), told.toString());
    assertEquals(7, told.stream().filter(t -> t.contains("addresses[0]")).count(), told.toString());

    assertEquals(rows.snapshot.addresses, Rows.reloaded(rows.snapshot).addresses);

    var faulty = new Datum.Pairs(TreeMap.of(Atom.of("subnet"), Atom.of("10.0.0.0/290")));
    ovsdb(new Operation.Update("Logical_Switch", is(SWITCH), HashMap.of("other_config", faulty)));
    assertTrue(told.stream().anyMatch(t -> t.contains("other_config[subnet]")), told.toString());
    assertTrue(told.stream().noneMatch(t -> t.contains("not all could be given")));
  }

  @Test
  void whatIsKeptWithoutEffectIsToldAsLongAsItIsThere() {
    port(HashMap.of("name", texts("p"), "port_security", texts("00:00:00:00:00:01")));
    assertEquals(List.of("p port_security is kept, but has no effect yet"), told);
    ovsdb(new Operation.Insert("Address_Set", new UUID(4, 1), HashMap.of("name", texts("as"))));
    assertEquals(2, told.size());
    var options = new Datum.Pairs(TreeMap.of(Atom.of("requested-tnl-key"), Atom.of("7")));
    update(HashMap.of("port_security", texts(), "options", options));
    assertTrue(
        told.contains("p options[requested-tnl-key] is kept, but has no effect yet"),
        told.toString());
    ovsdb(new Operation.Delete("Address_Set", List.of()));
    ovsdb(new Operation.Delete("Logical_Switch", is(SWITCH)));
    assertEquals(List.of(), told);
  }

  @Test
  void changesAreSeenAsTheyAreForWhoSeesOnlyWhatIsSound() {
    var store = new MemoryStore();
    var seen = new ArrayList<Change>();
    store.sound().subscribe((after, changes) -> seen.addAll(changes));
    var ovsdb =
        OperationMessages.write(
            List.of(
                new Operation.Insert("Logical_Switch", SWITCH, HashMap.of("ports", id(PORT))),
                new Operation.Insert(
                    "Logical_Switch_Port",
                    PORT,
                    HashMap.of("name", texts("p"), "type", texts("localnet")))));
    store.commit(Transaction.newBuilder().setOvsdb(ovsdb).build()).join();
    assertEquals(1, seen.size());
    assertEquals(LogicalSwitch.class, seen.get(0).kind().type());
    seen.clear();
    store
        .commit(Edit.transaction(Edit.update(PORT, LogicalSwitchPort.getDefaultInstance(), "type")))
        .join();
    assertEquals(1, seen.size());
    assertTrue(seen.get(0).before().isEmpty());
    assertEquals(PORT, seen.get(0).after().orElseThrow().uuid());
  }
}
