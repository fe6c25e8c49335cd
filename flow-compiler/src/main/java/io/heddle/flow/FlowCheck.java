package io.heddle.flow;

import com.google.common.base.Joiner;
import java.util.List;

/**
 * What every flow must be, whoever wrote it. A breach is a fault of the program, never of its
 * input.
 */
final class FlowCheck {
  private FlowCheck() {}

  static void check(Flow flow) {
    var table = flow.table();
    demand(flow.priority() >= 0 && flow.priority() <= 0xffff, flow, "has a priority out of range");
    demand(!table.learned(), flow, "stands in a table that the switch fills");
    // By numbers, here and below: there are very many flows.
    var match = flow.match();
    for (int i = 0; i < match.size(); i++) {
      demand(table.matches().contains(match.field(i)), flow, "matches ", match.field(i));
      matches(flow, match.field(i), match.mask(i));
    }
    checkActions(flow, flow.actions());
    demand(punts(flow.actions()) <= 1, flow, "punts twice");
  }

  /** The rest of a flow is not checked again. */
  static void checkNext(Flow flow, Table next) {
    demand(next.ordinal() > flow.table().ordinal(), flow, "goes back to ", next);
  }

  /** Copies included: each costs the meter and the controller as much. */
  private static int punts(List<Action> actions) {
    int punts = 0;
    for (int i = 0; i < actions.size(); i++) {
      var action = actions.get(i);
      if (action instanceof Action.Clone clone) {
        punts += punts(clone.actions());
      } else if (action instanceof Action.Punt) {
        punts++;
      }
    }
    return punts;
  }

  private static void matches(Flow flow, Field field, Bits mask) {
    demand(mask.equals(field.all()) || field.maskable(), flow, "matches a part of ", field);
    lives(flow, flow.table(), field, mask);
  }

  private static void checkActions(Flow flow, List<Action> actions) {
    var check = new ActionCheck(flow);
    for (int i = 0; i < actions.size(); i++) {
      actions.get(i).accept(check);
    }
  }

  private record ActionCheck(Flow flow) implements Action.Visitor<Void> {
    @Override
    public Void load(Action.Load load) {
      fits(flow, load.field(), load.offset(), load.width());
      boolean whole = load.value().within(Bits.ones(load.width())) && load.width() <= 64;
      demand(whole, flow, "loads too much");
      writes(load.field(), load.offset(), load.width());
      return null;
    }

    @Override
    public Void move(Action.Move move) {
      fits(flow, move.from(), move.fromOffset(), move.width());
      fits(flow, move.to(), move.toOffset(), move.width());
      lives(flow, move.from(), move.fromOffset(), move.width());
      writes(move.to(), move.toOffset(), move.width());
      return null;
    }

    private void writes(Field field, int offset, int width) {
      demand(field.writable(), flow, "writes ", field);
      lives(flow, field, offset, width);
    }

    @Override
    public Void output(Action.Output output) {
      demand(output.port() > 0, flow, "has no port to output to");
      return null;
    }

    @Override
    public Void resubmit(Action.Resubmit resubmit) {
      var table = resubmit.table();
      boolean forward = table.ordinal() > flow.table().ordinal();
      demand(forward || table.entrance(), flow, "goes back to " + table);
      return null;
    }

    @Override
    public Void multipath(Action.Multipath multipath) {
      var to = multipath.to();
      demand(multipath.members() > 1, flow, "has nothing to choose from");
      lives(flow, flow.table(), to, to.all());
      return null;
    }

    @Override
    public Void clone(Action.Clone clone) {
      checkActions(flow, clone.actions());
      return null;
    }

    @Override
    public Void learn(Action.Learn learn) {
      demand(learn.table().learned(), flow, "learns into " + learn.table());
      learn.specs().forEach(spec -> learn(learn.table(), spec));
      return null;
    }

    @Override
    public Void decTtl(Action.DecTtl decTtl) {
      return null;
    }

    @Override
    public Void checkLarger(Action.CheckLarger check) {
      demand(check.bytes() > 0 && check.bytes() <= 0xffff, flow, "checks for no length");
      lives(flow, flow.table(), Field.FLAGS, check.to().bit());
      return null;
    }

    @Override
    public Void punt(Action.Punt punt) {
      punt.reason().registers().forEach(r -> lives(flow, flow.table(), r, r.all()));
      return null;
    }

    private void learn(Table learned, Action.Spec spec) {
      if (spec instanceof Action.Spec.MatchField match) {
        demand(learned.matches().contains(match.to()), flow, "learns to match " + match.to());
        copies(learned, match.from(), match.to());
      } else if (spec instanceof Action.Spec.LoadField load) {
        copies(learned, load.from(), load.to());
      } else if (spec instanceof Action.Spec.LoadValue load) {
        var spare = load.value().and(load.to().all().not());
        demand(spare.isZero(), flow, "learns to load too much");
        lives(flow, learned, load.to(), load.to().all());
      }
    }

    private void copies(Table learned, Field from, Field to) {
      demand(from.width() == to.width(), flow, "learns " + to + " from " + from);
      lives(flow, flow.table(), from, from.all());
      lives(flow, learned, to, to.all());
    }
  }

  private static void lives(Flow flow, Field field, int offset, int width) {
    lives(flow, flow.table(), field, Bits.ones(width).shiftLeft(offset));
  }

  /**
   * Headers are touched only where there are such, registers within their lifetimes only, and of
   * flags only those that have names.
   */
  private static void lives(Flow flow, Table table, Field field, Bits bits) {
    demand(Prerequisites.met(field, flow.match()), flow, "need not find ", field);
    var registers = Register.in(field);
    var nameless = bits;
    for (int i = 0; i < registers.size(); i++) {
      var register = registers.get(i);
      if (register.overlaps(bits)) {
        demand(register.lifetime().includes(table), flow, "uses ", register, " in ", table);
        nameless = nameless.and(register.bits().not());
      }
    }
    demand(registers.isEmpty() || nameless.isZero(), flow, "uses ", nameless, field);
  }

  private static void fits(Flow flow, Field field, int offset, int width) {
    demand(offset >= 0 && width > 0 && offset + width <= field.width(), flow, "exceeds ", field);
  }

  /** Hardly ever does the fault become a text, so it comes in parts. */
  private static void demand(boolean holds, Flow flow, Object... fault) {
    if (!holds) {
      throw new IllegalArgumentException(flow + " " + Joiner.on("").join(fault));
    }
  }
}
