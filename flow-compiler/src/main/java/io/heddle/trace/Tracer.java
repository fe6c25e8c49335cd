package io.heddle.trace;

import io.heddle.flow.Bits;
import io.heddle.flow.Field;
import io.heddle.flow.Table;
import io.heddle.trace.Trace.Hop;
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
  /** Arrivals at hosts of one packet and its copies: more is taken for a loop. */
  public static final int HOPS = 4096;

  /** Where packets come from that the controller gives to a switch (OFPP_CONTROLLER). */
  public static final int CONTROLLER = 0xffff_fffd;

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
    hops.add(take(new Visit(fabric, host, learned, state), first, ofport, Optional.empty()));
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
    var visit = new Visit(fabric, host, learned, state);
    return take(visit, FIRST, tunnelled.tunnel().ofport(), Optional.of(tunnelled));
  }

  private Hop take(Visit visit, Table first, int ofport, Optional<Tunnelled> tunnel) {
    var hop = visit.hop(first, ofport, tunnel);
    travelling.addAll(visit.sent());
    learned = visit.learned();
    return hop;
  }

  private static Hop looping(Hop last) {
    return new Hop(
        last.host(),
        last.ofport(),
        last.tunnel(),
        last.packet(),
        List.of(),
        Effort.NONE,
        Optional.of("it came to more than " + HOPS + " hosts"));
  }
}
