package io.heddle.northbound.raft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.model.Generation;
import io.heddle.model.Ownership;
import io.heddle.model.Row;
import io.heddle.model.Snapshot;
import io.heddle.northbound.Divider;
import io.heddle.northbound.Divider.Pace;
import io.heddle.v1.Controller;
import io.heddle.v1.Division;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three members agree on who owns which chassis, whoever of them dies. */
@Timeout(120)
class DivisionTest {
  private static final Pace QUICK =
      new Pace(
          Duration.ofMillis(1_000),
          Duration.ofSeconds(10),
          Duration.ofMillis(100),
          Duration.ofSeconds(10));

  @TempDir Path data;
  private TestCluster members;
  private final Map<String, Divider> dividers = new HashMap<>();

  @BeforeEach
  void openAll() throws Exception {
    members = new TestCluster(data);
    open("m1", "m2", "m3");
  }

  @AfterEach
  void closeAll() {
    dividers.values().forEach(Divider::close);
    members.close();
  }

  private void open(String... names) throws Exception {
    members.open(names);
    for (var name : names) {
      var store = members.store(name);
      Generation.begin(store, Controller.newBuilder().setName(name).build());
      dividers.put(name, new Divider(store, store.membership(), QUICK));
    }
  }

  private void close(String member) {
    dividers.remove(member).close();
    members.close(member);
  }

  private static Map<String, Integer> shares(Snapshot snapshot) {
    return snapshot.rows(Division.class).values().stream()
        .findFirst()
        .map(r -> r.as(Division.class).getSharesMap())
        .orElse(Map.of());
  }

  private void awaitShares(Map<String, Integer> expected) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    for (var store : members.stores.values()) {
      while (!shares(store.snapshot()).equals(expected)) {
        assertTrue(System.nanoTime() < deadline, () -> "still " + shares(store.snapshot()));
        Thread.sleep(10);
      }
    }
  }

  /** By what each member that runs says, who owns what. */
  private Set<Map<String, String>> owners() {
    return members.stores.values().stream()
        .map(s -> Ownership.of(s.snapshot(), s.membership().view()))
        .map(
            o ->
                IntStream.range(0, 100)
                    .mapToObj(i -> "hv" + i)
                    .collect(Collectors.toMap(n -> n, n -> o.owner(n).orElseThrow())))
        .collect(Collectors.toSet());
  }

  @Test
  void whoeverDiesTheOthersShareItsChassisAndGiveThemBack() throws Exception {
    awaitShares(Map.of("m1", 100, "m2", 100, "m3", 100));
    var all = owners();
    assertEquals(1, all.size());
    var before = all.iterator().next();
    assertEquals(members.stores.keySet(), Set.copyOf(before.values()));

    for (boolean leads : List.of(true, false)) {
      var dying =
          members.stores.keySet().stream()
              .filter(m -> members.view(m).leads() == leads)
              .findFirst()
              .orElseThrow();
      close(dying);
      var rest = new HashMap<String, Integer>();
      members.stores.keySet().forEach(m -> rest.put(m, 100));
      awaitShares(rest);
      var now = owners();
      assertEquals(1, now.size());
      before.forEach(
          (chassis, owner) ->
              assertTrue(
                  owner.equals(dying) || now.iterator().next().get(chassis).equals(owner),
                  () -> chassis + " moved though its owner lives"));
      var steps = new ArrayList<Integer>();
      members
          .store(rest.keySet().iterator().next())
          .subscribe((after, changes) -> steps.add(shares(after).getOrDefault(dying, 0)));
      open(dying);
      awaitShares(Map.of("m1", 100, "m2", 100, "m3", 100));
      assertEquals(List.of(25, 50, 75, 100), steps.stream().distinct().filter(n -> n > 0).toList());
      assertEquals(Set.of(before), owners());
    }
    assertEquals(
        Set.of("m1", "m2", "m3"),
        members.store("m1").snapshot().rows(Controller.class).values().stream()
            .map(Row::name)
            .collect(Collectors.toSet()));
  }
}
