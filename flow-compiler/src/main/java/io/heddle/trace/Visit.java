package io.heddle.trace;

import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Bounds;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Table;
import io.heddle.trace.Trace.Changed;
import io.heddle.trace.Trace.Copied;
import io.heddle.trace.Trace.Delivered;
import io.heddle.trace.Trace.Expired;
import io.heddle.trace.Trace.Hit;
import io.heddle.trace.Trace.Hop;
import io.heddle.trace.Trace.Learnt;
import io.heddle.trace.Trace.Looked;
import io.heddle.trace.Trace.Lost;
import io.heddle.trace.Trace.Punted;
import io.heddle.trace.Trace.Resubmitted;
import io.heddle.trace.Trace.Step;
import io.heddle.trace.Trace.Suppressed;
import io.heddle.trace.Trace.Tunnelled;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One packet at one host. Flows learned on the way are not seen before the next packet. What an
 * action answers is whether its flow goes on.
 */
final class Visit implements Action.Visitor<Boolean> {
  /** The Geneve option travels along; by other tunnels it is lost. */
  private static final String WITH_OPTIONS = "geneve";

  /** A tunnel's key is 24 bits, whatever the register holds (RFC 8926, RFC 7348). */
  private static final Bits VNI = Bits.ones(24);

  private final Fabric fabric;
  private final Fabric.Host host;
  private final Learned known;
  private final State state;
  private final Packet arrived;
  private List<Tunnelled> sent = new ArrayList<>();
  private List<Step> steps = new ArrayList<>();
  private Learned learned;
  private Optional<Hit> running = Optional.empty();
  private int taken;
  private int depth;
  private int deepest;

  Visit(Fabric fabric, Fabric.Host host, Learned known, State state) {
    this.fabric = fabric;
    this.host = host;
    this.known = known;
    this.learned = known;
    this.state = state;
    this.arrived = state.packet();
  }

  /** Gives up on a packet. */
  private static final class GivenUp extends RuntimeException {
    GivenUp(String why) {
      super(why, null, false, false);
    }
  }

  Hop hop(Table first, int ofport, Optional<Tunnelled> tunnel) {
    var failure = Optional.<String>empty();
    var top = steps;
    try {
      if (ofport == Tracer.CONTROLLER) {
        goTo(first);
      } else {
        match(first).ifPresent(this::take);
      }
    } catch (GivenUp e) {
      failure = Optional.of(e.getMessage());
      sent = List.of();
    }
    return new Hop(host, ofport, tunnel, arrived, top, new Effort(taken, deepest), failure);
  }

  /** What leaves by tunnels. */
  List<Tunnelled> sent() {
    return sent;
  }

  /** What all switches have learned, with what this one has now. */
  Learned learned() {
    return learned;
  }

  private void goTo(Table table) {
    begin();
    match(table).ifPresent(this::take);
  }

  /** Before each look-up Open vSwitch asks whether it may; one that finds no flow counts too. */
  private void begin() {
    if (depth >= Bounds.DEPTH) {
      throw new GivenUp("it entered " + Bounds.DEPTH + " routers");
    }
    if (taken >= Bounds.LOOKUPS) {
      throw new GivenUp("it took more than " + Bounds.LOOKUPS + " look-ups");
    }
    taken++;
  }

  private void take(Hit hit) {
    running = Optional.of(hit);
    perform(hit.actions(), hit.next());
  }

  private void perform(List<Action> actions, Optional<Table> next) {
    for (int i = 0; i < actions.size(); i++) {
      if (actions.get(i) instanceof Action.CheckLarger check) {
        bothWays(check, actions.subList(i + 1, actions.size()), next);
        return;
      }
      if (!actions.get(i).accept(this)) {
        return;
      }
    }
    next.ifPresent(this::goTo);
  }

  /** The way not gone costs as much, and what flows learn on it they learn. */
  private void bothWays(Action.CheckLarger check, List<Action> rest, Optional<Table> next) {
    boolean larger = state.packet().length() > check.bytes();
    var before = state.copy();
    var by = running;
    for (boolean way : List.of(true, false)) {
      var real = steps;
      var left = sent;
      if (way != larger) {
        steps = new ArrayList<>();
        sent = new ArrayList<>();
      }
      state.set(Field.FLAGS, check.to().ordinal(), 1, Bits.of(way ? 1 : 0));
      steps.add(new Changed(check));
      perform(rest, next);
      if (way != larger) {
        steps = real;
        sent = left;
      }
      state.become(before);
      running = by;
    }
  }

  private Optional<Hit> match(Table table) {
    if (table.learned()) {
      var hit =
          known
              .matching(host.chassis(), table, state::get)
              .map(e -> new Hit(e.key(), e.actions(), Optional.empty(), e.origin(), e.cookie()));
      steps.add(new Looked(table, hit, List.of(), state.registers()));
      return hit;
    }
    var rules = fabric.rules(host.chassis()).matching(table, state::get);
    var hit = rules.stream().findFirst().map(r -> hit(r));
    var rivals = rules.stream().map(Rules.Rule::flow).filter(f -> differs(f, rules)).toList();
    steps.add(new Looked(table, hit, rivals, state.registers()));
    return hit;
  }

