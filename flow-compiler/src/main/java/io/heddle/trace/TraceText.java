package io.heddle.trace;

import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.trace.Trace.Changed;
import io.heddle.trace.Trace.Copied;
import io.heddle.trace.Trace.Delivered;
import io.heddle.trace.Trace.Drop;
import io.heddle.trace.Trace.Expired;
import io.heddle.trace.Trace.Handover;
import io.heddle.trace.Trace.Hop;
import io.heddle.trace.Trace.Learnt;
import io.heddle.trace.Trace.Looked;
import io.heddle.trace.Trace.Lost;
import io.heddle.trace.Trace.Punted;
import io.heddle.trace.Trace.Resubmitted;
import io.heddle.trace.Trace.Step;
import io.heddle.trace.Trace.Suppressed;
import io.heddle.trace.Trace.Tunnelled;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A trace for people: a paragraph for each host, a line for each step, the verdict last. */
public final class TraceText {
  private static final String INDENT = "  ";

  private final Fabric fabric;
  private final StringBuilder out = new StringBuilder();

  private TraceText(Fabric fabric) {
    this.fabric = fabric;
  }

  public static String of(Fabric fabric, Trace trace) {
    var text = new TraceText(fabric);
    trace.hops().forEach(text::hop);
    text.line("", verdict(fabric, trace));
    return text.out.toString();
  }

  /** Where the packet came out, or else where and why it did not; one line each. */
  public static String verdict(Fabric fabric, Trace trace) {
    var deliveries = trace.deliveries();
    var handovers = trace.handovers();
    var lines =
        deliveries.isEmpty() && handovers.isEmpty()
            ? trace.drops().stream().map(d -> drop(fabric, d))
            : Stream.concat(
                deliveries.stream().map(d -> at(d.host(), d.ofport()) + ": " + d.packet()),
                handovers.stream().map(TraceText::handover));
    return lines.collect(Collectors.joining("\n"));
  }

  /** For instance {@code hv1 to controller ICMPV4_TIME_EXCEEDED: eth …}. */
  public static String handover(Handover handover) {
    return handover.host().name()
        + (" to controller " + handover.why().note())
        + (": " + handover.packet());
  }

  /** For instance {@code dropped at hv1 SWITCH_IN_ADMISSION by SwitchPipeline/once}. */
  public static String drop(Fabric fabric, Drop drop) {
    return "dropped at "
        + drop.host().name()
        + drop.table().map(t -> " " + t).orElse("")
        + drop.by().map(k -> " by " + fabric.describe(k)).orElse("")
        + (drop.why().isEmpty() ? "" : " (" + drop.why() + ")");
  }

  /** A host and what a port of it leads to: {@code hv1 p1}. */
  private static String at(Fabric.Host host, int ofport) {
    if (ofport == Tracer.CONTROLLER) {
      return host.name() + " from the controller";
    }
    var wire = host.wires().get(ofport);
    var port = wire instanceof Fabric.Wire.Interface i ? i.logicalPort() : "port " + ofport;
    return host.name() + " " + port;
  }

  private void hop(Hop hop) {
    var from =
        hop.tunnel()
            .map(
                t ->
                    hop.host().name()
                        + (" by " + t.tunnel().type() + " from " + fabric.host(t.from()).name())
                        + (", tun_id=0x" + Long.toHexString(t.key()))
                        + (", tun_metadata0=0x" + Long.toHexString(t.ports())))
            .orElseGet(() -> at(hop.host(), hop.ofport()));
    var port = hop.ofport() == Tracer.CONTROLLER ? "" : ", in_port=" + hop.ofport();
    line("", from + port + ": " + hop.packet());
    steps(INDENT, hop.steps(), hop);
    hop.failure().ifPresent(why -> line(INDENT, "dropped: " + why));
  }

  private void steps(String indent, List<Step> steps, Hop hop) {
    for (var step : steps) {
      if (step instanceof Looked looked) {
        line(indent, looked(looked));
        looked.rivals().forEach(r -> line(indent, "AMBIGUOUS with " + r));
      } else if (step instanceof Changed changed) {
        line(indent + INDENT, changed.action().toString());
      } else if (step instanceof Resubmitted inner) {
        line(indent + INDENT, "resubmit " + inner.table());
        steps(indent + INDENT + INDENT, inner.steps(), hop);
      } else if (step instanceof Copied inner) {
        line(indent + INDENT, "with a copy");
        steps(indent + INDENT + INDENT, inner.steps(), hop);
      } else if (step instanceof Learnt learnt) {
        line(indent + INDENT, "learn " + learnt.entry());
      } else if (step instanceof Delivered delivered) {
        line(indent + INDENT, "output to " + at(hop.host(), delivered.ofport()));
      } else if (step instanceof Tunnelled sent) {
        line(indent + INDENT, sent(sent));
      } else if (step instanceof Suppressed suppressed) {
        line(indent + INDENT, "no output to port " + suppressed.ofport() + ": it came from there");
      } else if (step instanceof Punted punted) {
        line(indent + INDENT, "to controller " + punted.why().note());
      } else if (step instanceof Expired) {
        line(indent + INDENT, "dec_ttl: its TTL is at its end");
      } else if (step instanceof Lost lost) {
        line(indent + INDENT, "output to port " + lost.ofport() + ", which is not there");
      }
    }
  }

  private String looked(Looked looked) {
    return looked.table()
        + looked
            .hit()
            .map(h -> " " + h.key().priority() + " " + h.key().match() + "  # " + origin(h))
            .orElse(" no flow matched" + registers(looked.registers()));
  }

  private String origin(Trace.Hit hit) {
    return (hit.key().table().learned() ? "learned by " : "") + fabric.describe(hit.origin());
  }

  private static String registers(Map<Field, Bits> registers) {
    return new TreeMap<>(registers)
        .entrySet().stream()
            .map(e -> e.getKey() + "=" + e.getValue())
            .collect(Collectors.joining(",", " ", ""));
  }

  private String sent(Tunnelled sent) {
    var to = fabric.host(sent.tunnel().chassis()).name();
    return "output by " + sent.tunnel().type() + " to " + to;
  }

  private void line(String indent, String text) {
    out.append(indent).append(text).append('\n');
  }
}
