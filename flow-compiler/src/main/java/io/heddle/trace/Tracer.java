package io.heddle.trace;

import io.heddle.flow.Action;
import io.heddle.flow.Bits;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * An interpreter of flows over the whole network: it does to a packet what Open vSwitch would
 * (OpenFlow 1.3 section 5; OVS ofproto-dpif-xlate), host after host.
 */
public final class Tracer {
  /** Look-ups one packet may take at one host after the first; Open vSwitch's MAX_RESUBMITS. */
  public static final int LOOKUPS = 4096;

  /** Look-ups within look-ups that do not go forward; Open vSwitch's MAX_DEPTH. */
  public static final int DEPTH = 64;

  /** Arrivals at hosts of one packet and its copies: more is taken for a loop. */
  public static final int HOPS = 4096;

  /** Where packets come from that the controller gives to a switch (OFPP_CONTROLLER). */
  public static final int CONTROLLER = 0xffff_fffd;

  /** The Geneve option travels along; by other tunnels it is lost. */
  private static final String WITH_OPTIONS = "geneve";

  /** A tunnel's key is 24 bits, whatever the register holds (RFC 8926, RFC 7348). */
  private static final Bits VNI = Bits.ones(24);

  private static final Table FIRST = Table.values()[0];

  private final Fabric fabric;
  private final ArrayDeque<Tunnelled> travelling = new ArrayDeque<>();
  private Learned learned;

  private Tracer(Fabric fabric, Learned learned) {
    this.fabric = fabric;
    this.learned = learned;
  }

  /**
   * Follows a packet that comes into a host by a port.
   *
   * @param learned what the switches have learned from earlier packets
   */
  public static Trace trace(
      Fabric fabric, Learned learned, UUID chassis, int ofport, Packet packet) {
    var state = new State(packet, ofport);
    return new Tracer(fabric, learned).trace(fabric.host(chassis), FIRST, ofport, state);
  }

  /**
   * Follows a packet that the controller gives to a host.
   *
   * @param first the table where it begins
   * @param registers what it begins with
   */
  public static Trace trace(
      Fabric fabric,
      Learned learned,
      UUID chassis,
      Table first,
      Map<Field, Bits> registers,
      Packet packet) {
    var state = new State(packet, CONTROLLER);
    registers.forEach(state::set);
    return new Tracer(fabric, learned).trace(fabric.host(chassis), first, CONTROLLER, state);
  }

  private Trace trace(Fabric.Host host, Table first, int ofport, State state) {
    var hops = new ArrayList<Hop>();
    hops.add(new Visit(host, learned, state).hop(first, ofport, Optional.empty()));
    while (!travelling.isEmpty()) {
      var tunnelled = travelling.removeFirst();
      if (hops.size() < HOPS) {
        hops.add(arrive(tunnelled));
      } else {
        travelling.clear();
        hops.add(looping(hops.get(hops.size() - 1)));
      }
    }
    return new Trace(hops, learned);
  }

  private Hop arrive(Tunnelled tunnelled) {
    var state = new State(tunnelled.packet(), tunnelled.tunnel().ofport());
    state.set(Field.TUNNEL_ID, Bits.of(tunnelled.key()));
    state.set(Field.TUNNEL_PORTS, Bits.of(tunnelled.ports()));
    var host = fabric.host(tunnelled.tunnel().chassis());
    var visit = new Visit(host, learned, state);
    return visit.hop(FIRST, tunnelled.tunnel().ofport(), Optional.of(tunnelled));
  }

  private static Hop looping(Hop last) {
    return new Hop(
        last.host(),
        last.ofport(),
        last.tunnel(),
        last.packet(),
        List.of(),
        Optional.of("it came to more than " + HOPS + " hosts"));
  }

  /** Gives up on a packet. */
  private static final class GivenUp extends RuntimeException {
    GivenUp(String why) {
      super(why, null, false, false);
    }
  }

  /**
   * One packet at one host. Flows learned on the way are not seen before the next packet. What an
   * action answers is whether its flow goes on.
   */
  private final class Visit implements Action.Visitor<Boolean> {
    private final Fabric.Host host;
    private final Learned known;
    private final State state;
    private final Packet arrived;
    private final List<Tunnelled> sent = new ArrayList<>();
    private List<Step> steps = new ArrayList<>();
    private Optional<Hit> running = Optional.empty();
    private int taken;
    private int depth;

    Visit(Fabric.Host host, Learned known, State state) {
      this.host = host;
      this.known = known;
      this.state = state;
      this.arrived = state.packet();
    }

    Hop hop(Table first, int ofport, Optional<Tunnelled> tunnel) {
      var failure = Optional.<String>empty();
      var top = steps;
      try {
        lookUp(first);
        travelling.addAll(sent);
      } catch (GivenUp e) {
        failure = Optional.of(e.getMessage());
      }
      return new Hop(host, ofport, tunnel, arrived, top, failure);
    }

    /** Runs a table and those its flows go to. */
    private void lookUp(Table first) {
      var table = Optional.of(first);
      while (table.isPresent()) {
        if (taken > LOOKUPS) {
          throw new GivenUp("it took more than " + LOOKUPS + " look-ups");
        }
        var hit = match(table.get());
        if (hit.isPresent()) {
          taken++;
          running = hit;
          if (!perform(hit.get().actions())) {
            return;
          }
        }
        table = hit.flatMap(Hit::next);
      }
    }

    private boolean perform(List<Action> actions) {
      return actions.stream().allMatch(a -> a.accept(this));
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
      var outer = steps;
      var caller = running;
      var inner = new ArrayList<Step>();
      int deeper = resubmit.table().compareTo(caller.orElseThrow().key().table()) > 0 ? 0 : 1;
      depth += deeper;
      if (depth > DEPTH) {
        throw new GivenUp("it entered more than " + DEPTH + " routers and switches");
      }
      steps = inner;
      lookUp(resubmit.table());
      depth -= deeper;
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
      perform(clone.actions());
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
      boolean larger = state.packet().length() > check.bytes();
      state.set(Field.FLAGS, check.to().ordinal(), 1, Bits.of(larger ? 1 : 0));
      steps.add(new Changed(check));
      return true;
    }

    @Override
    public Boolean punt(Action.Punt punt) {
      steps.add(new Punted(punt, state.packet(), state.registers()));
      return true;
    }
  }
}
