package io.heddle.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.engine.Relation.Pair;
import io.heddle.model.Edit;
import io.heddle.model.Outcome;
import io.heddle.model.Snapshot;
import io.heddle.model.StateMachine;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.LogicalSwitchPort;
import io.heddle.v1.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EngineTest {
  private Snapshot snapshot = Snapshot.empty();

  private List<Engine.Changed<?>> step(Engine engine, Operation... operations) {
    var applied = StateMachine.apply(snapshot, Edit.transaction(operations));
    assertTrue(applied.outcome() instanceof Outcome.Committed, () -> "" + applied.outcome());
    snapshot = applied.snapshot();
    return engine.update(snapshot, applied.changes());
  }

  private static Operation logicalSwitch(String name, String note) {
    return Edit.put(LogicalSwitch.newBuilder().setName(name).putExternalIds("note", note).build());
  }

  private static Operation port(String name, String logicalSwitch, String address) {
    return Edit.put(
        LogicalSwitchPort.newBuilder()
            .setName(name)
            .setLogicalSwitch(logicalSwitch)
            .addAddresses(address)
            .build());
  }

  record NameOf(UUID uuid) implements Query<String> {
    @Override
    public String answer(Reads reads) {
      return reads.get(LogicalSwitch.class, uuid).map(LogicalSwitch::getName).orElse("nobody");
    }
  }

  record Greeting(UUID uuid) implements Query<String> {
    @Override
    public String answer(Reads reads) {
      return "hello " + reads.ask(new NameOf(uuid));
    }
  }

  record Circle(int number) implements Query<Integer> {
    @Override
    public Integer answer(Reads reads) {
      return reads.ask(new Circle(1 - number));
    }
  }

  private static final Relation<String, String> NAMES_AT =
      new Relation<>(
          "NAMES_AT",
          LogicalSwitchPort.class,
          (uuid, reads) -> {
            var row = reads.get(LogicalSwitchPort.class, uuid).orElseThrow();
            return List.of(new Pair<>(row.getAddresses(0), row.getName()));
          });

  record NamesAt(String address) implements Query<String> {
    @Override
    public String answer(Reads reads) {
      return String.join(" ", new TreeSet<>(reads.related(NAMES_AT, address)));
    }
  }

  private static final Relation<String, String> NAMES_IN_ORDER = Relation.inOrder(NAMES_AT);

  record FirstAt(String address) implements Query<String> {
    @Override
    public String answer(Reads reads) {
      return reads.first(NAMES_IN_ORDER, address).orElse("nobody");
    }
  }

  private static Engine greeter() {
    return new Engine(
        List.of(),
        List.of(),
        List.of(new Roots<>(Domain.rows(LogicalSwitch.class), Greeting::new)));
  }

  @Test
  void anEqualAnswerStopsTheWave() {
    var engine = greeter();
    assertEquals(1, step(engine, logicalSwitch("s1", "a")).size());
    var ran = new ArrayList<Query<?>>();
    engine.observe(ran::add);
    assertEquals(List.of(), step(engine, logicalSwitch("s1", "b")));
    assertEquals(1, ran.size(), "only what read the row runs, not what read its answer");
  }

  @Test
  void rootsComeChangeAndGo() {
    var engine = greeter();
    var uuid = UUID.randomUUID();
    var came = step(engine, Edit.put(uuid, LogicalSwitch.newBuilder().setName("a").build()));
    assertEquals(Optional.of("hello a"), came.get(0).after());
    var changed = step(engine, Edit.put(uuid, LogicalSwitch.newBuilder().setName("b").build()));
    assertEquals(Optional.of("hello a"), changed.get(0).before());
    assertEquals(Optional.of("hello b"), changed.get(0).after());
    var went = step(engine, Edit.delete(LogicalSwitch.class, uuid));
    assertEquals(Optional.of("hello b"), went.get(0).before());
    assertEquals(Optional.empty(), went.get(0).after());
  }

  @Test
  void whatNobodyAsksIsForgotten() {
    var engine = greeter();
    int before = engine.size();
    for (int i = 0; i < 50; i++) {
      step(engine, logicalSwitch("s" + i, ""));
    }
    assertTrue(engine.size() >= before + 150);
    for (int i = 0; i < 50; i++) {
      step(engine, Edit.delete(LogicalSwitch.class, "s" + i));
    }
    assertEquals(before, engine.size());
  }

  @Test
  void absenceIsRead() {
    var uuid = UUID.randomUUID();
    var engine =
        new Engine(
            List.of(),
            List.of(),
            List.of(new Roots<>(new Domain.Once(), once -> new Greeting(uuid))));
    assertEquals(Optional.of("hello nobody"), engine.update(snapshot, List.of()).get(0).after());
    var changed = step(engine, Edit.put(uuid, LogicalSwitch.newBuilder().setName("a").build()));
    assertEquals(Optional.of("hello a"), changed.get(0).after());
  }

  @Test
  void aRelationTellsOnlyTheKeysThatChanged() {
    var engine =
        new Engine(
            List.of(NAMES_AT),
            List.of(),
            List.of(new Roots<>(Domain.keys(NAMES_AT), NamesAt::new)));
    step(
        engine,
        logicalSwitch("s", ""),
        port("a", "s", "02:00:00:00:00:01"),
        port("b", "s", "02:00:00:00:00:01"),
        port("c", "s", "02:00:00:00:00:02"));
    var ran = new ArrayList<Query<?>>();
    engine.observe(ran::add);
    var changed = step(engine, port("d", "s", "02:00:00:00:00:01"));
    assertEquals(Optional.of("a b d"), changed.get(0).after());
    assertEquals(1, changed.size());
    assertEquals(2, ran.size(), () -> "the new pair and its key, but ran " + ran);

    var moved = step(engine, port("c", "s", "02:00:00:00:00:01"));
    assertEquals(2, moved.size(), "one key went, the other changed");
    assertTrue(
        moved.stream()
            .anyMatch(
                c -> c.root().equals(new NamesAt("02:00:00:00:00:02")) && c.after().isEmpty()));
  }

  /** The addresses that there are, by how long they are. */
  private static final Relation<Integer, String> BY_LENGTH =
      new Relation<>(
          "BY_LENGTH",
          Domain.keys(NAMES_AT),
          (address, reads) -> List.of(new Pair<>(address.length(), address)));

  record OfLength(int length) implements Query<Set<String>> {
    @Override
    public Set<String> answer(Reads reads) {
      return Set.copyOf(reads.related(BY_LENGTH, length));
    }
  }

  @Test
  void aRelationFollowsTheKeysOfAnother() {
    var engine =
        new Engine(
            List.of(NAMES_AT, BY_LENGTH),
            List.of(),
            List.of(new Roots<>(Domain.keys(BY_LENGTH), OfLength::new)));
    var came = step(engine, logicalSwitch("s", ""), port("a", "s", "02:00:00:00:00:01"));
    assertEquals(Optional.of(Set.of("02:00:00:00:00:01")), came.get(0).after());
    var ran = new ArrayList<Query<?>>();
    engine.observe(ran::add);
    assertEquals(List.of(), step(engine, port("b", "s", "02:00:00:00:00:01")));
    assertEquals(1, ran.size(), () -> "what the new port says, for its key is old, but ran " + ran);
    step(engine, Edit.delete(LogicalSwitchPort.class, "a"));
    var went = step(engine, Edit.delete(LogicalSwitchPort.class, "b"));
    assertEquals(Optional.empty(), went.get(0).after());
    var again = step(engine, port("c", "s", "02:00:00:00:00:01"));
    assertEquals(Optional.of(Set.of("02:00:00:00:00:01")), again.get(0).after());
  }

  @Test
  void whoAsksForTheFirstIsNotConcernedWithTheOthers() {
    var mac = "02:00:00:00:00:01";
    var engine =
        new Engine(
            List.of(NAMES_IN_ORDER),
            List.of(),
            List.of(new Roots<>(new Domain.Once(), once -> new FirstAt(mac))));
    step(engine, logicalSwitch("s", ""), port("b", "s", mac), port("c", "s", mac));
    var ran = new ArrayList<Query<?>>();
    engine.observe(ran::add);
    assertEquals(List.of(), step(engine, port("d", "s", mac)));
    assertEquals(List.of(), step(engine, Edit.delete(LogicalSwitchPort.class, "c")));
    assertTrue(ran.stream().noneMatch(FirstAt.class::isInstance), ran::toString);

    assertEquals(Optional.of("a"), step(engine, port("a", "s", mac)).get(0).after());
    var without = step(engine, Edit.delete(LogicalSwitchPort.class, "a"));
    assertEquals(Optional.of("b"), without.get(0).after());
    step(engine, Edit.delete(LogicalSwitchPort.class, "d"));
    var nobody = step(engine, Edit.delete(LogicalSwitchPort.class, "b"));
    assertEquals(Optional.of("nobody"), nobody.get(0).after());
  }

  @Test
  void askingInACircleIsRefused() {
    var engine =
        new Engine(
            List.of(), List.of(), List.of(new Roots<>(new Domain.Once(), once -> new Circle(0))));
    assertThrows(IllegalStateException.class, () -> engine.update(snapshot, List.of()));
  }

  @Test
  void aRelationIsNotReadBeforeItIsSettled() {
    var early =
        new Relation<String, String>(
            "EARLY",
            LogicalSwitchPort.class,
            (uuid, reads) -> {
              reads.related(NAMES_AT, "x");
              return List.of();
            });
    var engine = new Engine(List.of(early, NAMES_AT), List.of(), List.of());
    assertThrows(
        IllegalStateException.class,
        () -> step(engine, logicalSwitch("s", ""), port("a", "s", "02:00:00:00:00:01")));
  }
}
