package io.heddle.packets;

import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Register;
import io.heddle.flow.Table;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes all packets at once through the flows of a switch, whatever their headers, and looks that
 * every register is written before it is read, wherever its lifetime says that it is.
 */
public final class Liveness {
  /** Ways that packets may come to tables of one switch; more take too long to follow. */
  private static final int WAYS = 200_000;

  /** A packet as it comes: all registers are 0 but those that the switch writes. */
  private static final State ARRIVING = arriving();

  /** What packets take along from one datapath into the next. */
  private static final Set<Field> CARRIED =
      EnumSet.of(Field.DATAPATH, Field.INPORT, Field.ROUTE_TABLE, Field.FLAGS);

  private static final Known ANYTHING = new Known(Bits.ZERO, Bits.ZERO);

  /** The bits of a field that all packets of one way have in common, and which these are. */
  private record Known(Bits value, Bits mask) {
    boolean contradicts(Match.Masked match) {
      var both = mask.and(match.mask());
      return !value.and(both).equals(match.value().and(both));
    }

    boolean implies(Match.Masked match) {
      return !contradicts(match) && match.mask().and(mask.not()).isZero();
    }

    Known and(Match.Masked match) {
      return new Known(value.and(match.mask().not()).or(match.value()), mask.or(match.mask()));
    }

    Known slice(int offset, int width) {
      var ones = Bits.ones(width);
      return new Known(value.shiftRight(offset).and(ones), mask.shiftRight(offset).and(ones));
    }

    Known with(int offset, int width, Known part) {
      var place = Bits.ones(width).shiftLeft(offset);
      return new Known(
          value.and(place.not()).or(part.value.shiftLeft(offset)),
          mask.and(place.not()).or(part.mask.shiftLeft(offset)));
    }
  }

  /** What packets that came one way have in their registers, and which table wrote each last. */
  private record State(Map<Field, Known> fields, Map<Register, Table> writers) {
    /** Of headers nothing is known. */
    Known get(Field field) {
      return fields.getOrDefault(field, ANYTHING);
    }

    State with(Field field, Known value) {
      if (!fields.containsKey(field)) {
        return this;
      }
      var more = new EnumMap<>(fields);
      more.put(field, value);
      return new State(more, writers);
    }

    State writtenBy(Table table, Register register) {
      var more = new HashMap<>(writers);
      more.put(register, table);
      return new State(fields, more);
    }

    /**
     * In another datapath registers that lived in the last one hold nobody knows what, so nobody
     * may reckon with their being 0 or anything else, but for what was written for the way there.
     *
     * @param from where packets leave the last datapath
     */
    State entering(Table from) {
      var forgotten = new EnumMap<>(fields);
      var left = new HashMap<>(writers);
      for (var field : fields.keySet()) {
        boolean prepared = Register.in(field).stream().allMatch(r -> writers.get(r) == from);
        if (!CARRIED.contains(field) && !prepared) {
          forgotten.put(field, ANYTHING);
          Register.in(field).forEach(left::remove);
        }
      }
      return new State(forgotten, left);
    }

    State matching(Match match) {
      var state = this;
      for (var entry : match.fields().entrySet()) {
        state = state.with(entry.getKey(), get(entry.getKey()).and(entry.getValue()));
      }
      return state;
    }
  }

  private static State arriving() {
    var fields = new EnumMap<Field, Known>(Field.class);
    for (var field : Field.values()) {
      var registers = Register.in(field);
      if (!registers.isEmpty()) {
        boolean given = registers.stream().allMatch(Liveness::given);
        fields.put(field, new Known(Bits.ZERO, given ? Bits.ZERO : field.all()));
      }
    }
    return new State(fields, Map.of());
  }

  /** The switch writes it. */
  private static boolean given(Register register) {
    return register.lifetime().certainIn(Table.values()[0]);
  }

  private record Arrival(Table table, State state) {}

