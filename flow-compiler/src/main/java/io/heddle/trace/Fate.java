package io.heddle.trace;

import io.heddle.flow.Table;
import io.heddle.trace.Trace.Copied;
import io.heddle.trace.Trace.Delivered;
import io.heddle.trace.Trace.Delivery;
import io.heddle.trace.Trace.Drop;
import io.heddle.trace.Trace.Expired;
import io.heddle.trace.Trace.Handover;
import io.heddle.trace.Trace.Hop;
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
import java.util.stream.Stream;

/** What became of a packet at one host. */
final class Fate {
  private Fate() {}

  static Stream<Delivery> deliveries(Hop hop) {
    return sent(hop)
        .filter(Delivered.class::isInstance)
        .map(Delivered.class::cast)
        .map(d -> new Delivery(hop.host(), d.ofport(), d.to(), d.packet()));
  }

  static Stream<Handover> handovers(Hop hop) {
    return sent(hop)
        .filter(Punted.class::isInstance)
        .map(Punted.class::cast)
        .map(p -> new Handover(hop.host(), p.why(), p.packet(), p.registers()));
  }

  /** A host that failed sends nothing. */
  static Stream<Step> sent(Hop hop) {
    return hop.failure().isPresent()
        ? Stream.of()
        : all(hop.steps())
            .filter(s -> s instanceof Delivered || s instanceof Tunnelled || s instanceof Punted);
  }

  /** Steps and, after each, the steps within it. */
  static Stream<Step> all(List<Step> steps) {
    return steps.stream().flatMap(s -> Stream.concat(Stream.of(s), all(within(s))));
  }

  private static List<Step> within(Step step) {
    if (step instanceof Resubmitted resubmitted) {
      return resubmitted.steps();
    }
    return step instanceof Copied copied ? copied.steps() : List.of();
  }

  static Stream<Drop> drops(Hop hop) {
    if (hop.failure().isPresent()) {
      var failed = new Drop(hop.host(), Optional.empty(), Optional.empty(), hop.failure().get());
      return Stream.of(failed);
    }
    if (sent(hop).findAny().isPresent()) {
      return Stream.of();
    }
    var drops = new ArrayList<Drop>();
    ends(hop, hop.steps(), Optional.empty(), drops);
    return drops.stream();
  }

  /**
   * @param resubmitted the table that the steps began with if the packet comes back from them: it
   *     has not ended then where a flow only sets something
   */
  private static void ends(
      Hop hop, List<Step> steps, Optional<Table> resubmitted, List<Drop> drops) {
    var last = Optional.<Looked>empty();
    int before = drops.size();
    for (var step : steps) {
      if (step instanceof Looked looked) {
        last = Optional.of(looked);
      } else if (step instanceof Resubmitted inner) {
        ends(hop, inner.steps(), Optional.of(inner.table()), drops);
      } else if (step instanceof Copied inner) {
        ends(hop, inner.steps(), Optional.empty(), drops);
      } else if (step instanceof Suppressed) {
        drops.add(drop(hop, last, "it came from there"));
      } else if (step instanceof Expired) {
        drops.add(drop(hop, last, "its TTL is at its end"));
      } else if (step instanceof Lost lost) {
        drops.add(drop(hop, last, "there is no port " + lost.ofport()));
      }
    }
    boolean explained = drops.size() > before;
    last.filter(l -> !explained && ended(l, resubmitted)).ifPresent(l -> drops.add(end(hop, l)));
  }

  private static boolean ended(Looked last, Optional<Table> resubmitted) {
    return resubmitted.isEmpty()
        || last.hit().map(h -> h.actions().isEmpty()).orElse(!last.table().learned());
  }

  private static Drop end(Hop hop, Looked last) {
    return drop(hop, Optional.of(last), last.hit().isPresent() ? "" : "no flow matched");
  }

  private static Drop drop(Hop hop, Optional<Looked> last, String why) {
    return new Drop(
        hop.host(), last.map(Looked::table), last.flatMap(Looked::hit).map(h -> h.origin()), why);
  }
}