  /** One expression's matches overlap, and it does not matter which of them is taken. */
  private static boolean differs(Flow flow, List<Rules.Rule> rules) {
    var first = rules.get(0).flow();
    return !flow.actions().equals(first.actions()) || !flow.next().equals(first.next());
  }

  private Hit hit(Rules.Rule rule) {
    var flow = rule.flow();
    return new Hit(flow.key(), flow.actions(), flow.next(), rule.origin(), flow.cookie());
  }

  @Override
  public Boolean load(Action.Load load) {
    state.set(load.field(), load.offset(), load.width(), load.value());
    steps.add(new Changed(load));
    return true;
  }

  @Override
  public Boolean move(Action.Move move) {
    state
        .get(move.from())
        .map(v -> v.shiftRight(move.fromOffset()).and(Bits.ones(move.width())))
        .ifPresent(v -> state.set(move.to(), move.toOffset(), move.width(), v));
    steps.add(new Changed(move));
    return true;
  }

  @Override
  public Boolean output(Action.Output output) {
    if (output.port() == state.inPort()) {
      steps.add(new Suppressed(output.port()));
      return true;
    }
    var wire = host.wires().get(output.port());
    if (wire instanceof Fabric.Wire.Interface to) {
      steps.add(new Delivered(output.port(), to, state.packet()));
    } else if (wire instanceof Fabric.Wire.Tunnel tunnel) {
      boolean options = tunnel.type().equals(WITH_OPTIONS);
      var step =
          new Tunnelled(
              host.chassis(),
              output.port(),
              tunnel,
              state.get(Field.TUNNEL_ID).orElseThrow().and(VNI).low(),
              options ? state.get(Field.TUNNEL_PORTS).orElseThrow().low() : 0,
              state.packet());
      sent.add(step);
      steps.add(step);
    } else {
      steps.add(new Lost(output.port()));
    }
    return true;
  }

  @Override
  public Boolean resubmit(Action.Resubmit resubmit) {
    begin();
    var outer = steps;
    var caller = running;
    var inner = new ArrayList<Step>();
    int deeper = resubmit.table().compareTo(caller.orElseThrow().key().table()) > 0 ? 0 : 1;
    steps = inner;
    match(resubmit.table())
        .ifPresent(
            hit -> {
              depth += deeper;
              deepest = Math.max(deepest, depth);
              take(hit);
              depth -= deeper;
            });
    steps = outer;
    running = caller;
    steps.add(new Resubmitted(resubmit.table(), inner));
    return true;
  }

  @Override
  public Boolean multipath(Action.Multipath multipath) {
    // Which one the switch would choose hangs on how it was built; the first is as good as any.
    state.set(multipath.to(), Bits.ZERO);
    steps.add(new Changed(multipath));
    return true;
  }

  @Override
  public Boolean clone(Action.Clone clone) {
    var outer = steps;
    var before = state.copy();
    var inner = new ArrayList<Step>();
    steps = inner;
    perform(clone.actions(), Optional.empty());
    steps = outer;
    state.become(before);
    steps.add(new Copied(inner));
    return true;
  }

  @Override
  public Boolean learn(Action.Learn learn) {
    var match = Match.ALL;
    var loads = new ArrayList<Action>();
    for (var spec : learn.specs()) {
      if (spec instanceof Action.Spec.MatchField m) {
        match = match.and(m.to(), state.get(m.from()).orElse(Bits.ZERO));
      } else if (spec instanceof Action.Spec.LoadField l) {
        loads.add(Action.load(l.to(), state.get(l.from()).orElse(Bits.ZERO)));
      } else if (spec instanceof Action.Spec.LoadValue l) {
        loads.add(Action.load(l.to(), l.value()));
      }
    }
    var by = running.orElseThrow();
    var key = new Flow.Key(learn.table(), learn.priority(), match);
    var entry = new Learned.Entry(key, loads, by.cookie(), by.origin());
    learned = learned.with(host.chassis(), entry);
    steps.add(new Learnt(entry));
    return true;
  }

  @Override
  public Boolean decTtl(Action.DecTtl decTtl) {
    var ttl = state.get(Field.IP_TTL);
    if (ttl.filter(t -> t.low() <= 1).isPresent()) {
      steps.add(new Expired());
      return false;
    }
    ttl.ifPresent(t -> state.set(Field.IP_TTL, Bits.of(t.low() - 1)));
    steps.add(new Changed(decTtl));
    return true;
  }

  @Override
  public Boolean checkLarger(Action.CheckLarger check) {
    throw new IllegalStateException("what follows a check is gone through both ways");
  }

  @Override
  public Boolean punt(Action.Punt punt) {
    steps.add(new Punted(punt, state.packet(), state.registers()));
    return true;
  }
}
