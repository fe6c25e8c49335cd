package io.heddle.openflow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heddle.compiler.Unit;
import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Flag;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Meter;
import io.heddle.flow.Punt;
import io.heddle.flow.Table;
import io.heddle.model.MemoryStore;
import io.heddle.packets.Scene;
import io.heddle.packets.Script;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Reading back what was encoded gives what there was. */
class RoundTripTest {
  private static final Path FOLDER = Path.of("..", "flow-compiler").resolve(Script.FOLDER);
  private static final int GENERATED = 2_000;
  private static final int MOST_BITS_LOADED = 64;

  private final Set<Unit> checked = Collections.newSetFromMap(new IdentityHashMap<>());

  @TestFactory
  Stream<DynamicTest> afterEachLineOfADataFile() throws IOException {
    return Script.all(FOLDER).stream()
        .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> play(file)));
  }

  private void play(Path file) throws IOException {
    var script = Script.read(file);
    var scene = new Scene(new MemoryStore(), Scene.Witness.NOBODY);
    int before = checked.size();
    for (var entry : script.entries()) {
      script.play(entry, scene);
      for (var chassis : scene.network().chassis()) {
        scene.network().plan(chassis).filter(checked::add).forEach(RoundTripTest::check);
      }
    }
    assertTrue(checked.size() > before, "the file makes no flows");
  }

  private static void check(Unit unit) {
    var flows = unit.flows();
    var slice = UnitBytes.of(unit).slice(0, flows.size(), Integer.MAX_VALUE);
    var bytes = ByteBuffer.wrap(slice.bytes(), slice.from(), slice.length()).slice();
    assertEquals(flows.stream().map(ReadFlow::of).toList(), ReadFlow.all(bytes));
  }

  private static void check(ReadFlow flow) {
    var out = new Octets(16);
    assertTrue(FlowBytes.add(out, flow.key(), flow.cookie(), flow.actions(), flow.next()));
    assertEquals(List.of(flow), ReadFlow.all(ByteBuffer.wrap(out.toArray())));
  }

  private static ReadFlow flow(Match match, Action... actions) {
    var key = new Flow.Key(Table.LOCATE, 7, match);
    return new ReadFlow(key, 0x1122334455667788L, List.of(actions), Optional.empty());
  }

  @Test
  void everyFieldInEveryPlace() {
    for (var field : Field.values()) {
      check(flow(Match.ALL.and(field, field.all())));
      check(flow(Match.ALL.and(field, Bits.ZERO, Bits.of(1))));
      check(flow(Match.ALL.and(field, Bits.of(1), Bits.of(1))));
      int most = Math.min(field.width(), MOST_BITS_LOADED);
      int top = field.width() - most;
      check(flow(Match.ALL, new Action.Load(field, top, most, Bits.ones(most))));
      check(flow(Match.ALL, new Action.Load(field, field.width() - 1, 1, Bits.of(1))));
      check(flow(Match.ALL, Action.move(field, field)));
      check(flow(Match.ALL, new Action.Move(field, field.width() - 1, Field.FLAGS, 3, 1)));
      check(flow(Match.ALL, new Action.Move(Field.FLAGS, 3, field, field.width() - 1, 1)));
      var specs =
          List.<Action.Spec>of(
              new Action.Spec.MatchField(field, field),
              new Action.Spec.LoadField(field, field),
              new Action.Spec.LoadValue(field.all(), field));
      specs.forEach(spec -> check(flow(Match.ALL, learn(List.of(spec)))));
      check(flow(Match.ALL, learn(specs)));
    }
    for (var flag : Flag.values()) {
      check(flow(Match.ALL.and(flag, true), Action.set(flag)));
      check(flow(Match.ALL.and(flag, false)));
    }
    Arrays.stream(Table.values()).forEach(t -> check(flow(Match.ALL, Action.resubmit(t))));
  }

  private static Action.Learn learn(List<Action.Spec> specs) {
    return new Action.Learn(Table.LEARNED, 0xfffe, 0xfffd, -2, specs);
  }

  @Test
  void whateverFlowsConsistOf() {
    var kinds = new HashSet<Class<?>>();
    for (int seed = 0; seed < GENERATED; seed++) {
      var flow = new Generator(new Random(seed), kinds).flow();
      check(flow);
    }
    assertEquals(kindsOf(Action.class, Action.Spec.class), kinds, "not all were generated");
  }

  private static Set<Class<?>> kindsOf(Class<?>... sealed) {
    return Arrays.stream(sealed)
        .flatMap(c -> Arrays.stream(c.getPermittedSubclasses()))
        .collect(Collectors.toSet());
  }

  /**
   * @param kinds gets those of what is made
   */
  private record Generator(Random random, Set<Class<?>> kinds) {
    ReadFlow flow() {
      var match = Match.ALL;
      for (var field : Field.values()) {
        if (random.nextInt(5) == 0) {
          var mask = random.nextBoolean() ? field.all() : bits(field.width()).or(Bits.of(1));
          match = match.and(field, bits(field.width()).and(mask), mask);
        }
      }
      var key = new Flow.Key(any(Table.values()), random.nextInt(0x10000), match);
      var next = random.nextBoolean() ? Optional.of(any(Table.values())) : Optional.<Table>empty();
      return new ReadFlow(key, random.nextLong(), actions(3), next);
    }

    private List<Action> actions(int depth) {
      return Stream.generate(() -> action(depth)).limit(random.nextInt(5)).toList();
    }

    private Action action(int depth) {
      var field = any(Field.values());
      var action =
          switch (random.nextInt(depth == 0 ? 9 : 10)) {
            case 0 -> {
              int width = 1 + random.nextInt(Math.min(field.width(), MOST_BITS_LOADED));
              int offset = random.nextInt(field.width() - width + 1);
              yield new Action.Load(field, offset, width, bits(width));
            }
            case 1 -> {
              var to = any(Field.values());
              int width = 1 + random.nextInt(Math.min(field.width(), to.width()));
              int from = random.nextInt(field.width() - width + 1);
              yield new Action.Move(field, from, to, random.nextInt(to.width() - width + 1), width);
            }
            case 2 -> Action.output(1 + random.nextInt(0xfeff));
            case 3 -> Action.resubmit(any(Table.values()));
            case 4 ->
                new Action.Learn(
                    any(Table.values()),
                    random.nextInt(0x10000),
                    random.nextInt(0x10000),
                    random.nextInt(),
                    Stream.generate(this::spec).limit(random.nextInt(6)).toList());
            case 5 -> Action.decTtl();
            case 6 -> Action.punt(any(Punt.values()), random.nextInt(Meter.SHARES));
            case 7 -> new Action.Multipath(1 + random.nextInt(0x10000), field);
            case 8 -> new Action.CheckLarger(1 + random.nextInt(0xffff), any(Flag.values()));
            default -> new Action.Clone(actions(depth - 1));
          };
      kinds.add(action.getClass());
      return action;
    }

    private Action.Spec spec() {
      var from = any(Field.values());
      var same = new ArrayList<>(List.of(Field.values()));
      same.removeIf(f -> f.width() != from.width());
      var to = same.get(random.nextInt(same.size()));
      var spec =
          switch (random.nextInt(3)) {
            case 0 -> new Action.Spec.MatchField(from, to);
            case 1 -> new Action.Spec.LoadField(from, to);
            default -> new Action.Spec.LoadValue(bits(to.width()), to);
          };
      kinds.add(spec.getClass());
      return spec;
    }

    private Bits bits(int width) {
      return new Bits(random.nextLong(), random.nextLong()).and(Bits.ones(width));
    }

    private <T> T any(T[] all) {
      return all[random.nextInt(all.length)];
    }
  }
}
