package io.heddle.compiler;

import io.heddle.compiler.Addressing.Claim;
import io.heddle.compiler.Connections.Node;
import io.heddle.compiler.Connections.SwitchNode;
import io.heddle.compiler.Routing.RouterPortBehind;
import io.heddle.compiler.SpanningTree.Branch;
import io.heddle.compiler.Topology.Behind;
import io.heddle.compiler.Topology.Port;
import io.heddle.compiler.Topology.PortOf;
import io.heddle.engine.Domain;
import io.heddle.engine.Facts;
import io.heddle.engine.Partition;
import io.heddle.engine.Query;
import io.heddle.engine.Reads;
import io.heddle.engine.Relation;
import io.heddle.engine.Relation.Pair;
import io.heddle.v1.LogicalSwitchPort;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What several features ask about segments: switches that are linked with each other by pairs of
 * ports of type "switch". A switch without links is a segment by itself.
 */
public final class Segments {
  private Segments() {}

  /** What a switch's port says of being one end of a link to another switch. */
  public sealed interface Link {
    /** It is none, or is disabled. */
    record None() implements Link {}

    /** It should be one. */
    record Broken(UUID port, String why) implements Link {}

    /**
     * It is one, and so is the other end.
     *
     * @param created the revision that first wrote the younger end
     */
    record To(UUID port, Node here, UUID peer, Node there, long created) implements Link {}
  }

  public record LinkOf(UUID port) implements Query<Link> {
    /** Most ports have it. */
    private static final Link NONE = new Link.None();

    @Override
    public Link answer(Reads network) {
      var own = network.ask(new PortOf(port)).orElseThrow();
      if (own.behind() != Behind.SWITCH || !own.enabled()) {
        return NONE;
      }
      var name = network.get(LogicalSwitchPort.class, port).orElseThrow().getPeer();
      if (name.isEmpty()) {
        return new Link.Broken(port, "names no peer");
      }
      var peer = network.index(LogicalSwitchPort.class, "name", name).stream().findFirst();
      return peer.isEmpty()
          ? new Link.Broken(port, "there is no port " + name + ", its peer")
          : link(own, network.ask(new PortOf(peer.get())).orElseThrow(), network);
    }

    private static Link link(Port own, Port peer, Reads network) {
      var named = network.get(LogicalSwitchPort.class, peer.uuid()).orElseThrow().getPeer();
      var fault = fault(own, peer, named);
      if (fault.isPresent()) {
        return new Link.Broken(own.uuid(), fault.get());
      }
      return new Link.To(
          own.uuid(),
          network.ask(new SwitchNode(own.logicalSwitch())),
          peer.uuid(),
          network.ask(new SwitchNode(peer.logicalSwitch())),
          Math.max(own.created(), peer.created()));
    }

    private static Optional<String> fault(Port own, Port peer, String named) {
      if (peer.uuid().equals(own.uuid())) {
        return Optional.of("is its own peer");
      }
      var its = "its peer " + peer.name();
      if (peer.behind() != Behind.SWITCH) {
        return Optional.of(its + " is not of type switch");
      }
      if (!named.equals(own.name())) {
        return Optional.of(its + " does not name it as peer");
      }
      return peer.enabled() ? Optional.empty() : Optional.of(its + " is disabled");
    }
  }

  private static final Facts<UUID, Link> LINKS =
      new Facts<>(Domain.keys(Topology.SWITCH_ENDS), LinkOf::new);

  /** The enabled ports that should be ends of links, each by itself. */
  public static final Relation<UUID, UUID> ENDS =
      ofLinks(
          "ENDS",
          link -> {
            if (link instanceof Link.Broken broken) {
              return Stream.of(new Pair<>(broken.port(), broken.port()));
            }
            return to(link).map(to -> new Pair<>(to.port(), to.port()));
          });

  /** The ports of a switch that are ends of links, those that close a loop among them. */
  public static final Relation<UUID, UUID> LINKS_OF =
      ofLinks("LINKS_OF", link -> to(link).map(to -> new Pair<>(to.here().uuid(), to.port())));

  static final Relation<Node, Node> LINKED =
      ofLinks("LINKED", link -> to(link).map(to -> new Pair<>(to.here(), to.there())));

  static final List<Relation<?, ?>> RELATIONS = List.of(ENDS, LINKS_OF, LINKED);

