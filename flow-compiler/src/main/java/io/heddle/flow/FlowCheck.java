package io.heddle.flow;

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
    flow.match()
        .fields()
        .keySet()
        .forEach(f -> demand(table.matches().contains(f), flow, "matches " + f));
    flow.next().ifPresent(t -> demand(t.ordinal() > table.ordinal(), flow, "goes back to " + t));
    checkActions(flow, flow.actions());
  }

  private static void checkActions(Flow flow, List<Action> actions) {
    var check = new ActionCheck(flow);
    actions.forEach(a -> a.accept(check));
  }

  private record ActionCheck(Flow flow) implements Action.Visitor<Void> {
    @Override
    public Void load(Action.Load load) {
      fits(flow, load.field(), load.offset(), load.width());
      var spare = load.value().and(Bits.ones(load.width()).not());
      demand(spare.isZero() && load.width() <= 64, flow, "loads too much");
      return null;
    }

    @Override
    public Void move(Action.Move move) {
      fits(flow, move.from(), move.fromOffset(), move.width());
      fits(flow, move.to(), move.toOffset(), move.width());
      return null;
    }

    @Override
    public Void output(Action.Output output) {
      demand(output.port() > 0, flow, "has no port to output to");
      return null;
    }

    @Override
    public Void resubmit(Action.Resubmit resubmit) {
      var table = resubmit.table();
      demand(table.ordinal() > flow.table().ordinal(), flow, "goes back to " + table);
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
      return null;
    }
  }

  private static void fits(Flow flow, Field field, int offset, int width) {
    demand(offset >= 0 && width > 0 && offset + width <= field.width(), flow, "exceeds " + field);
  }

  private static void demand(boolean holds, Flow flow, String fault) {
    if (!holds) {
      throw new IllegalArgumentException(flow + " " + fault);
    }
  }
}
