package io.heddle.compiler;

import inet.ipaddr.IPAddressString;
import io.heddle.compiler.Addressing.Mac;
import io.heddle.compiler.Connections.DomainOf;
import io.heddle.compiler.Connections.Home;
import io.heddle.compiler.Routing.Attachment;
import io.heddle.compiler.Routing.RouterPortBehind;
import io.heddle.compiler.Topology.PortOf;
import io.heddle.engine.Query;
import io.heddle.engine.Reads;
import io.heddle.engine.Relation;
import io.heddle.engine.Relation.Pair;
import io.heddle.flow.Ip;
import io.heddle.v1.StaticMacBinding;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What is asked about the MAC addresses that a router's port has been told or has learned. */
public final class Neighbourhood {
  private Neighbourhood() {}

  /** An address that a router's port may send to. */
  public record Neighbour(String routerPort, Ip ip) {
    /** Of a row's fields, which are known to be right. */
    public static Neighbour of(String routerPort, String ip) {
      return new Neighbour(routerPort, Ip.of(new IPAddressString(ip).getAddress().getBytes()));
    }
  }

  /** The rows that say an address' MAC, which should be one: text has an address in many ways. */
  public static final Relation<Neighbour, UUID> STATIC_BINDINGS =
      new Relation<>(
          "STATIC_BINDINGS",
          StaticMacBinding.class,
          (uuid, network) ->
              network
                  .get(StaticMacBinding.class, uuid)
                  .map(row -> new Pair<>(Neighbour.of(row.getLogicalPort(), row.getIp()), uuid))
                  .stream()
                  .toList());

  static final List<Relation<?, ?>> RELATIONS = List.of(STATIC_BINDINGS);

  /**
   * Where a router's port finds its neighbours.
   *
   * @param datapath the switch's
   * @param mac the router port's own
   * @param layer of those who resolve addresses in the switch
   */
  public record Segment(int datapath, long mac, Layer layer) {}

  /** The switch at the other end of a working router port's link, if it knows the port's MAC. */
  public record SegmentOf(String routerPort) implements Query<Optional<Segment>> {
    @Override
    public Optional<Segment> answer(Reads network) {
      return network.ask(new Attachment(routerPort)).flatMap(port -> segment(port, network));
    }

    private static Optional<Segment> segment(UUID switchPort, Reads network) {
      var port = network.ask(new PortOf(switchPort)).orElseThrow();
      return network
          .ask(new RouterPortBehind(switchPort))
          .filter(behind -> owns(port, behind.mac(), network))
          .map(
              behind ->
                  new Segment(
                      port.datapath(),
                      behind.mac(),
                      network.ask(new ResolvingLayer(port.logicalSwitch()))));
    }

    /** Two ports of one MAC cannot be told apart. */
    private static boolean owns(Topology.Port port, long mac, Reads network) {
      return Addressing.owner(
              network, Addressing.PORTS_WITH_MAC, new Mac(port.logicalSwitch(), mac))
          .filter(owner -> owner.uuid().equals(port.uuid()))
          .isPresent();
    }
  }

  /** A switch without a home has routers only, and who sends between them resolves by itself. */
  private record ResolvingLayer(UUID logicalSwitch) implements Query<Layer> {
    @Override
    public Layer answer(Reads network) {
      return network.ask(new Home(logicalSwitch)).isPresent()
          ? new Layer.Datapath(logicalSwitch)
          : network.ask(new DomainOf(logicalSwitch));
    }
  }
}