  /** What one flow may learn from packets that came one way. */
  private record LearnedFlow(Match match, Map<Field, Known> loads) {}

  private final Map<Table, List<Flow>> flows = new EnumMap<>(Table.class);
  private final Map<Table, Set<LearnedFlow>> learned = new EnumMap<>(Table.class);
  private final Map<Arrival, Set<State>> done = new HashMap<>();
  private final RegisterUse use;

  private Liveness(Collection<Flow> all, RegisterUse use) {
    this.use = use;
    for (var table : Table.values()) {
      learned.put(table, new LinkedHashSet<>());
      flows.put(
          table,
          all.stream()
              .filter(f -> f.table() == table)
              .sorted(Comparator.comparingInt(Flow::priority).reversed())
              .toList());
    }
  }

  /**
   * @param all the flows of one switch
   * @throws AssertionError if a register is read that need not have been written
   */
  public static void check(Collection<Flow> all) {
    check(all, new RegisterUse());
  }

  /**
   * @param all the flows of one switch
   * @param use gets what is written and read
   * @throws AssertionError if a register is read that need not have been written
   */
  static void check(Collection<Flow> all, RegisterUse use) {
    var liveness = new Liveness(all, use);
    int before;
    // What packets taught the switch is there for the next ones.
    do {
      before = liveness.learnedFlows();
      liveness.done.clear();
      liveness.lookUp(Table.values()[0], ARRIVING);
    } while (liveness.learnedFlows() > before);
  }

  private int learnedFlows() {
    return learned.values().stream().mapToInt(Set::size).sum();
  }

  /** Every state that packets may have when this table and all that follow it are done. */
  private Set<State> lookUp(Table table, State state) {
    var arrival = new Arrival(table, state);
    var before = done.get(arrival);
    if (before == null) {
      // Packets may come by here again, where routers and switches lead in a circle.
      done.put(arrival, Set.of());
      before = table.learned() ? lookUpLearned(table, state) : lookUpOwn(table, state);
      done.put(arrival, before);
      if (done.size() > WAYS) {
        throw new AssertionError("packets come to tables in more than " + WAYS + " ways");
      }
    }
    return before;
  }

  private Set<State> lookUpOwn(Table table, State state) {
    var after = new HashSet<State>();
    for (var flow : flows.get(table)) {
      var match = flow.match();
      match.fields().forEach((field, m) -> read(flow, state, field, m.mask()));
      if (match.fields().entrySet().stream()
          .noneMatch(e -> state.get(e.getKey()).contradicts(e.getValue()))) {
        after.addAll(perform(flow, state.matching(match)));
      }
      if (match.fields().entrySet().stream()
          .allMatch(e -> state.get(e.getKey()).implies(e.getValue()))) {
        // No packet gets to those behind it.
        return after;
      }
    }
    after.add(state);
    return after;
  }

  private Set<State> lookUpLearned(Table table, State state) {
    var after = new HashSet<State>();
    after.add(state);
    for (var flow : learned.get(table)) {
      if (flow.match().fields().entrySet().stream()
          .noneMatch(e -> state.get(e.getKey()).contradicts(e.getValue()))) {
        var loaded = state;
        for (var load : flow.loads().entrySet()) {
          var field = load.getKey();
          loaded = write(table, loaded, field, 0, field.width(), load.getValue());
        }
        after.add(loaded);
      }
    }
    return after;
  }

  private Set<State> perform(Flow flow, State state) {
    var after = perform(flow, flow.actions(), state);
    if (flow.next().isEmpty()) {
      return after;
    }
    var end = new HashSet<State>();
    after.forEach(s -> end.addAll(lookUp(flow.next().get(), s)));
    return end;
  }

  private Set<State> perform(Flow flow, List<Action> actions, State state) {
    var now = Set.of(state);
    for (var action : actions) {
      var next = new HashSet<State>();
      now.forEach(s -> next.addAll(action.accept(new Step(flow, s))));
      now = next;
    }
    return now;
  }

