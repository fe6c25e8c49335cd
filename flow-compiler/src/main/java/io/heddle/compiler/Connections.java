package io.heddle.compiler;

import io.heddle.compiler.Routing.Attachment;
import io.heddle.compiler.Routing.PeerOf;
import io.heddle.compiler.Routing.RouterPortBehind;
import io.heddle.compiler.Routing.RouterPortOf;
import io.heddle.compiler.Segments.Members;
import io.heddle.engine.Domain;
import io.heddle.engine.Partition;
import io.heddle.engine.Query;
import io.heddle.engine.Reads;
import io.heddle.engine.Relation;
import io.heddle.engine.Relation.Pair;
import io.heddle.v1.LogicalRouter;
import io.heddle.v1.LogicalRouterPort;
import io.heddle.v1.LogicalSwitch;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What several features ask about switches and routers that are connected with each other. */
public final class Connections {
  private Connections() {}

  /** A switch or router as a member of what is connected; routers come first, then the older. */
  public record Node(boolean isSwitch, long created, UUID uuid) implements Comparable<Node> {
    private static final Comparator<Node> ORDER =
        Comparator.comparing(Node::isSwitch)
            .thenComparingLong(Node::created)
            .thenComparing(Node::uuid);

    @Override
    public int compareTo(Node other) {
      return ORDER.compare(this, other);
    }
  }

  record SwitchNode(UUID logicalSwitch) implements Query<Node> {
    @Override
    public Node answer(Reads network) {
      var row = network.row(LogicalSwitch.class, logicalSwitch).orElseThrow();
      return new Node(true, row.created(), logicalSwitch);
    }
  }

  record RouterNode(UUID router) implements Query<Node> {
    @Override
    public Node answer(Reads network) {
      var row = network.row(LogicalRouter.class, router).orElseThrow();
      return new Node(false, row.created(), router);
    }
  }

  static final Relation<Node, Node> SWITCH_LINKS =
      new Relation<>("SWITCH_LINKS", Domain.keys(Topology.ROUTER_ENDS), Connections::switchLinks);

  static final Relation<Node, Node> ROUTER_LINKS =
      new Relation<>("ROUTER_LINKS", LogicalRouterPort.class, Connections::routerLinks);

  private static Collection<Pair<Node, Node>> switchLinks(UUID port, Reads network) {
    return network
        .ask(new RouterPortBehind(port))
        .map(
            behind -> {
              var owner = network.ask(new Topology.PortOf(port)).orElseThrow().logicalSwitch();
              return new Pair<>(
                  network.ask(new SwitchNode(owner)), network.ask(new RouterNode(behind.router())));
            })
        .stream()
        .toList();
  }

  private static Collection<Pair<Node, Node>> routerLinks(UUID port, Reads network) {
    return network
        .ask(new PeerOf(port))
        .map(
            peer -> {
              var own = network.ask(new RouterPortOf(port)).orElseThrow().router();
              return new Pair<>(
                  network.ask(new RouterNode(own)), network.ask(new RouterNode(peer.router())));
            })
        .stream()
        .toList();
  }

  /** The switches that have links to routers, each with the ports that do. */
  public static final Relation<UUID, UUID> ROUTER_PORTS_OF =
      new Relation<>(
          "ROUTER_PORTS_OF",
          Domain.keys(Topology.ROUTER_ENDS),
          (uuid, network) ->
              network
                  .ask(new RouterPortBehind(uuid))
                  .map(
                      behind ->
                          new Pair<>(
                              network.ask(new Topology.PortOf(uuid)).orElseThrow().logicalSwitch(),
                              uuid))
                  .stream()
                  .toList());

  static final List<Relation<?, ?>> RELATIONS =
      List.of(SWITCH_LINKS, ROUTER_LINKS, ROUTER_PORTS_OF);

  static final Partition<Node> CONNECTED =
      new Partition<>("CONNECTED", List.of(SWITCH_LINKS, ROUTER_LINKS, Segments.LINKED));

  static final List<Partition<?>> PARTITIONS = List.of(CONNECTED, Segments.SEGMENTS);

  /** What a switch is connected with, as a layer. */
  public record DomainOf(UUID logicalSwitch) implements Query<Layer> {
    @Override
    public Layer answer(Reads network) {
      var node = network.ask(new SwitchNode(logicalSwitch));
      return new Layer.Domain(network.part(CONNECTED, node).uuid());
    }
  }

  /** What a router is connected with, as a layer. */
  public record RouterDomain(UUID router) implements Query<Layer> {
    @Override
    public Layer answer(Reads network) {
      var node = network.ask(new RouterNode(router));
      return new Layer.Domain(network.part(CONNECTED, node).uuid());
    }
  }

  /** The layer of what only matters to packets that come in by a router's port. */
  public record EntryLayer(UUID routerPort) implements Query<Layer> {
    @Override
    public Layer answer(Reads network) {
      var port = network.ask(new RouterPortOf(routerPort)).orElseThrow();
      return port.peer().isEmpty()
          ? network
              .ask(new Attachment(port.name()))
              .flatMap(uuid -> network.ask(new Topology.PortOf(uuid)))
              .map(switchPort -> Topology.layer(network, switchPort))
              .orElseGet(() -> network.ask(new RouterDomain(port.router())))
          : network.ask(new RouterDomain(port.router()));
    }
  }

  /** Whether packets cross a switch, and those it is linked with, from one router to another. */
  public record Transit(UUID logicalSwitch) implements Query<Boolean> {
    @Override
    public Boolean answer(Reads network) {
      return network.ask(new Members(logicalSwitch)).stream()
              .mapToInt(member -> network.related(ROUTER_PORTS_OF, member).size())
              .sum()
          > 1;
    }
  }

  /** Whether packets come into a switch from routers. */
  public record Routed(UUID logicalSwitch) implements Query<Boolean> {
    @Override
    public Boolean answer(Reads network) {
      return !network.related(ROUTER_PORTS_OF, logicalSwitch).isEmpty();
    }
  }

  /**
   * The chassis that packets from routers go to, on their way to an address of a switch of which no
   * more is known: the one that has most of the ports of the switch and those it is linked with,
   * more than all others together, or else the first. So one port that comes or goes rarely makes
   * it another.
   */
  public record Home(UUID logicalSwitch) implements Query<Optional<UUID>> {
    @Override
    public Optional<UUID> answer(Reads network) {
      var ports = new HashMap<UUID, Integer>();
      for (var member : network.ask(new Members(logicalSwitch))) {
        network
            .counts(Topology.CHASSIS_OF, member)
            .forEach((chassis, count) -> ports.merge(chassis, count, Integer::sum));
      }
      int all = ports.values().stream().mapToInt(n -> n).sum();
      return ports.entrySet().stream()
          .filter(e -> 2 * e.getValue() > all)
          .map(Map.Entry::getKey)
          .findFirst()
          .or(
              () ->
                  ports.keySet().stream()
                      .min(Comparator.comparingInt(c -> network.ask(new Topology.ChassisKey(c)))));
    }
  }

  /** Whether a chassis is a switch's home; changes for two chassis when the home does. */
  public record AtHome(Topology.Site site) implements Query<Boolean> {
    @Override
    public Boolean answer(Reads network) {
      return network.ask(new Home(site.logicalSwitch())).equals(Optional.of(site.chassis()));
    }
  }
}