  private static <K, V> Relation<K, V> ofLinks(
      String name, Function<Link, Stream<Pair<K, V>>> pairs) {
    Function<Link, Collection<Pair<K, V>>> all = link -> pairs.apply(link).toList();
    return new Relation<>(name, LINKS, all);
  }

  private static Stream<Link.To> to(Link link) {
    return link instanceof Link.To to ? Stream.of(to) : Stream.empty();
  }

  static final Partition<Node> SEGMENTS = new Partition<>("SEGMENTS", List.of(LINKED));

  /** The switches of the segment that a switch is in, itself among them. */
  public record Members(UUID logicalSwitch) implements Query<Set<UUID>> {
    @Override
    public Set<UUID> answer(Reads network) {
      return network.members(SEGMENTS, network.ask(new SwitchNode(logicalSwitch))).stream()
          .map(Node::uuid)
          .collect(Collectors.toUnmodifiableSet());
    }
  }

  /** The tree of a segment, which is known by the first of its switches. */
  private record TreeOf(Node first) implements Query<SpanningTree> {
    @Override
    public SpanningTree answer(Reads network) {
      return SpanningTree.of(
          network.members(SEGMENTS, first).stream()
              .flatMap(node -> network.related(LINKS_OF, node.uuid()).stream())
              .flatMap(port -> to(network.ask(new LinkOf(port))))
              .map(
                  to ->
                      new Branch(
                          to.port(), to.here().uuid(), to.peer(), to.there().uuid(), to.created()))
              .toList());
    }
  }

  static Node first(UUID logicalSwitch, Reads network) {
    return network.part(SEGMENTS, network.ask(new SwitchNode(logicalSwitch)));
  }

  /**
   * The port at the other end of a link that carries frames: there is one, and no older links lead
   * there already.
   */
  public record PeerOf(UUID port) implements Query<Optional<Port>> {
    @Override
    public Optional<Port> answer(Reads network) {
      return to(network.ask(new LinkOf(port)))
          .filter(to -> network.ask(new TreeOf(network.part(SEGMENTS, to.here()))).carries(port))
          .findFirst()
          .flatMap(to -> network.ask(new PortOf(to.peer())));
    }
  }

  /** The ports by which frames leave a switch for the switches next to it. */
  public record CarryingPorts(UUID logicalSwitch) implements Query<List<Port>> {
    @Override
    public List<Port> answer(Reads network) {
      return network.related(LINKS_OF, logicalSwitch).stream()
          .filter(port -> network.ask(new PeerOf(port)).isPresent())
          .flatMap(port -> network.ask(new PortOf(port)).stream())
          .sorted(Comparator.comparingInt(Port::key))
          .toList();
    }
  }

  /** Whether a switch has links to others. */
  public record Linked(UUID logicalSwitch) implements Query<Boolean> {
    @Override
    public Boolean answer(Reads network) {
      return !network.related(LINKS_OF, logicalSwitch).isEmpty();
    }
  }

  /** The MAC addresses of a segment's routers, each with the switch of the oldest that has it. */
  private record RouterMacs(Node first) implements Query<Map<Long, UUID>> {
    @Override
    public Map<Long, UUID> answer(Reads network) {
      var oldest = new HashMap<Long, UUID>();
      network.members(SEGMENTS, first).stream()
          .flatMap(node -> network.related(Connections.ROUTER_PORTS_OF, node.uuid()).stream())
          .map(port -> Claim.of(network.ask(new PortOf(port)).orElseThrow()))
          .sorted()
          .map(Claim::port)
          .forEach(
              port ->
                  network
                      .ask(new RouterPortBehind(port))
                      .ifPresent(
                          behind ->
                              oldest.putIfAbsent(
                                  behind.mac(),
                                  network.ask(new PortOf(port)).orElseThrow().logicalSwitch())));
      return Map.copyOf(oldest);
    }
  }

  /** The MAC addresses of routers that are found behind the port of a link, in order. */
  public record RouterMacsBehind(UUID port) implements Query<List<Long>> {
    @Override
    public List<Long> answer(Reads network) {
      var own = network.ask(new PortOf(port)).orElseThrow();
      var first = first(own.logicalSwitch(), network);
      var beyond = network.ask(new TreeOf(first)).beyond(port);
      return network.ask(new RouterMacs(first)).entrySet().stream()
          .filter(mac -> beyond.contains(mac.getValue()))
          .map(Map.Entry::getKey)
          .sorted()
          .toList();
    }
  }
}
