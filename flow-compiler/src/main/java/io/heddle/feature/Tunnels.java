package io.heddle.feature;

import static io.heddle.flow.Action.load;
import static io.heddle.flow.Action.move;
import static io.heddle.flow.Action.output;
import static io.heddle.flow.Action.set;

import io.heddle.compiler.Emission;
import io.heddle.compiler.Feature;
import io.heddle.compiler.Layer;
import io.heddle.compiler.Topology.ChassisKey;
import io.heddle.engine.Domain;
import io.heddle.engine.Reads;
import io.heddle.flow.Action.Move;
import io.heddle.flow.Field;
import io.heddle.flow.Flag;
import io.heddle.flow.Flow;
import io.heddle.flow.Match;
import io.heddle.flow.Table;
import io.heddle.model.TunnelPort;
import io.heddle.v1.Chassis;
import io.heddle.v1.Encap;
import java.util.List;
import java.util.UUID;

/**
 * Frames cross between chassis in tunnels. By Geneve (RFC 8926) a frame takes along its network, as
 * the VNI, and its ingress and egress ports, as an option, and is delivered by what they say. By
 * VXLAN (RFC 7348) it takes along the network alone, as the VNI, and its destination is looked up
 * once more. Where both chassis have both, Geneve is taken. What is for this very chassis takes no
 * tunnel.
 *
 * <p>Which of these holds for a chassis is a matter of priority alone, so that all chassis with one
 * type of tunnel share the flows of all its tunnels, and a new chassis is news in one place.
 */
public final class Tunnels implements Feature {
  /** Of the ways to one chassis: staying here, Geneve, VXLAN. */
  private static final int HERE = 120;

  private static final int BY_GENEVE = 100;
  private static final int BY_VXLAN = 80;

  private static final int PORT_BITS = 15;
  private static final int OUTPORT_BITS = 16;

  @Override
  public List<Rule<?>> rules() {
    return List.of(
        Rule.forEach(Domain.rows(Chassis.class), Tunnels::emitOwn),
        Rule.forEach(Domain.rows(Encap.class), Tunnels::emitTunnel));
  }

  private static void emitOwn(UUID chassis, Reads network, Emission.Sink out) {
    var here = Match.of(Field.CHASSIS, network.ask(new ChassisKey(chassis)));
    var layer = new Layer.Host(chassis);
    out.flow(layer, Flow.of(Table.TRANSMIT, HERE, here).then(Table.DELIVER));
    // Of what goes to several chassis this one has had its copy.
    out.flow(layer, Flow.of(Table.TUNNEL_OUT, HERE, here));
  }

  private static void emitTunnel(UUID uuid, Reads network, Emission.Sink out) {
    var encap = network.get(Encap.class, uuid).orElseThrow();
    var chassis = UUID.fromString(encap.getChassis());
    int key = network.ask(new ChassisKey(chassis));
    int port = TunnelPort.ofport(key, encap.getType());
    boolean geneve = encap.getType().equals("geneve");
    var layer = new Layer.Tunnels(encap.getType());
    out.flow(layer, geneve ? geneveTo(key, port) : vxlanTo(key, port));
    out.flow(layer, geneve ? geneveFrom(key, port) : vxlanFrom(key, port));
  }

  private static Flow geneveTo(int chassisKey, int port) {
    return Flow.of(
        Table.TUNNEL_OUT,
        BY_GENEVE,
        Match.of(Field.CHASSIS, chassisKey),
        move(Field.DATAPATH, Field.TUNNEL_ID),
        new Move(Field.OUTPORT, 0, Field.TUNNEL_PORTS, 0, OUTPORT_BITS),
        new Move(Field.INPORT, 0, Field.TUNNEL_PORTS, OUTPORT_BITS, PORT_BITS),
        output(port));
  }

  private static Flow geneveFrom(int chassisKey, int port) {
    return Flow.of(
            Table.PHYSICAL_IN,
            100,
            Match.of(Field.IN_PORT, port),
            move(Field.TUNNEL_ID, Field.DATAPATH),
            new Move(Field.TUNNEL_PORTS, 0, Field.OUTPORT, 0, OUTPORT_BITS),
            new Move(Field.TUNNEL_PORTS, OUTPORT_BITS, Field.INPORT, 0, PORT_BITS),
            load(Field.CHASSIS, chassisKey),
            set(Flag.FROM_TUNNEL))
        .then(Table.TUNNEL_IN);
  }

  private static Flow vxlanTo(int chassisKey, int port) {
    return Flow.of(
        Table.TUNNEL_OUT,
        BY_VXLAN,
        Match.of(Field.CHASSIS, chassisKey),
        move(Field.DATAPATH, Field.TUNNEL_ID),
        output(port));
  }

  private static Flow vxlanFrom(int chassisKey, int port) {
    return Flow.of(
            Table.PHYSICAL_IN,
            100,
            Match.of(Field.IN_PORT, port),
            move(Field.TUNNEL_ID, Field.DATAPATH),
            load(Field.CHASSIS, chassisKey),
            set(Flag.FROM_TUNNEL),
            set(Flag.LOOK_UP_AGAIN))
        .then(Table.TUNNEL_IN);
  }
}
