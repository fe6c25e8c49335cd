package io.heddle.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.engine.Relation.Pair;
import io.heddle.model.Edit;
import io.heddle.model.Snapshot;
import io.heddle.model.StateMachine;
import io.heddle.v1.LogicalSwitch;
import io.heddle.v1.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts and counts after any history of links are what one finds who looks at all links anew. */
class PartitionTest {
  private static final int NODES = 12;
  private static final int ROWS = 8;
  private static final int STEPS = 300;
  private static final String ONE = "one";
  private static final String OTHER = "other";

  private static final Relation<Integer, Integer> SOME = links("SOME", ONE);
  private static final Relation<Integer, Integer> MORE = links("MORE", OTHER);
  private static final Partition<Integer> PARTS = new Partition<>("PARTS", List.of(SOME, MORE));

  /** Each row has links of its own, "1-2 3-1": the same ones as other rows, or one repeatedly. */
  private static Relation<Integer, Integer> links(String name, String key) {
    return new Relation<>(
        name,
        LogicalSwitch.class,
        (uuid, reads) -> pairs(reads.get(LogicalSwitch.class, uuid).orElseThrow(), key).toList());
  }

  private static Stream<Pair<Integer, Integer>> pairs(LogicalSwitch row, String key) {
    return Arrays.stream(row.getExternalIdsOrDefault(key, "").split(" "))
        .filter(link -> !link.isEmpty())
        .map(link -> link.split("-"))
        .map(ends -> new Pair<>(Integer.valueOf(ends[0]), Integer.valueOf(ends[1])));
  }

  record PartOf(int node) implements Query<Integer> {
    @Override
    public Integer answer(Reads reads) {
      return reads.part(PARTS, node);
    }
  }

  record MembersOf(int node) implements Query<Set<Integer>> {
    @Override
    public Set<Integer> answer(Reads reads) {
      return Set.copyOf(reads.members(PARTS, node));
    }
  }

  record CountsOf(int node) implements Query<Map<Integer, Integer>> {
    @Override
    public Map<Integer, Integer> answer(Reads reads) {
      return Map.copyOf(reads.counts(SOME, node));
    }
  }

  /** What there is to know, by node. */
  record View(
      Map<Integer, Integer> parts,
      Map<Integer, Set<Integer>> members,
      Map<Integer, Map<Integer, Integer>> counts) {
    View() {
      this(new HashMap<>(), new HashMap<>(), new HashMap<>());
    }
  }

  record Everything() implements Query<View> {
    @Override
    public View answer(Reads reads) {
      var view = new View();
      for (int node = 0; node < NODES; node++) {
        view.parts().put(node, reads.ask(new PartOf(node)));
        view.members().put(node, reads.ask(new MembersOf(node)));
        view.counts().put(node, reads.ask(new CountsOf(node)));
      }
      return view;
    }
  }

  private static View naive(Snapshot snapshot) {
    var view = new View();
    var links = new HashMap<Integer, Set<Integer>>();
    for (int node = 0; node < NODES; node++) {
      links.put(node, new HashSet<>(Set.of(node)));
      view.counts().put(node, new HashMap<>());
    }
    for (var row : snapshot.rows(LogicalSwitch.class).values()) {
      var all = row.as(LogicalSwitch.class);
      Stream.concat(pairs(all, ONE), pairs(all, OTHER))
          .forEach(
              link -> {
                links.get(link.key()).add(link.value());
                links.get(link.value()).add(link.key());
              });
      pairs(all, ONE)
          .forEach(link -> view.counts().get(link.key()).merge(link.value(), 1, Integer::sum));
    }
    for (int node = 0; node < NODES; node++) {
      var part = new TreeSet<>(links.get(node));
      int size = 0;
      while (size < part.size()) {
        size = part.size();
        List.copyOf(part).forEach(member -> part.addAll(links.get(member)));
      }
      view.parts().put(node, part.first());
      view.members().put(node, part);
    }
    return view;
  }

  private static String someLinks(Random random) {
    return IntStream.range(0, random.nextInt(4))
        .mapToObj(i -> random.nextInt(NODES) + "-" + random.nextInt(NODES))
        .reduce("", (a, b) -> a + " " + b);
  }

  private static Operation operation(Random random) {
    var name = "s" + random.nextInt(ROWS);
    return random.nextInt(4) == 0
        ? Edit.delete(LogicalSwitch.class, name)
        : Edit.put(
            LogicalSwitch.newBuilder()
                .setName(name)
                .putExternalIds(ONE, someLinks(random))
                .putExternalIds(OTHER, random.nextBoolean() ? someLinks(random) : "")
                .build());
  }

  private static Engine engine() {
    return new Engine(
        List.of(SOME, MORE),
        List.of(PARTS),
        List.of(new Roots<>(new Domain.Once(), once -> new Everything())));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void theSameAsLookingAtAllLinks(long seed) {
    var random = new Random(seed);
    var engine = engine();
    var snapshot = Snapshot.empty();
    engine.update(snapshot, List.of());
    var known = naive(snapshot);
    var ran = new ArrayList<Query<?>>();
    engine.observe(ran::add);
    for (int i = 0; i < STEPS; i++) {
      var operations = Stream.generate(() -> operation(random)).limit(1 + random.nextInt(3));
      var applied = StateMachine.apply(snapshot, Edit.transaction(operations.toList()));
      snapshot = applied.snapshot();
      ran.clear();
      var changed = engine.update(snapshot, applied.changes());
      var now = naive(snapshot);
      assertEquals(known.equals(now) ? 0 : 1, changed.size(), "seed " + seed + " step " + i);
      changed.forEach(c -> assertEquals(now, c.after().orElseThrow(), "seed " + seed));
      assertEquals(changed(known.parts(), now.parts()), ran(ran, PartOf.class), "seed " + seed);
      assertEquals(
          changed(known.members(), now.members()), ran(ran, MembersOf.class), "seed " + seed);
      assertTrue(
          ran(ran, CountsOf.class).containsAll(changed(known.counts(), now.counts())),
          "seed " + seed);
      known = now;
    }
  }

  private static Set<Integer> changed(Map<Integer, ?> before, Map<Integer, ?> after) {
    var nodes = new HashSet<>(before.keySet());
    nodes.removeIf(node -> before.get(node).equals(after.get(node)));
    return nodes;
  }

  /** Nobody is asked again but those whose answer is another. */
  private static Set<Integer> ran(List<Query<?>> queries, Class<?> type) {
    var nodes = new HashSet<Integer>();
    for (var query : queries) {
      if (query instanceof PartOf part && type == PartOf.class) {
        nodes.add(part.node());
      } else if (query instanceof MembersOf members && type == MembersOf.class) {
        nodes.add(members.node());
      } else if (query instanceof CountsOf counts && type == CountsOf.class) {
        nodes.add(counts.node());
      }
    }
    return nodes;
  }
}
