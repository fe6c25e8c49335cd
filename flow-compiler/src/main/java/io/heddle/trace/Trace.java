package io.heddle.trace;

import io.heddle.compiler.UnitKey;
import io.heddle.flow.Action;
import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Flow;
import io.heddle.flow.Table;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * All that happened to one packet.
 *
 * @param hops the hosts it came to, in order: the first is where it was sent
 * @param learned what the switches know afterwards
 */
public record Trace(List<Hop> hops, Learned learned) {
  public Trace {
    hops = List.copyOf(hops);
  }

  /**
   * One arrival at one host.
   *
   * @param ofport the port it came by
   * @param tunnel what a tunnel carried along
   * @param effort what it cost the switch
   * @param failure why the switch gave up; it then sends nothing, whatever the steps say
   */
  public record Hop(
      Fabric.Host host,
      int ofport,
      Optional<Tunnelled> tunnel,
      Packet packet,
      List<Step> steps,
      Effort effort,
      Optional<String> failure) {
    public Hop {
      steps = List.copyOf(steps);
    }
  }

  /** What happens in a switch, in order. */
  public sealed interface Step {}

  /**
   * A table was looked at.
   *
   * @param hit the flow that was taken, or empty if none matched
   * @param rivals other flows that match with the same priority and do something else: the switch
   *     may take any
   * @param registers all that was not 0 then
   */
  public record Looked(
      Table table, Optional<Hit> hit, List<Flow> rivals, Map<Field, Bits> registers)
      implements Step {}

  /** A flow that matched; a learned one has the origin of the flow that learned it. */
  public record Hit(
      Flow.Key key, List<Action> actions, Optional<Table> next, UnitKey origin, long cookie) {}

  /** Registers or headers changed. */
  public record Changed(Action action) implements Step {}

  /** A look-up from which the packet comes back. */
  public record Resubmitted(Table table, List<Step> steps) implements Step {}

  /** What was done with a copy. */
  public record Copied(List<Step> steps) implements Step {}

  public record Learnt(Learned.Entry entry) implements Step {}

  public record Delivered(int ofport, Fabric.Wire.Interface to, Packet packet) implements Step {}

  /**
   * Sent to another host.
   *
   * @param key the VNI
   * @param ports the Geneve option with the ports, 0 where there is none
   */
  public record Tunnelled(
      UUID from, int ofport, Fabric.Wire.Tunnel tunnel, long key, long ports, Packet packet)
      implements Step {}

  /**
   * Handed to the controller, unless its meter is exhausted.
   *
   * @param registers all that was not 0 then
   */
  public record Punted(Action.Punt why, Packet packet, Map<Field, Bits> registers)
      implements Step {}

  /** The TTL was at its end, so the flow ended too. */
  public record Expired() implements Step {}

  /** Not sent, since the packet came by this port. */
  public record Suppressed(int ofport) implements Step {}

  /** Sent to a port that the host does not have. */
  public record Lost(int ofport) implements Step {}

  /** What came out of the network. */
  public record Delivery(Fabric.Host host, int ofport, Fabric.Wire.Interface to, Packet packet) {}

  /** What was handed to the controller. */
  public record Handover(
      Fabric.Host host, Action.Punt why, Packet packet, Map<Field, Bits> registers) {}

  /** Where and why a packet went no further. */
  public record Drop(Fabric.Host host, Optional<Table> table, Optional<UnitKey> by, String why) {}

  /** All that came out, in the order in which it did. */
  public List<Delivery> deliveries() {
    return hops.stream().flatMap(Fate::deliveries).toList();
  }

  /** All that the controller was given, in the order in which it was. */
  public List<Handover> handovers() {
    return hops.stream().flatMap(Fate::handovers).toList();
  }

  /**
   * The hosts at which the packet ended without coming out of any port or to the controller, and
   * why.
   */
  public List<Drop> drops() {
    return hops.stream().flatMap(Fate::drops).distinct().toList();
  }

  /** Look-ups in which the switch may take any of several flows; the compiler makes none. */
  public List<Looked> ambiguities() {
    return hops.stream()
        .flatMap(hop -> Fate.all(hop.steps()))
        .filter(Looked.class::isInstance)
        .map(Looked.class::cast)
        .filter(looked -> !looked.rivals().isEmpty())
        .toList();
  }
}