  /** One action on packets in one state. */
  private final class Step implements Action.Visitor<Set<State>> {
    private final Flow flow;
    private final State state;

    Step(Flow flow, State state) {
      this.flow = flow;
      this.state = state;
    }

    @Override
    public Set<State> load(Action.Load load) {
      var value = new Known(load.value(), Bits.ones(load.width()));
      return Set.of(write(flow.table(), state, load.field(), load.offset(), load.width(), value));
    }

    @Override
    public Set<State> move(Action.Move move) {
      var from = Bits.ones(move.width()).shiftLeft(move.fromOffset());
      read(flow, state, move.from(), from);
      var value = state.get(move.from()).slice(move.fromOffset(), move.width());
      return Set.of(write(flow.table(), state, move.to(), move.toOffset(), move.width(), value));
    }

    /** The port may be a tunnel's. */
    @Override
    public Set<State> output(Action.Output output) {
      List.of(Field.TUNNEL_ID, Field.TUNNEL_PORTS)
          .forEach(field -> read(flow, state, field, field.all()));
      return Set.of(state);
    }

    @Override
    public Set<State> resubmit(Action.Resubmit resubmit) {
      var table = resubmit.table();
      return lookUp(table, table.entrance() ? state.entering(flow.table()) : state);
    }

    @Override
    public Set<State> multipath(Action.Multipath multipath) {
      var to = multipath.to();
      return Set.of(write(flow.table(), state, to, 0, to.width(), ANYTHING));
    }

    @Override
    public Set<State> clone(Action.Clone clone) {
      perform(flow, clone.actions(), state);
      return Set.of(state);
    }

    @Override
    public Set<State> learn(Action.Learn learn) {
      var match = Match.ALL;
      var loads = new EnumMap<Field, Known>(Field.class);
      for (var spec : learn.specs()) {
        if (spec instanceof Action.Spec.MatchField m) {
          var value = copied(m.from());
          match = value.mask().isZero() ? match : match.and(m.to(), value.value(), value.mask());
        } else if (spec instanceof Action.Spec.LoadField l) {
          loads.put(l.to(), copied(l.from()));
        } else if (spec instanceof Action.Spec.LoadValue l) {
          loads.put(l.to(), new Known(l.value(), l.to().all()));
        }
      }
      learned.get(learn.table()).add(new LearnedFlow(match, loads));
      return Set.of(state);
    }

    @Override
    public Set<State> decTtl(Action.DecTtl decTtl) {
      return Set.of(state);
    }

    @Override
    public Set<State> checkLarger(Action.CheckLarger check) {
      return Set.of(write(flow.table(), state, Field.FLAGS, check.to().ordinal(), 1, ANYTHING));
    }

    @Override
    public Set<State> punt(Action.Punt punt) {
      punt.reason().registers().forEach(field -> read(flow, state, field, field.all()));
      return Set.of(state);
    }

    private Known copied(Field from) {
      read(flow, state, from, from.all());
      return state.get(from);
    }
  }

  private void read(Flow flow, State state, Field field, Bits bits) {
    for (var register : Register.in(field)) {
      if (register.overlaps(bits)) {
        var writer = Optional.ofNullable(state.writers().get(register));
        if (writer.isPresent() || !given(register)) {
          use.read(flow.table(), register, writer);
        }
        if (writer.isEmpty() && !given(register) && register.lifetime().certainIn(flow.table())) {
          throw new AssertionError(flow + " reads " + register + ", which nobody wrote: " + state);
        }
      }
    }
  }

  private State write(Table by, State state, Field field, int offset, int width, Known value) {
    var bits = Bits.ones(width).shiftLeft(offset);
    var after = state.with(field, state.get(field).with(offset, width, value));
    for (var register : Register.in(field)) {
      if (register.overlaps(bits)) {
        use.wrote(by, register);
        after = after.writtenBy(by, register);
      }
    }
    return after;
  }
}
