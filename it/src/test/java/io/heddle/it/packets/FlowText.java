package io.heddle.it.packets;

import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** Flows as ovs-ofctl(8) reads them. */
final class FlowText implements Action.Visitor<String> {
  private final Flow flow;

  private FlowText(Flow flow) {
    this.flow = flow;
  }

  static String of(Flow flow) {
    var words = new ArrayList<String>();
    words.add("cookie=" + cookie(flow.cookie()));
    words.add("table=" + flow.table().number());
    words.add("priority=" + flow.priority());
    flow.match().fields().forEach((field, masked) -> words.add(match(field, masked)));
    var actions = new FlowText(flow).actions(flow.actions());
    flow.next().ifPresent(next -> actions.add("goto_table:" + next.number()));
    words.add("actions=" + (actions.isEmpty() ? "drop" : String.join(",", actions)));
    return String.join(",", words);
  }

  static String cookie(long cookie) {
    return "0x" + Long.toHexString(cookie);
  }

  private static String match(Field field, Match.Masked masked) {
    boolean whole = masked.mask().equals(field.all());
    return field
        + "="
        + value(field, masked.value())
        + (whole ? "" : "/" + value(field, masked.mask()));
  }

  private static String value(Field field, Bits value) {
    var bytes = value.bytes(field.length());
    return switch (field) {
      case ETH_DST, ETH_SRC, ARP_SHA, ARP_THA -> HexFormat.ofDelimiter(":").formatHex(bytes);
      case IPV4_SRC, IPV4_DST, ARP_SPA, ARP_TPA ->
          (bytes[0] & 0xff)
              + "."
              + (bytes[1] & 0xff)
              + "."
              + (bytes[2] & 0xff)
              + "."
              + (bytes[3] & 0xff);
      case IPV6_SRC, IPV6_DST -> HexFormat.of().formatHex(bytes).replaceAll("(.{4})(?!$)", "$1:");
      case IN_PORT -> String.valueOf(value.low());
      default -> value.toString();
    };
  }

  private List<String> actions(List<Action> actions) {
    return actions.stream()
        .map(a -> a.accept(this))
        .collect(Collectors.toCollection(ArrayList::new));
  }

  private static String bits(Field field, int offset, int width) {
    var name = field == Field.IN_PORT_REGISTER ? "in_port" : field.toString();
    return name + "[" + offset + ".." + (offset + width - 1) + "]";
  }

  private static String all(Field field) {
    return bits(field, 0, field.width());
  }

  @Override
  public String load(Action.Load load) {
    return "load:" + load.value() + "->" + bits(load.field(), load.offset(), load.width());
  }

  @Override
  public String move(Action.Move move) {
    return "move:"
        + bits(move.from(), move.fromOffset(), move.width())
        + "->"
        + bits(move.to(), move.toOffset(), move.width());
  }

  @Override
  public String output(Action.Output output) {
    return "output:" + output.port();
  }

  @Override
  public String resubmit(Action.Resubmit resubmit) {
    return "resubmit(," + resubmit.table().number() + ")";
  }

  @Override
  public String clone(Action.Clone clone) {
    return "clone(" + String.join(",", actions(clone.actions())) + ")";
  }

  @Override
  public String learn(Action.Learn learn) {
    var words = new ArrayList<String>();
    words.add("table=" + learn.table().number());
    words.add("priority=" + learn.priority());
    words.add("idle_timeout=" + learn.idleSeconds());
    words.add("cookie=" + cookie(flow.cookie()));
    words.add("delete_learned");
    for (var spec : learn.specs()) {
      if (spec instanceof Action.Spec.MatchField m) {
        words.add(all(m.to()) + "=" + all(m.from()));
      } else if (spec instanceof Action.Spec.LoadField l) {
        words.add("load:" + all(l.from()) + "->" + all(l.to()));
      } else if (spec instanceof Action.Spec.LoadValue l) {
        words.add("load:" + l.value() + "->" + all(l.to()));
      }
    }
    return "learn(" + String.join(",", words) + ")";
  }
}
