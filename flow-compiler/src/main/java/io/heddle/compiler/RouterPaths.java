package io.heddle.compiler;

import io.heddle.compiler.Connections.Node;
import io.heddle.compiler.Segments.CarryingPorts;
import io.heddle.compiler.Segments.PeerOf;
import io.heddle.compiler.Topology.Port;
import io.heddle.engine.Query;
import io.heddle.engine.Reads;
import io.heddle.flow.Bounds;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * How many routers a packet may pass on its way, and links between switches, which cost it the
 * same; each once.
 */
public final class RouterPaths {
  /** Routers and links that one packet passes at most: with the next it would be too deep. */
  public static final int STEPS = Bounds.DEPTH - 1;

  private RouterPaths() {}

  /**
   * A way that is too long.
   *
   * @param steps how many routers and links are on it, at most
   * @param from the first of them: a router, or an end of a link
   * @param to the last
   */
  public record TooLong(int steps, UUID from, UUID to) {}

  /** What the oldest of connected routers has to tell; the others tell nothing. */
  public record TooLongAtRouter(UUID router) implements Query<Optional<TooLong>> {
    @Override
    public Optional<TooLong> answer(Reads network) {
      return tooLongAt(network.ask(new Connections.RouterNode(router)), network);
    }
  }

  /** The same of the oldest of linked switches that no router is connected with. */
  public record TooLongAtSwitch(UUID logicalSwitch) implements Query<Optional<TooLong>> {
    @Override
    public Optional<TooLong> answer(Reads network) {
      return tooLongAt(network.ask(new Connections.SwitchNode(logicalSwitch)), network);
    }
  }

  private static Optional<TooLong> tooLongAt(Node node, Reads network) {
    return network.part(Connections.CONNECTED, node).equals(node)
        ? network
            .ask(new TooLongFrom(node))
            .map(path -> new TooLong(path.steps(), path.from().uuid(), path.to().uuid()))
        : Optional.empty();
  }

  private record TooLongFrom(Node first) implements Query<Optional<LongestPath.Path>> {
    @Override
    public Optional<LongestPath.Path> answer(Reads network) {
      var members = network.members(Connections.CONNECTED, first);
      return steps(members, network) <= STEPS
          ? Optional.empty()
          : Optional.of(LongestPath.in(graph(members, network), first))
              .filter(path -> path.steps() > STEPS);
    }

    /** Routers and links there are, up to one more than matter. */
    private static long steps(Set<Node> members, Reads network) {
      long routers = members.stream().filter(n -> !n.isSwitch()).limit(STEPS + 1).count();
      long ends =
          members.stream()
              .filter(Node::isSwitch)
              .mapToLong(n -> network.related(Segments.LINKS_OF, n.uuid()).size())
              .sum();
      return routers + ends / 2;
    }

    /** Each with its neighbours. A switch with one neighbour is nobody's way. */
    private Map<Node, Set<Node>> graph(Set<Node> members, Reads network) {
      var graph = new HashMap<Node, Set<Node>>();
      for (var node : members) {
        var next = new HashSet<Node>();
        if (node.isSwitch()) {
          next.addAll(network.related(Connections.SWITCH_LINKS, node));
          network.ask(new CarryingPorts(node.uuid())).forEach(p -> next.add(link(p, network)));
        } else {
          next.addAll(network.related(Connections.ROUTER_LINKS, node));
        }
        if (!node.isSwitch() || next.size() > 1 || node.equals(first)) {
          next.forEach(one -> join(graph, node, one));
        }
      }
      return graph;
    }

    /** A link is a step by itself; the smaller end stands for both. */
    private static Node link(Port end, Reads network) {
      var other = network.ask(new PeerOf(end.uuid())).orElseThrow().uuid();
      return new Node(false, 0, end.uuid().compareTo(other) < 0 ? end.uuid() : other);
    }

    private static void join(Map<Node, Set<Node>> graph, Node one, Node other) {
      graph.computeIfAbsent(one, n -> new HashSet<>()).add(other);
      graph.computeIfAbsent(other, n -> new HashSet<>()).add(one);
    }
  }
}
